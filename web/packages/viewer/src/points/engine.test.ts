import { describe, expect, it } from "vitest";
import { fitted } from "./camera";
import { Engine, type Scene } from "./engine";

const size = { width: 400, height: 300 };
const black = [0, 0, 0, 1] as const;
const POINTS = 1000;

/// A picture of a category, as most are.
function scene(): Scene {
  return {
    left: 0,
    top: 0,
    size,
    camera: fitted("planar", { low: [0, 0, 0], high: [1, 1, 0] }, size),
    here: { points: new Float32Array(2 * POINTS), dimensions: 2 },
    share: 0,
    colour: { kind: "codes", codes: new Uint8Array(POINTS), palette: new Uint8Array(40), missing: 255 },
    marks: new Uint8Array(POINTS),
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

describe("the engine", () => {
  it("has ten bytes a point of a category, and sends them once", () => {
    const { engine } = without();
    engine.show([scene()]);
    engine.picture();
    engine.picture();
    // As much again are the arrays that they came from, and eight an array for the cell under the pointer.
    expect(engine.columns.uploaded).toBe(10 * POINTS);
  });

  it("sends everything again where the browser took the context away", () => {
    const { engine, restore } = without();
    engine.show([scene()]);
    engine.picture();
    restore();
    engine.picture();
    expect(engine.columns.uploaded).toBe(20 * POINTS);
    engine.picture();
    expect(engine.columns.uploaded).toBe(20 * POINTS);
  });

  it("draws a selection with the rest, each point once", () => {
    const drawn: number[] = [];
    const { engine, frame } = without({
      drawArrays: (_kind: number, _from: number, count: number) => drawn.push(count),
    });
    engine.show([{ ...scene(), anyRaised: true }]);
    frame();
    expect(drawn).toEqual([POINTS]);
  });

  it("draws what is not another picture no second time", () => {
    const { engine, calls, frame } = without();
    const first = scene();
    engine.show([first]);
    frame();
    const drawn = calls.drawArrays;
    engine.show([{ ...first, camera: { ...first.camera }, size: { ...size }, none: [...black] }]);
    frame();
    expect(calls.drawArrays).toBe(drawn);
    for (const other of [
      { camera: { ...first.camera, x: 7 } as Scene["camera"] },
      // Other bytes, though all are the same.
      { marks: new Uint8Array(POINTS) },
      { lines: { pairs: new Uint32Array(2), opacity: 1 } },
    ]) {
      const before = calls.drawArrays ?? 0;
      engine.show([{ ...first, ...other }]);
      frame();
      expect(calls.drawArrays).toBe(before + 1);
    }
  });

  it("draws nothing but a flow anew while only the flow runs", () => {
    const { engine, calls, frame } = without();
    engine.show([{ ...scene(), flow: { strip: new Float32Array(90), ink: black } }]);
    frame();
    const [drawn = 0, bytes] = [calls.drawArrays, engine.columns.uploaded];
    for (const time of [0.1, 0.2, 0.3]) {
      engine.flow(time);
      frame();
    }
    // The flow's own, once a frame.
    expect([calls.drawArrays, engine.columns.uploaded]).toEqual([drawn + 3, bytes]);
  });

  it("draws fewer lines in motion, all at rest", () => {
    const counts: number[] = [];
    const { engine, frame } = without({ drawElements: (_: number, count: number) => counts.push(count) });
    engine.show([{ ...scene(), lines: { pairs: new Uint32Array(1_000_000), opacity: 0.1 } }]);
    engine.moving(true);
    frame();
    engine.moving(false);
    frame();
    expect(counts[0]).toBeLessThan(counts[1] as number);
    expect(counts[1]).toBe(1_000_000);
  });
});

/// A WebGL that draws nothing and says yes to everything.
function without(more: Readonly<Record<string, unknown>> = {}) {
  const calls: Record<string, number> = {};
  const heard: Record<string, () => void> = {};
  const answers: Record<string, unknown> = { isContextLost: () => false, getProgramParameter: () => true, ...more };
  const gl = new Proxy(
    {},
    {
      get: (_, name: string) => {
        if (/^[A-Z]/.test(name)) return 1;
        return (...given: unknown[]) => {
          calls[name] = (calls[name] ?? 0) + 1;
          const answer = answers[name];
          return typeof answer === "function" ? answer(...given) : {};
        };
      },
    },
  );
  let waiting: ((now: number) => void) | undefined;
  globalThis.requestAnimationFrame = (act) => {
    waiting = act;
    return 1;
  };
  const canvas = {
    width: 1,
    height: 1,
    getContext: () => gl,
    addEventListener: (name: string, act: () => void) => {
      heard[name] = act;
    },
  };
  const engine = new Engine(canvas as unknown as HTMLCanvasElement);
  engine.resize(size, 1);
  return {
    engine,
    calls,
    restore: () => heard.webglcontextrestored?.(),
    frame: () => {
      const act = waiting;
      waiting = undefined;
      act?.(0);
    },
  };
}
