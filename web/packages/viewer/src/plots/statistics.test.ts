/// Golden numbers are numpy 2 and scipy 1's, computed once from the same arrays:
///   i = np.arange(200); v = ((i * 37) % 101) / 10; w = np.sqrt(i * 53 % 97) + v * 0.3
///   np.quantile(v, [.25, .5, .75]), v.mean(), v.std(ddof=1), np.histogram(v, bins=8)
///   scipy.stats.gaussian_kde(v)(np.linspace(v.min(), v.max(), 5)), pearsonr(v, w), spearmanr(v, w), rankdata(a)
///   j = np.arange(50000); x = ((j * 7919) % 10007) / 10007 - 0.5; y = np.round(x * 20) + ((j * 104729) % 13)

import { describe, expect, it } from "vitest";
import { legendOf } from "../colour/legend";
import { composition } from "./composition";
import { correlation, pearson, ranked } from "./correlation";
import { density, histogram } from "./density";
import { distribution } from "./distribution";
import { type Division, divided, MOST } from "./parts";
import { drained, run } from "./slices";
import { type Column, gathered, moments, quantile } from "./values";

const v = Float64Array.from({ length: 200 }, (_, i) => ((i * 37) % 101) / 10);
const w = Float64Array.from(v, (value, i) => Math.sqrt((i * 53) % 97) + value * 0.3);
const column = (values: ArrayLike<number>): Column => ({
  values: Float32Array.from(values),
  min: 0,
  max: 0,
  top: 0,
  missing: Number.NaN,
});
const grey = "#808080";
const ranks = (values: Float64Array) => drained(ranked(values));
const alone: Division = { by: "nothing", part: { name: "", colour: grey } };

function byCode(codes: Uint8Array | Uint32Array, names: readonly string[], overlay?: Parameters<typeof legendOf>[2]) {
  const counts = new Uint32Array(names.length + 1);
  for (const code of codes) {
    const at = Math.min(code, names.length);
    counts[at] = (counts[at] as number) + 1;
  }
  const { entries } = legendOf({ names, counts }, grey, overlay);
  return { by: "category", codes, entries, categories: names.length } as const;
}

describe("what is said of values", () => {
  it("is what numpy says", () => {
    const sorted = v.slice().sort();
    expect([0.25, 0.5, 0.75].map((share) => quantile(sorted, share))).toEqual([2.475, 5, 7.525]);
    expect(moments(v).mean).toBeCloseTo(5.0045, 12);
    expect(moments(v).deviation).toBeCloseTo(2.931158165462037, 12);
    expect([...histogram(v, 0, 10, 8)]).toEqual([26, 24, 25, 24, 26, 23, 26, 26]);
  });

  it("has the density that scipy has", () => {
    const golden = [
      0.05190614941110418, 0.09747128132746183, 0.09908893853707405, 0.09830583240942234, 0.05195989065436,
    ];
    const found = density(v, 0, 10, 5) ?? [];
    golden.forEach((value, at) => {
      expect(found[at]).toBeCloseTo(value, 5);
    });
  });

  it("reads steps as the values for which they stand, and leaves out what is none", () => {
    const steps: Column = { values: Uint8Array.of(0, 127, 254, 255), min: 2, max: 4, top: 254, missing: 255 };
    const found = gathered(steps, Uint32Array.of(3, 2, 1, 0), 0, 4);
    expect([...found.values]).toEqual([4, 3, 2]);
    expect(found.missing).toBe(1);
  });
});

describe("a correlation", () => {
  it("is what scipy says, with ties", () => {
    expect(pearson(v, w)).toBeCloseTo(0.41049716542097403, 12);
    expect(pearson(ranks(v), ranks(w))).toBeCloseTo(0.39930905735038197, 12);
  });

  it("ranks as scipy does: ties share, zeros have no sign", () => {
    const a = Float64Array.of(1, 2, 2, 3, 3, 3, -1, 0, 0, -0, 1e300, -1e300, 5e-324);
    expect([...ranks(a)]).toEqual([7, 8.5, 8.5, 11, 11, 11, 2, 4, 4, 4, 13, 1, 6]);
    const b = Float64Array.of(5, 1, 4, 4, 2, 0, 3, 3, 1, 2, 9, 9, 9);
    expect(pearson(ranks(a), ranks(b))).toBeCloseTo(-0.07032355760056691, 12);
  });

  it("ranks many cells by their bits as it ranks few by comparing", () => {
    const x = Float64Array.from({ length: 50_000 }, (_, j) => ((j * 7919) % 10_007) / 10_007 - 0.5);
    const y = Float64Array.from(x, (value, j) => rounded(value * 20) + ((j * 104_729) % 13));
    expect(pearson(x, y)).toBeCloseTo(0.8378092956453249, 12);
    expect(pearson(ranks(x), ranks(y))).toBeCloseTo(0.8430525180077789, 12);
  });

  it("counts every cell that has both values in a field, and says of each part", () => {
    const codes = Uint8Array.from(v, (_, i) => i % 2);
    const found = drained(
      correlation(column(v), column([...w.slice(0, 199), Number.NaN]), byCode(codes, ["a", "b"]), null, 200),
    );
    expect(found.all.n).toBe(199);
    expect(found.missing).toBe(1);
    expect(found.fields.reduce((a, b) => a + b)).toBe(199);
    expect(found.byPart.map(({ part, n }) => [part.name, n])).toEqual([
      ["a", 100],
      ["b", 99],
    ]);
  });

  it.each([
    ["constant", [1, 1, 1, 1]],
    ["all NaN", [Number.NaN, Number.NaN, Number.NaN, Number.NaN]],
    ["one cell", [3, Number.NaN, Infinity, -Infinity]],
  ])("is none where values are %s", (_, values) => {
    const found = drained(correlation(column(values), column([1, 2, 3, 4]), alone, null, 4));
    expect(found.all.pearson).toBeNaN();
    expect(found.all.spearman).toBeNaN();
    expect(found.fields.reduce((a, b) => a + b)).toBe(found.all.n);
  });
});

