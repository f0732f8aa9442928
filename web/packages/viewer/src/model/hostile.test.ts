/// The pure parts against numbers and names that a stranger chose: nothing throws, no matrix holds what is no number, and
/// nobody goes through all cells for each category.

import { createRoot } from "solid-js";
import { describe, expect, it } from "vitest";
import { legendOf, standing, standings } from "../colour/legend";
import { percentiles, real, step, type Values } from "../colour/range";
import { maskOf } from "../filter/masks";
import { endsOf, sortedWithin } from "../filter/outliers";
import {
  anywhere,
  between,
  bounds,
  type Camera,
  fitted,
  matrixOf,
  panned,
  type Size,
  turned,
  zoomed,
} from "../points/camera";
import { autoLook } from "../points/sizing";
import { Names } from "../search/names";
import { inside, rectangle } from "../select/lasso";
import { gridOf, nearestInPlane, nearestInSpace } from "../select/picking";
import { centres, placed } from "../stage/labels";
import { MOST } from "../state/bounds";
import { type Document, fresh } from "../state/document";
import { apply, type Operation } from "../state/operations";
import { read, saved } from "../state/saved";
import { Model } from "./model";
import { Shelf } from "./shelf";

const { NaN: LOST, POSITIVE_INFINITY: FAR } = Number;
const CLOUDS: Readonly<Record<string, readonly number[]>> = {
  "no cells": [],
  "one cell": [3, 4, 5],
  "all lost": [LOST, LOST, LOST, LOST, LOST, LOST],
  "all in one place": [7, 7, 7, 7, 7, 7, 7, 7, 7],
  "all endless": [FAR, -FAR, FAR, -FAR, FAR, -FAR],
  "one axis alone": [0, 1, 1e20, 0, 2, 1e20, 0, 3, 1e20],
  "the ends of numbers": [3.4e38, -3.4e38, 1e-45, -3.4e38, 3.4e38, -1e-45],
  "hardly apart": [1e-45, 0, 0, 0, 1e-45, 0],
  "far away and close together": [1e8, 1e8, 1e8, 1e8 + 8, 1e8, 1e8],
  "some lost": [0, 0, 0, 1, LOST, 1, LOST, 1, 2, FAR, 1, 1, 2, 2, 2],
};
const SIZES: readonly Size[] = [
  { width: 640, height: 480 },
  { width: 1, height: 4000 },
];

function finite(camera: Camera, size: Size): void {
  const told = JSON.stringify(camera);
  expect(told).not.toContain("null");
  for (const value of matrixOf(camera, size)) expect(Number.isFinite(value), told).toBe(true);
}

describe.each(Object.entries(CLOUDS))("cells that are %s", (_, numbers) => {
  it.each([1, 2, 3] as const)("in %d dimensions have a camera, a lasso, a nearest cell and labels", (dimensions) => {
    const points = Float32Array.from(numbers.slice(0, numbers.length - (numbers.length % dimensions)));
    const count = points.length / dimensions;
    const around = bounds(points, dimensions);
    const there = Array.from({ length: count }, (_, cell) =>
      points.subarray(cell * dimensions, (cell + 1) * dimensions),
    );
    expect(anywhere(points, dimensions)).toBe(there.some((place) => place.every((value) => Math.abs(value) < 1e30)));
    for (const size of SIZES) {
      for (const kind of ["planar", "orbit"] as const) {
        const whole = fitted(kind, around, size);
        const near = zoomed(whole, 50, 1, 1, size, whole);
        for (const camera of [whole, near, panned(near, 9, 9, size), turned(whole, 9, 9), between(whole, near, 0.5)]) {
          finite(camera, size);
        }
        const where = { points, dimensions, matrix: matrixOf(whole, size), size };
        const cells = inside(where, rectangle(-1, -1, size.width + 1, size.height + 1));
        expect(cells.length).toBeLessThanOrEqual(count);
        const cell =
          whole.kind === "planar"
            ? nearestInPlane(gridOf(points, dimensions), where, whole, size.width / 2, size.height / 2, 1e9)
            : nearestInSpace(where, size.width / 2, size.height / 2, 1e9);
        expect(cell).toBeGreaterThanOrEqual(-1);
        expect(cell).toBeLessThan(Math.max(1, count));
        const codes = new Uint8Array(count);
        const middles = centres(points, dimensions, codes, 2);
        for (const { at } of middles) expect(at.every(Number.isFinite)).toBe(true);
        for (const { x, y } of placed(middles, where, size, () => 40, 14)) {
          expect([x, y].every(Number.isFinite)).toBe(true);
        }
      }
    }
  });
});

