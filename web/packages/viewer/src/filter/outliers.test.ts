import { describe, expect, it } from "vitest";
import { endsOf, sortedWithin } from "./outliers";

const values = [1, 2, 3, 4, 100, Number.NaN, 10, 11, 12, Infinity];
const codes = Uint8Array.from([0, 0, 0, 0, 0, 0, 1, 1, 1, 255]);
const value = (cell: number) => values[cell] as number;

describe("outliers", () => {
  it("are looked for among all cells, or within each category; what is no number is among none", () => {
    expect(sortedWithin(10, value, undefined, 0).map((one) => [...one])).toEqual([[1, 2, 3, 4, 10, 11, 12, 100]]);
    expect(sortedWithin(10, value, codes, 3).map((one) => [...one])).toEqual([[1, 2, 3, 4, 100], [10, 11, 12], []]);
  });

  it("lie beyond so many scaled deviations from the median", () => {
    const { low, high } = endsOf(Float64Array.from([1, 2, 3, 4, 100]), { by: "deviations", most: 3 });
    expect(low).toBeCloseTo(3 - 3 * 1.4826);
    expect(high).toBeCloseTo(3 + 3 * 1.4826);
  });

  it("or beyond percentiles, as NumPy counts them", () => {
    const sorted = Float64Array.from([0, 1, 2, 3, 4]);
    expect(endsOf(sorted, { by: "percentiles", low: 10, high: 90 })).toEqual({ low: 0.4, high: 3.6 });
  });

  it("are found also where most values are the same, and none where all are or none is", () => {
    const zeros = Float64Array.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 50]);
    expect(endsOf(zeros, { by: "deviations", most: 5 }).high).toBeLessThan(50);
    expect(endsOf(Float64Array.from([7, 7, 7]), { by: "deviations", most: 3 })).toEqual({ low: 7, high: 7 });
    expect(endsOf(new Float64Array(0), { by: "deviations", most: 3 })).toEqual({ low: -Infinity, high: Infinity });
  });
});
