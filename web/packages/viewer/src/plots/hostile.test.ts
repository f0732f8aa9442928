/// Plots of numbers that a stranger chose: nothing throws, nothing that is drawn is no number, and all that is told of
/// 100,000 categories is told after a few looks at each cell.

import { expect, it } from "vitest";
import { ticks } from "./axes";
import { composition } from "./composition";
import { correlation } from "./correlation";
import { distribution } from "./distribution";
import { drained } from "./slices";
import type { Column } from "./values";

const { NaN: LOST, POSITIVE_INFINITY: FAR } = Number;
const plain = (...values: number[]): Column => ({
  values: Float32Array.from(values),
  min: 0,
  max: 0,
  top: 0,
  missing: LOST,
});
const COLUMNS: Readonly<Record<string, Column>> = {
  nothing: plain(),
  "one number": plain(4),
  "all lost": plain(LOST, LOST, LOST),
  "all endless": plain(FAR, -FAR, FAR),
  constant: plain(5, 5, 5, 5),
  "the ends of numbers": plain(3.4e38, -3.4e38, 1e-45, 0),
  "hardly apart": plain(1e-45, 0, 1e-45, 0),
  "below nought": plain(-1, 0, -3),
  "steps of one value": { values: new Uint8Array([0, 0, 255]), min: 5, max: 5, top: 254, missing: 255 },
};
const one = { by: "nothing", part: { name: "<b>all</b>", colour: "#000000" } } as const;

it.each(Object.entries(COLUMNS))("values that are %s have a spread, and go with themselves", (_, column) => {
  const count = column.values.length;
  for (const logarithmic of [false, true]) {
    const { spreads, range } = drained(distribution(column, one, null, count, logarithmic));
    const [told] = spreads;
    if (told === undefined) throw new Error("no part");
    expect(told.n + told.missing + told.below).toBe(count);
    for (const value of range ?? []) expect(Number.isFinite(value)).toBe(true);
    if (told.n > 0) {
      const { mean, least, q1, median, q3, most, whiskers, density } = told;
      for (const value of [mean, least, q1, median, q3, most, ...whiskers, ...(density ?? [])]) {
        expect(Number.isFinite(value)).toBe(true);
      }
    }
    const axis = { low: range?.[0] ?? 0, high: range?.[1] ?? 0, logarithmic };
    const found = ticks(axis, 5);
    expect(found.length).toBeGreaterThan(0);
    expect(found.length).toBeLessThanOrEqual(50);
  }
  const { all, fields, missing } = drained(correlation(column, column, one, null, count));
  expect(fields.reduce((sum, value) => sum + value, 0)).toBe(count - missing);
  expect(Math.abs(all.pearson) <= 1 || Number.isNaN(all.pearson)).toBe(true);
});

it("100,000 categories within 100,000 categories are as few rows and columns as are drawn", () => {
  const MANY = 100_000;
  const entries = Array.from({ length: MANY }, (_, code) => {
    return { code, name: `<i>${code}</i>`, colour: "#123456", count: 1, merged: [] };
  });
  let reads = 0;
  const codes = new Proxy(
    Uint32Array.from({ length: MANY }, (_, at) => at),
    {
      get(target, key) {
        reads++;
        return Reflect.get(target, key, target) as unknown;
      },
    },
  );
  const division = { by: "category", codes, entries, categories: MANY } as const;
  const inner = { codes, entries, categories: MANY, none: "#999999" };
  const found = drained(composition(division, inner, null, MANY));
  expect(found.rows.parts.length).toBeLessThanOrEqual(30);
  expect(found.columns.length).toBeLessThanOrEqual(32);
  expect(reads).toBeLessThanOrEqual(4 * MANY);
});