it("a size is chosen for any number of cells in any picture", () => {
  for (const cells of [0, 1, 1e9]) {
    for (const size of [...SIZES, { width: 0, height: 0 }]) {
      const look = autoLook(cells, size);
      expect([look.size, look.opacity].every(Number.isFinite)).toBe(true);
    }
  }
});

it("a shape that leaves the picture by far ends where the picture does", () => {
  const size = { width: 100, height: 100 };
  const points = new Float32Array([0, 0, 0.1, 0.1]);
  const where = { points, dimensions: 2, matrix: matrixOf(fitted("planar", bounds(points, 2), size), size), size };
  expect([...inside(where, rectangle(-1e15, -1e15, 1e15, 1e15))]).toEqual([0, 1]);
  expect([...inside(where, [LOST, LOST, FAR, -FAR, 1, 1])]).toEqual([]);
});

const STEPS = { min: 0, max: 1, top: 254 };
const PLAIN = { min: 0, max: 0, top: 0 };

it.each<readonly [string, Values]>([
  ["nothing", { ...PLAIN, values: new Float32Array(0) }],
  ["all lost", { ...PLAIN, values: new Float32Array([LOST, LOST]) }],
  ["all endless", { ...PLAIN, values: new Float32Array([FAR, -FAR]) }],
  ["one number", { ...PLAIN, values: new Float32Array([LOST, 4, LOST]) }],
  ["constant", { ...PLAIN, values: new Float32Array([5, 5, 5]) }],
  ["all steps missing", { ...STEPS, values: new Uint8Array([255, 255]) }],
  ["steps of one value", { ...STEPS, min: 5, max: 5, values: new Uint8Array([0, 0]) }],
  ["steps from end to end", { ...STEPS, min: -3.4e38, max: 3.4e38, values: new Uint8Array([0, 254]) }],
])("values that are %s have a range, or none", (_, column) => {
  const found = percentiles(column, 2, 98) ?? [0, 1];
  for (const value of found) {
    expect(Number.isFinite(value)).toBe(true);
    expect(Number.isFinite(step(column, value))).toBe(true);
    expect(Number.isFinite(real(column, step(column, value)))).toBe(true);
  }
});

it("a range hides what is no number, and nothing else", () => {
  const values = [LOST, -FAR, 0, FAR];
  const source = {
    count: 4,
    codes: () => undefined,
    values: () => (cell: number) => values[cell] as number,
    group: () => undefined,
  };
  const range = { id: "r", on: true, kind: "range", of: "column", key: "__proto__", low: null, high: null } as const;
  expect([...(maskOf(range, source) ?? [])]).toEqual([1, 0, 0, 0]);
});

it("outliers of hostile values have ends, and hide nothing where nothing is far", () => {
  for (const values of [[], [LOST], [FAR, -FAR], [5, 5, 5], [-3.4e38, 3.4e38], [1e-45, 0, 0]]) {
    const [sorted = new Float64Array(0)] = sortedWithin(values.length, (cell) => values[cell] as number, undefined, 0);
    for (const beyond of [
      { by: "deviations", most: 3 },
      { by: "percentiles", low: 0, high: 100 },
    ] as const) {
      const ends = endsOf(sorted, beyond);
      expect(ends.low <= ends.high).toBe(true);
      expect([...sorted].filter((value) => value < ends.low || value > ends.high)).toEqual([]);
    }
  }
});