describe("parts", () => {
  it("are the categories as the legend has them, of the cells that count", () => {
    const codes = Uint8Array.of(0, 1, 2, 3, 255, 0, 1);
    const division = byCode(codes, ["a", "b", "c", "d"], { names: { 0: "A" }, colours: {}, merged: { 2: 0, 3: -1 } });
    const found = drained(divided(division, Uint8Array.of(0, 0, 0, 0, 0, 0, 1), 7));
    expect(found.parts.map((part) => part.name)).toEqual(["A", "b"]);
    expect([...found.cells]).toEqual([0, 2, 5, 1]);
    expect([...found.starts]).toEqual([0, 3, 4]);
    expect(found.missing).toBe(2);
  });

  it("are the largest of 100,000, and the rest is told", () => {
    const count = 100_000;
    const codes = Uint32Array.from({ length: count + 50 }, (_, cell) => (cell < count ? cell : (cell - count) * 2));
    const names = Array.from({ length: count }, (_, code) => `c${code}`);
    const found = drained(divided(byCode(codes, names), null, codes.length));
    expect(found.parts.length).toBe(MOST);
    expect(found.parts[0]?.name).toBe("c0");
    expect(found.left).toEqual({ parts: count - MOST, cells: count + 50 - 2 * MOST });
  });

  it("of groups may share cells", () => {
    const group = (name: string, cells: number[]) => ({ name, colour: grey, cells: Uint32Array.from(cells) });
    const division: Division = { by: "groups", groups: [group("a", [0, 1]), group("none", []), group("b", [1, 2])] };
    const found = drained(divided(division, Uint8Array.of(1, 0, 0), 3));
    expect(found.parts.map((part) => part.name)).toEqual(["a", "b"]);
    expect([...found.cells]).toEqual([1, 1, 2]);
  });
});

describe("a composition", () => {
  it("counts each category within each part, and what has no value", () => {
    const outer = byCode(Uint8Array.of(0, 0, 1, 1, 1, 255), ["x", "y"]);
    const inner = { ...byCode(Uint8Array.of(0, 1, 1, 1, 255, 0), ["a", "b"]), none: grey };
    const found = drained(composition(outer, inner, null, 6));
    expect(found.columns.map((one) => one.name)).toEqual(["a", "b", "without a value"]);
    expect([...found.counts]).toEqual([1, 1, 0, 0, 2, 1]);
    expect(found.totals).toEqual([2, 3]);
    expect(found.rows.missing).toBe(1);
  });

  it("counts all beyond the largest categories as others", () => {
    const codes = Uint32Array.from({ length: 200 }, (_, cell) => cell % 100);
    const names = Array.from({ length: 100 }, (_, code) => `c${code}`);
    const found = drained(composition(alone, { ...byCode(codes, names), none: grey }, null, 200));
    expect(found.columns.length).toBe(MOST + 1);
    expect(found.counts.at(-1)).toBe(200 - 2 * MOST);
    expect(found.others).toBe(100 - MOST);
  });
});

describe("a distribution", () => {
  it("says of each part what numpy says, NaN apart", () => {
    const found = drained(distribution(column([...v, Number.NaN, Infinity]), alone, null, 202, false));
    const [spread] = found.spreads;
    expect(spread).toMatchObject({ n: 200, missing: 2, least: 0, most: 10 });
    expect(spread?.median).toBeCloseTo(5, 6);
    expect(spread?.bins.reduce((a, b) => a + b)).toBe(200);
  });

  it("has whiskers at the farthest values within one and a half boxes", () => {
    const found = drained(distribution(column([1, 2, 3, 4, 5, 100]), alone, null, 6, false));
    expect(found.spreads[0]?.whiskers).toEqual([1, 5]);
  });

  it("leaves out of a logarithmic axis what is not above 0, and counts it", () => {
    const found = drained(distribution(column([-1, 0, 1, 10, 100]), alone, null, 5, true));
    expect(found.range).toEqual([1, 100]);
    expect(found.spreads[0]).toMatchObject({ n: 3, below: 2, median: 10 });
  });

  it.each([
    ["all NaN", [Number.NaN, Number.NaN], 0],
    ["one cell", [7], 1],
    ["constant", [2, 2, 2], 3],
    ["no cell", [], 0],
  ])("of %s has no density and no error", (_, values, n) => {
    const found = drained(distribution(column(values), alone, null, values.length, false));
    expect(found.spreads[0]?.n).toBe(n);
    expect(found.spreads[0]?.density).toBeUndefined();
  });
});

describe("work in slices", () => {
  it("gives the page its turn, ends when it is stopped, and says what failed", async () => {
    let steps = 0;
    function* endless(): Generator<undefined, string> {
      for (;;) {
        steps++;
        yield;
      }
    }
    let clock = 0;
    const running = run(endless(), ends, ends, () => (clock += 5));
    expect(steps).toBe(2);
    running.stop();
    await new Promise((turn) => setTimeout(turn, 5));
    expect(steps).toBe(2);
    function* failing(): Generator<undefined, string> {
      yield;
      throw new RangeError("too far");
    }
    const failed = await new Promise((seen) => run(failing(), ends, seen));
    expect(failed).toBeInstanceOf(RangeError);
  });
});

function ends(): never {
  throw new Error("it ended");
}

/// As numpy rounds: halves to the even neighbour.
function rounded(value: number): number {
  const near = Math.round(value);
  return Math.abs(value % 1) === 0.5 && near % 2 !== 0 ? near - 1 : near;
}
