import { createRoot, createSignal } from "solid-js";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { afterFrame } from "./later";

const frames: FrameRequestCallback[] = [];
const draw = () => {
  for (const frame of frames.splice(0)) frame(0);
};

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("requestAnimationFrame", (frame: FrameRequestCallback) => frames.push(frame));
  vi.stubGlobal("cancelAnimationFrame", () => undefined);
});
afterEach(() => {
  frames.length = 0;
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("what the picture need not wait for is computed when its frame was drawn, and once", () => {
  const computed: string[] = [];
  const [source, set] = createSignal<{ readonly name: string }>();
  const found = createRoot(() =>
    afterFrame(
      source,
      ({ name }) => {
        computed.push(name);
        return `${name} is here`;
      },
      "nothing",
    ),
  );
  const [one, other] = [{ name: "one" }, { name: "other" }];
  set(one);
  expect([found(), computed]).toEqual(["nothing", []]);
  draw();
  // The frame's own callbacks and its drawing come first.
  expect(computed).toEqual([]);
  vi.runAllTimers();
  expect([found(), computed]).toEqual(["one is here", ["one"]]);
  set(other);
  // Never what was found of something else.
  expect(found()).toBe("nothing");
  draw();
  vi.runAllTimers();
  expect([found(), computed]).toEqual(["other is here", ["one", "other"]]);
  set(undefined);
  expect(found()).toBe("nothing");
  draw();
  vi.runAllTimers();
  expect([found(), computed.length]).toEqual(["nothing", 2]);
});

it("what was found before stands meanwhile, where it may", () => {
  const [source, set] = createSignal({ kind: "a", number: 1 });
  const found = createRoot(() =>
    afterFrame(
      source,
      ({ number }) => number,
      0,
      (before, now) => before.kind === now.kind,
    ),
  );
  const seen = () => {
    draw();
    vi.runAllTimers();
    return found();
  };
  expect(seen()).toBe(1);
  set({ kind: "a", number: 2 });
  expect([found(), seen()]).toEqual([1, 2]);
  set({ kind: "b", number: 3 });
  expect([found(), seen()]).toEqual([0, 3]);
});