/// Counts what is read of it.
function counted<T extends object>(all: T): { readonly all: T; reads(): number } {
  let reads = 0;
  const seen = new Proxy(all, {
    get(target, key) {
      if (typeof key === "string" && /^\d+$/.test(key)) reads++;
      return Reflect.get(target, key) as unknown;
    },
  });
  return { all: seen, reads: () => reads };
}

describe("100,000 categories", () => {
  const MANY = 100_000;
  const names = Array.from({ length: MANY }, (_, at) => `<i>${at}</i>`);
  const counts = new Uint32Array(MANY + 1).fill(1);

  it("have a legend in one pass, also where all are one long chain or one crowd of merges", () => {
    const plain = counted(names);
    expect(legendOf({ names: plain.all, counts }, "#999999").entries.length).toBe(MANY);
    expect(plain.reads()).toBeLessThanOrEqual(2 * MANY);
    for (const next of [(at: number) => at + 1, () => MANY - 1]) {
      const merged: Record<number, number> = {};
      for (let at = 0; at < MANY - 1; at++) merged[at] = next(at);
      const watched = counted(merged);
      expect(new Set(standings(MANY, watched.all))).toEqual(new Set([MANY - 1]));
      expect(watched.reads()).toBeLessThanOrEqual(2 * MANY);
      const legend = legendOf({ names, counts }, "#999999", { colours: {}, names: {}, merged });
      expect([legend.entries.length, legend.entries[0]?.count]).toEqual([1, MANY]);
    }
  });

  it("that are merged in a circle, or into one that is not there, have an end", () => {
    const merged = { 0: 1, 1: 2, 2: 0, 3: 77, 4: -1 };
    expect([...standings(5, merged)]).toEqual([0, 0, 0, -1, -1]);
    expect([0, 1, 2, 3, 4, 255].map((code) => standing(code, 5, merged))).toEqual([0, 0, 0, -1, -1, -1]);
    expect([standing(2, 5, {}), standing(5, 5, {})]).toEqual([2, -1]);
  });

  it("are labelled by looking at each cell once", () => {
    const cells = 50_000;
    const points = Float32Array.from({ length: 2 * cells }, (_, at) => at % 997);
    const codes = counted(Uint32Array.from({ length: cells }, (_, at) => (at * 31) % MANY));
    const middles = centres(points, 2, codes.all, MANY);
    expect(codes.reads()).toBe(cells);
    // Each move of the camera goes through these.
    expect(middles.length).toBeLessThanOrEqual(4000);
    const size = { width: 300, height: 300 };
    const matrix = matrixOf(fitted("planar", bounds(points, 2), size), size);
    let measured = 0;
    const width = () => {
      measured++;
      return 30;
    };
    const found = placed(middles, { matrix, size }, size, width, 14);
    expect(found.length).toBeGreaterThan(0);
    expect(measured).toBeLessThanOrEqual(middles.length);
  });

  it("are hidden by looking at each cell once", () => {
    const codes = counted(Uint32Array.from({ length: 5000 }, (_, at) => at));
    const mask = maskOf(
      { id: "f", on: true, kind: "categories", key: "k", hidden: names.map((_, at) => at), missing: true },
      {
        count: 5000,
        codes: () => ({ codes: codes.all, missing: 2 ** 32 - 1, names }),
        values: () => undefined,
        group: () => undefined,
      },
    );
    expect(mask?.every((one) => one === 1)).toBe(true);
    expect(codes.reads()).toBe(5000);
  });
});

const INHERITED = ["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf"];

