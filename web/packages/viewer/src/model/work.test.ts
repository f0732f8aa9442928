/// How much is done for what a person does: reads of a column, passes over the cells, bytes to the GPU. Counted, because
/// times on a machine that others use say nothing.

import { createRoot } from "solid-js";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Engine } from "../points/engine";
import { type Filter, fresh } from "../state/document";
import { Model, type Theme } from "./model";
import { Shelf, type Sources } from "./shelf";

const CELLS = 200_000;
const theme: Theme = { background: "#ffffff", none: "#999999", plain: "#336699", outline: "#000000" };
const size = { width: 400, height: 300 };

/// An array that counts who reads its elements one by one.
function counted<T extends Uint8Array | Float32Array>(array: T): { array: T; reads: () => number } {
  let reads = 0;
  const seen = new Proxy(array, {
    get(target, name) {
      if (typeof name === "string" && name >= "0" && name <= "9~") reads++;
      const value = Reflect.get(target, name, target) as unknown;
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  return { array: seen, reads: () => reads };
}

async function opened() {
  const gene = counted(new Uint8Array(CELLS).map((_, cell) => cell % 200));
  const codes = counted(new Uint8Array(CELLS).map((_, cell) => cell % 3));
  const sources: Sources = {
    cells: CELLS,
    points: async () => new Float32Array(2 * CELLS).map((_, at) => Math.sin(at)),
    column: async () => ({ codes: codes.array, names: ["a", "b", "c"], missing: 255 }),
    gene: async () => ({ values: gene.array, min: 0, max: 4, top: 254, missing: 255 }),
    graph: async () => new Uint32Array(0),
  } as unknown as Sources;
  const model = createRoot(
    () => new Model(new Shelf(sources), CELLS, fresh({ key: "X", dimensions: 2 }, { by: "nothing" }), theme),
  );
  const [shown] = model.shown();
  if (shown === undefined) throw new Error("no view");
  const settled = async () => {
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  };
  model.scene(shown, 0, 0, size);
  await settled();
  return { model, shown, gene, codes, settled };
}

/// A GPU that counts what it is sent, and a browser that draws when it is told to.
function gpu() {
  const sent: number[] = [];
  let points = 0;
  const made: Record<string, unknown> = {
    bufferData: (_target: number, data: ArrayBufferView) => sent.push(data.byteLength),
    bufferSubData: (_target: number, _from: number, data: ArrayBufferView) => sent.push(data.byteLength),
    drawArrays: (_kind: number, _from: number, count: number) => {
      points += count;
    },
    isContextLost: () => false,
    getExtension: () => null,
  };
  const gl = new Proxy(made, { get: (target, name: string) => target[name] ?? (() => ({})) });
  const canvas = { width: 0, height: 0, getContext: () => gl, addEventListener: () => {} };
  return { canvas: canvas as unknown as HTMLCanvasElement, sent, points: () => points };
}

const frames: FrameRequestCallback[] = [];
const draw = () => {
  for (const frame of frames.splice(0)) frame(0);
};

beforeEach(() => {
  vi.stubGlobal("requestAnimationFrame", (frame: FrameRequestCallback) => frames.push(frame));
});
afterEach(() => {
  frames.length = 0;
  vi.unstubAllGlobals();
});

describe("the work behind a picture", () => {
  it("colouring by a gene that is here is one upload of its bytes, and no pass over its cells", async () => {
    const { model, shown, gene, settled } = await opened();
    const { canvas, sent, points } = gpu();
    const engine = new Engine(canvas);
    const show = () => {
      const scene = model.scene(shown, 0, 0, size);
      if (scene) engine.show([scene]);
      draw();
    };
    show();
    expect(points()).toBe(CELLS);
    sent.length = 0;
    model.do({ do: "colour", view: shown.view().id, colour: { by: "gene", name: "CD3E" } });
    shown.colour();
    await settled();
    show();
    expect(shown.colour().kind).toBe("values");
    expect(sent).toEqual([CELLS]);
    // The ends of its range come from a sample.
    expect(gene.reads()).toBeLessThan(CELLS / 2);
    const before = gene.reads();
    model.do({ do: "scale", key: "gene:CD3E", change: { map: "magma", reversed: true } });
    show();
    expect(sent).toEqual([CELLS]);
    expect(gene.reads() - before).toBeLessThan(CELLS / 2);
  });

  it("each cell is drawn once for a gene, also while others are selected and the gene is on its way", async () => {
    const { model, shown, settled } = await opened();
    const { canvas, points } = gpu();
    const engine = new Engine(canvas);
    const show = () => {
      const scene = model.scene(shown, 0, 0, size);
      if (scene) engine.show([scene]);
      draw();
    };
    const cells = Uint32Array.from({ length: CELLS / 3 }, (_, at) => 3 * at);
    model.do({ do: "select", cells, how: "replace", made: { kind: "python" } });
    show();
    const before = points();
    model.do({ do: "colour", view: shown.view().id, colour: { by: "gene", name: "CD3E" } });
    show();
    expect([shown.colour().kind, points() - before]).toEqual(["plain", 0]);
    await settled();
    show();
    expect([shown.colour().kind, points() - before]).toEqual(["values", CELLS]);
  });

  it("a camera that moves reads no cell and sends nothing", async () => {
    const { model, shown, gene, codes, settled } = await opened();
    const { canvas, sent } = gpu();
    const engine = new Engine(canvas);
    for (const [far, colour] of [
      [1, { by: "gene", name: "CD3E" }],
      [2, { by: "column", key: "kind" }],
    ] as const) {
      model.do({ do: "colour", view: shown.view().id, colour });
      shown.colour();
      await settled();
      const show = () => {
        const scene = model.scene(shown, 0, 0, size);
        if (scene) engine.show([scene]);
        draw();
        return scene;
      };
      const before = show();
      const [reads, uploads] = [gene.reads() + codes.reads(), sent.length];
      for (let step = 1; step <= 20; step++) {
        model.do({ do: "camera", view: shown.view().id, camera: { kind: "planar", x: far * step, y: 0, scale: 50 } });
        show();
      }
      const after = model.scene(shown, 0, 0, size);
      expect(after?.camera).not.toEqual(before?.camera);
      expect(after?.marks).toBe(before?.marks);
      expect(after?.colour).toBe(before?.colour);
      expect(gene.reads() + codes.reads()).toBe(reads);
      expect(sent.length).toBe(uploads);
    }
  });

  it("a filter reads its column once, its switch and a selection not at all, and each sends the marks alone", async () => {
    const { model, shown, gene, codes, settled } = await opened();
    const { canvas, sent } = gpu();
    const engine = new Engine(canvas);
    const view = shown.view().id;
    const show = () => {
      const scene = model.scene(shown, 0, 0, size);
      if (scene) engine.show([scene]);
      draw();
    };
    model.do({ do: "colour", view, colour: { by: "column", key: "kind" } });
    shown.colour();
    shown.filtered();
    await settled();
    show();
    const done = (act: () => void) => {
      const before = codes.reads() + gene.reads();
      sent.length = 0;
      act();
      show();
      expect(sent).toEqual([CELLS]);
      return codes.reads() + gene.reads() - before;
    };
    const filter: Filter = { kind: "categories", id: "f", on: true, key: "kind", hidden: [1], missing: false };
    const filters = (on: boolean) => model.do({ do: "filter", view, filter: { ...filter, on } });
    expect(done(() => filters(true))).toBe(CELLS);
    expect(shown.filtered().left).toBe(CELLS - Math.floor((CELLS + 1) / 3));
    expect(done(() => filters(false))).toBe(0);
    expect(done(() => filters(true))).toBe(0);
    const cells = Uint32Array.from({ length: 50 }, (_, at) => at * 7);
    expect(done(() => model.do({ do: "select", cells, how: "replace", made: { kind: "python" } }))).toBe(0);
  });
});
