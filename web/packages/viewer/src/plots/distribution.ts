/// How values of each part are spread: quantiles, density and counts on one common axis. What has no finite value, and
/// on a logarithmic axis what is not above 0, is counted apart.

import { density, histogram } from "./density";
import { type Division, divided, type Part, type Parts } from "./parts";
import type { Work } from "./slices";
import { type Column, gathered, moments, quantile } from "./values";

export interface Spread {
  readonly part: Part;
  readonly n: number;
  /// Cells without a finite value.
  readonly missing: number;
  /// On a logarithmic axis: cells at 0 or below.
  readonly below: number;
  readonly mean: number;
  readonly least: number;
  readonly q1: number;
  readonly median: number;
  readonly q3: number;
  readonly most: number;
  /// The farthest values within one and a half boxes from the box.
  readonly whiskers: readonly [number, number];
  /// From `least` to `most`, on the axis; undefined where all are the same.
  readonly density: Float64Array | undefined;
  readonly bins: Uint32Array;
}

export interface Distribution {
  readonly spreads: readonly Spread[];
  readonly logarithmic: boolean;
  /// Of all parts, in values; undefined where there are none.
  readonly range: readonly [number, number] | undefined;
  readonly parts: Parts;
}

export const STEPS = 72;
export const BINS = 40;

export function* distribution(
  column: Column,
  division: Division,
  out: Uint8Array | null,
  count: number,
  logarithmic: boolean,
): Work<Distribution> {
  const parts = yield* divided(division, out, count);
  const found: { sorted: Float64Array; missing: number; below: number }[] = [];
  let [low, high] = [Infinity, -Infinity];
  for (let at = 0; at < parts.parts.length; at++) {
    const all = gathered(column, parts.cells, parts.starts[at] as number, parts.starts[at + 1] as number);
    yield;
    const sorted = logarithmic ? all.values.filter((value) => value > 0) : all.values;
    sorted.sort();
    yield;
    found.push({ sorted, missing: all.missing, below: all.values.length - sorted.length });
    if (sorted.length > 0) {
      low = Math.min(low, sorted[0] as number);
      high = Math.max(high, sorted.at(-1) as number);
    }
  }
  const range = low <= high ? ([low, high] as const) : undefined;
  const spreads: Spread[] = [];
  for (const [at, { sorted, missing, below }] of found.entries()) {
    spreads.push({
      part: parts.parts[at] as Part,
      missing,
      below,
      ...told(sorted, range ?? [1, 10], logarithmic ? Math.log10 : same),
    });
    yield;
  }
  return { spreads, logarithmic, range, parts };
}

type Told = Omit<Spread, "part" | "missing" | "below">;

/// Density and counts are on the axis, all else is in values.
function told(sorted: Float64Array, range: readonly [number, number], onAxis: (value: number) => number): Told {
  const [q1, median, q3] = [quantile(sorted, 0.25), quantile(sorted, 0.5), quantile(sorted, 0.75)];
  const fence = 1.5 * (q3 - q1);
  const least = sorted[0] ?? Number.NaN;
  const most = sorted.at(-1) ?? Number.NaN;
  const placed = onAxis === same ? sorted : sorted.map(onAxis);
  return {
    n: sorted.length,
    mean: sorted.length > 0 ? moments(sorted).mean : Number.NaN,
    least,
    q1,
    median,
    q3,
    most,
    whiskers: [sorted.find((value) => value >= q1 - fence) ?? least, lastWithin(sorted, q3 + fence) ?? most],
    density: sorted.length > 1 ? density(placed, onAxis(least), onAxis(most), STEPS) : undefined,
    bins: histogram(placed, onAxis(range[0]), onAxis(range[1]), BINS),
  };
}

function same(value: number): number {
  return value;
}

function lastWithin(sorted: Float64Array, most: number): number | undefined {
  return sorted.findLast((value) => value <= most);
}