it.each(INHERITED)("a column called %s is a column like others", async (key) => {
  const shelf = new Shelf({
    cells: 2,
    points: async () => new Float32Array([0, 0, 1, 1]),
    column: async () => ({ codes: Uint8Array.from([0, 1]), names: [key, ""], missing: 255 }),
    gene: async () => ({ ...PLAIN, values: new Float32Array(2), missing: LOST }),
  });
  const start = fresh({ key, dimensions: 2 }, { by: "column", key });
  const theme = { background: "#ffffff", none: "#999999", plain: "#336699", outline: "#000000" };
  const model = createRoot(() => new Model(shelf, 2, start, theme));
  const [shown] = model.shown();
  shown?.legend();
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  expect(shown?.legend()?.entries.map(({ name }) => name)).toEqual([key, ""]);
  model.do({ do: "overlay", key, change: { names: { 0: "other" } } });
  expect(shown?.legend()?.entries[0]?.name).toBe("other");
  // What a group of a comparison and the list of a filter are made of.
  expect(model.legend(key)?.entries.map(({ name }) => name)).toEqual(["other", ""]);
  const known = { cells: 2, columns: new Set([key]), embeddings: new Map([[key, 2]]), hasGene: () => false };
  const again = read(JSON.parse(JSON.stringify(saved(model.document()))), known);
  expect(again.left).toEqual([]);
  model.do({ do: "replace", document: again.document });
  expect(shown?.legend()?.entries[0]?.name).toBe("other");
  expect(Object.hasOwn(Object.prototype, "names")).toBe(false);
});

it("names of any kind are found, and looked up by themselves alone", () => {
  const names = new Names([...INHERITED, "", "\n", "\u202e", "a".repeat(100_000), ".*", "same", "same"]);
  for (const text of ["", " ", ".*", "(", "\\", "a".repeat(1000), "__proto__", "\u202e"]) names.find(text);
  expect(names.find("__PROTO__")[0]?.name).toBe("__proto__");
  expect(names.place("a".repeat(100_000))).toBe(8);
  expect(names.place("isPrototypeOf")).toBe(-1);
  expect(new Names([]).meant("x")).toBeUndefined();
});

it("whatever the hand can make is saved and read again", () => {
  const long = "x".repeat(60_000);
  const known = { cells: 9, columns: new Set([long]), embeddings: new Map([[long, 2]]), hasGene: () => true };
  const embedding = { key: long, dimensions: 2 } as const;
  let document: Document = fresh(embedding, { by: "gene", name: long });
  const many = (count: number, make: (at: number) => Operation) => {
    for (let at = 0; at < count; at++) document = apply(document, make(at));
  };
  const camera = fitted("planar", { low: [0, 0, 0], high: [1, 1, 1] }, { width: 9, height: 9 });
  const cells = Uint32Array.from([1, 2]);
  const shape = Array.from({ length: 3 * MOST.corners }, (_, at) => at % 500);
  const drawn = { kind: "shape", tool: "brush", embedding, camera, shape, width: 9, height: 9 } as const;
  const made = { ...drawn, radius: 24, filters: [] };
  many(MOST.made + 9, () => ({ do: "select", cells, how: "add", made }));
  expect(document.made[0]?.kind === "shape" && document.made[0].shape.slice(0, 2)).toEqual([0, 1]);
  const group = { name: long, colour: "#ff0000", note: "", shown: true, cells, made: [] };
  many(MOST.groups + 9, (at) => ({ do: "add-group", group: { ...group, name: "g", id: String(at) } }));
  many(MOST.pages + 9, (at) => ({ do: "add-page", page: { id: `p${at}`, name: "p", groups: [] } }));
  many(MOST.views + 9, (at) => ({
    do: "add-view",
    view: { id: `v${at}`, embedding, camera, colour: { by: "column", key: long }, filters: [] },
  }));
  const hidden = Array.from({ length: 60_000 }, (_, at) => at);
  many(MOST.filters + 9, (at) => ({
    do: "filter",
    view: document.active,
    filter: { id: String(at), on: true, kind: "categories", key: long, hidden: at === 0 ? hidden : [], missing: true },
  }));
  const again = read(JSON.parse(JSON.stringify(saved(document))), known);
  expect(again.document.views.length).toBe(MOST.views);
  expect(again.document.views.at(-1)?.filters[0]).toMatchObject({ hidden });
});
