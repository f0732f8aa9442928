import { describe, expect, it } from "vitest";
import type { Filter } from "../state/document";
import { Masks, type Source } from "./masks";

const codes = Uint8Array.from([0, 0, 1, 1, 2, 255]);
const values = [0, 1, 2, 3, Number.NaN, 5];
let asked = 0;
const source: Source = {
  count: 6,
  codes: (key) => {
    asked++;
    return key === "type" ? { codes, names: ["x", "y", "z"], missing: 255 } : undefined;
  },
  values: ({ of, key }) => (of === "gene" && key === "late" ? undefined : (cell) => values[cell] as number),
  group: (id) => (id === "g" ? Uint32Array.from([1, 4]) : undefined),
};

const types: Filter = { id: "a", on: true, kind: "categories", key: "type", hidden: [1], missing: true };
const range: Filter = { id: "b", on: true, kind: "range", of: "column", key: "n", low: 1, high: 5 };

const left = (...filters: Filter[]) => {
  const { hidden } = new Masks(source).result(filters);
  return [...hidden].flatMap((gone, cell) => (gone ? [] : [cell]));
};

describe("filters", () => {
  it("leave what all of them leave", () => {
    expect(left(types)).toEqual([0, 1, 4]);
    expect(left({ ...types, missing: false })).toEqual([0, 1, 4, 5]);
    expect(left(range)).toEqual([1, 2, 3, 5]);
    expect(left(types, range)).toEqual([1]);
    expect(left()).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it("of groups and of outliers", () => {
    expect(left({ id: "g", on: true, kind: "group", group: "g", inside: true })).toEqual([1, 4]);
    expect(left({ id: "g", on: true, kind: "group", group: "g", inside: false })).toEqual([0, 2, 3, 5]);
    const beyond = { by: "percentiles", low: 25, high: 75 } as const;
    const outliers = { id: "o", on: true, kind: "outliers", of: "column", key: "n", beyond } as const;
    expect(left({ ...outliers, within: null })).toEqual([1, 2, 3, 4]);
    // Of two values the percentiles lie between; the cell without a category is held against none.
    expect(left({ ...outliers, within: "type" })).toEqual([4, 5]);
  });

  it("tell how many there were before and after each", () => {
    const { counts } = new Masks(source).result([types, { ...range, on: false }, { ...range, id: "c" }]);
    expect(counts.map(({ before, after }) => [before, after])).toEqual([
      [6, 3],
      [3, 3],
      [3, 1],
    ]);
  });

  it("leave nothing of what was hidden before them, and count without it", () => {
    const { hidden, left: rest, counts } = new Masks(source).result([types], Uint32Array.of(0, 2));
    expect([[...hidden], rest]).toEqual([[1, 0, 1, 1, 0, 1], 2]);
    expect(counts.map(({ before, after }) => [before, after])).toEqual([[4, 2]]);
    expect(new Masks(source).result([], Uint32Array.of(5)).left).toBe(5);
  });

  it("hide nothing while their data is on its way, and say so", () => {
    const { left: rest, counts } = new Masks(source).result([{ ...range, of: "gene", key: "late" }]);
    expect([rest, counts[0]?.waiting]).toEqual([6, true]);
  });

  it("are worked out once, however often they are switched", () => {
    const masks = new Masks(source);
    asked = 0;
    for (const on of [true, false, true, false, true]) masks.result([{ ...types, on }]);
    expect(asked).toBe(1);
    masks.result([{ ...types, hidden: [0] }]);
    expect(asked).toBe(2);
  });
});
