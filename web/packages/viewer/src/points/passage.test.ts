import { describe, expect, it } from "vitest";
import { type Camera, fitted } from "./camera";
import { Engine, type Positions, type Scene } from "./engine";
import { eased, LASTS, Passages } from "./passage";

const size = { width: 400, height: 300 };
const box = { left: 0, top: 0, ...size };
const black = [0, 0, 0, 1] as const;

function places(dimensions: 2 | 3, value: number): Positions {
  return { points: new Float32Array(100 * dimensions).fill(value), dimensions };
}

function scene(here: Positions, camera?: Camera): Scene {
  const around = { low: [-1, -1, 0], high: [1, 1, 0] } as const;
  return {
    left: 0,
    top: 0,
    size,
    camera: camera ?? fitted(here.dimensions === 3 ? "orbit" : "planar", around, size),
    here,
    share: 0,
    colour: { kind: "plain", rgba: black },
    anyRaised: false,
    pointSize: 2,
    opacity: 1,
    perspective: true,
    none: black,
    outline: black,
    highlight: black,
    background: black,
  };
}

const [a, b, c] = [places(2, 0), places(2, 1), places(3, 9)];
const want = (here: Positions | undefined) => [{ id: "one", box, scene: here && scene(here) }];

describe("a passage from one embedding to another", () => {
  it("begins where the cells were, ends where they are wanted, and is told only then to rest", () => {
    const passages = new Passages(() => LASTS);
    expect(passages.at(want(a), 0).moving).toBe(false);
    const first = passages.at(want(b), 1000);
    expect([first.moving, first.scenes[0]?.share]).toEqual([true, 0]);
    const middle = passages.at(want(b), 1000 + LASTS / 2).scenes[0];
    expect([middle?.here, middle?.there, middle?.share]).toEqual([a, b, 0.5]);
    const last = passages.at(want(b), 1000 + LASTS);
    expect([last.moving, last.scenes[0]?.here, last.scenes[0]?.there]).toEqual([false, b, undefined]);
  });

  it("shows what was there while the other is on its way, in its new place", () => {
    const passages = new Passages(() => LASTS);
    passages.at(want(a), 0);
    const moved = [{ id: "one", box: { ...box, left: 70 }, scene: undefined }];
    const { scenes, moving } = passages.at(moved, 10);
    expect([scenes[0]?.here, scenes[0]?.left, moving]).toEqual([a, 70, false]);
    expect(passages.at(want(b), 20).moving).toBe(true);
  });

  it("goes back from half-way without a jump", () => {
    const passages = new Passages(() => LASTS);
    passages.at(want(a), 0);
    passages.at(want(b), 0);
    const gone = passages.at(want(b), LASTS * 0.3).scenes[0]?.share as number;
    const back = passages.at(want(a), LASTS * 0.3).scenes[0] as Scene;
    expect([back.here, back.there]).toEqual([b, a]);
    expect(1 - back.share).toBeCloseTo(gone, 6);
    expect(passages.at(want(a), LASTS * 0.6 + 1).moving).toBe(false);
  });

  it("is interrupted by a third embedding where the cells are", () => {
    const passages = new Passages(() => LASTS);
    passages.at(want(a), 0);
    passages.at(want(b), 0);
    const drawn = passages.at(want(c), LASTS / 2).scenes[0] as Scene;
    expect([drawn.here.dimensions, drawn.share, drawn.camera.kind]).toEqual([2, 0, "orbit"]);
    expect([...drawn.here.points.slice(0, 2)]).toEqual([0.5, 0.5]);
  });

  it("does not move at all for whoever wants no motion", () => {
    const passages = new Passages(() => 0);
    passages.at(want(a), 0);
    expect(passages.at(want(b), 0)).toMatchObject({ moving: false, scenes: [{ here: b, share: 0 }] });
  });

  it("is eased, monotonous and symmetric", () => {
    for (const x of [0, 0.1, 0.3, 0.49, 0.5, 0.7, 0.89]) {
      expect(eased(x + 0.1)).toBeGreaterThan(eased(x));
      expect(eased(x) + eased(1 - x)).toBeCloseTo(1, 9);
    }
    expect([eased(-1), eased(0), eased(1), eased(2)]).toEqual([0, 0, 1, 1]);
  });

  it("sends nothing to the GPU but once: frames cost no upload", () => {
    const { engine, canvas } = engineWithoutGpu();
    const passages = new Passages(() => LASTS);
    const draw = (here: Positions, now: number) => {
      engine.show(passages.at(want(here), now).scenes);
      engine.picture();
      return engine.columns.uploaded;
    };
    expect(draw(a, 0)).toBe(a.points.byteLength);
    const begun = draw(b, 0);
    expect(begun).toBe(a.points.byteLength + b.points.byteLength);
    for (let now = 10; now < LASTS; now += 100) expect(draw(b, now)).toBe(begun);
    expect(draw(b, LASTS)).toBe(begun);
    expect(canvas.frames).toBeGreaterThan(0);
  });
});

/// A WebGL that draws nothing and says yes to everything.
function engineWithoutGpu() {
  const canvas = { frames: 0, width: 1, height: 1, addEventListener: () => {}, getContext: () => gl };
  const answers: Record<string, unknown> = {
    isContextLost: () => false,
    getProgramParameter: () => true,
    drawArrays: () => {
      canvas.frames++;
    },
  };
  const gl = new Proxy({}, { get: (_, name: string) => answers[name] ?? (/^[A-Z]/.test(name) ? 1 : () => ({})) });
  globalThis.requestAnimationFrame ??= () => 1;
  const engine = new Engine(canvas as unknown as HTMLCanvasElement);
  engine.resize(size, 1);
  return { engine, canvas };
}
