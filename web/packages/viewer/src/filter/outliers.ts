/// Cells whose value is far from the others': from the median in scaled deviations, or beyond percentiles; of all cells,
/// or of each category against its own. Sorted once for each column, so that another limit costs one look at each end.

import type { Beyond } from "../state/document";

export interface Ends {
  readonly low: number;
  readonly high: number;
}

/// Of a normal distribution: what a median deviation has to be multiplied with to be a standard deviation.
const SCALED = 1.4826;

/// The values of each category, ascending; what is not finite, or has no category, is in none.
export function sortedWithin(
  count: number,
  value: (cell: number) => number,
  codes: ArrayLike<number> | undefined,
  categories: number,
): Float64Array[] {
  const of = (cell: number) => (codes === undefined ? 0 : (codes[cell] as number));
  const sizes = new Uint32Array(codes === undefined ? 1 : categories);
  const usable = (cell: number) => of(cell) < sizes.length && Number.isFinite(value(cell));
  for (let cell = 0; cell < count; cell++) if (usable(cell)) sizes[of(cell)] = (sizes[of(cell)] as number) + 1;
  const sorted = Array.from(sizes, (size) => new Float64Array(size));
  const filled = new Uint32Array(sizes.length);
  for (let cell = 0; cell < count; cell++) {
    if (!usable(cell)) continue;
    const code = of(cell);
    const at = filled[code] as number;
    (sorted[code] as Float64Array)[at] = value(cell);
    filled[code] = at + 1;
  }
  for (const one of sorted) one.sort();
  return sorted;
}

/// What is within the limits, of values in ascending order. Where half of them are one value, and so no deviation is, the
/// mean deviation counts instead; of no values nothing is outside.
export function endsOf(sorted: Float64Array, beyond: Beyond): Ends {
  if (sorted.length === 0) return { low: -Infinity, high: Infinity };
  if (beyond.by === "percentiles") return { low: place(sorted, beyond.low), high: place(sorted, beyond.high) };
  const middle = place(sorted, 50);
  const away = sorted.map((value) => Math.abs(value - middle)).sort();
  // Of a normal distribution the mean deviation is 0.7979 of the standard deviation.
  const spread = SCALED * place(away, 50) || away.reduce((sum, one) => sum + one, 0) / away.length / 0.7979;
  return { low: middle - beyond.most * spread, high: middle + beyond.most * spread };
}

/// Between the two nearest, as NumPy's `percentile` does.
function place(sorted: Float64Array, percent: number): number {
  const at = (percent / 100) * (sorted.length - 1);
  const below = sorted[Math.floor(at)] as number;
  const above = sorted[Math.ceil(at)] as number;
  return below + (above - below) * (at - Math.floor(at));
}
