/// Where each gene lies in a volcano plot. A p of 0 is smaller than numbers can be: it has a line of its own above all
/// others. Folds beyond the edges (a gene that one side has none of) lie at them, so that the rest is not crushed.

import { type Tick, ticks } from "../plots/axes";
import { type Found, found, type Genes, type Thresholds, USUAL, type Verdict, verdict } from "./genes";

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Volcano {
  /// CSS pixels; NaN for a gene that has no place.
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly verdicts: readonly Verdict[];
  readonly found: Found;
  readonly across: readonly Tick[];
  readonly up: readonly Tick[];
  /// Where the thresholds lie; those outside the plot are left out.
  readonly folds: readonly number[];
  readonly level: number | undefined;
  /// Where p = 0 lies, if some gene has it.
  readonly zero: number | undefined;
  /// Genes at the edges, and genes without a place.
  readonly beyond: number;
  readonly without: number;
  readonly box: { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number };
}

const MARGIN = { left: 40, top: 12, right: 10, bottom: 34 } as const;
/// Of a point, from the edges of the plot.
const AIR = 6;
const ZERO_LINE = 18;
/// The share of folds that lies within the edges; where few genes differ, of all genes.
const WITHIN = { differing: 0.95, all: 0.995 } as const;
const FEW = 10;

export function volcano(genes: Genes, thresholds: Thresholds, size: Size): Volcano {
  const count = genes.names.length;
  const heights = new Float64Array(count);
  let most = 0;
  let zeros = false;
  let without = 0;
  const all: number[] = [];
  const differing: number[] = [];
  for (let row = 0; row < count; row++) {
    const [p, fold] = [genes.adjusted[row] as number, genes.fold[row] as number];
    const there = p >= 0 && p <= 1 && !Number.isNaN(fold);
    heights[row] = there ? Math.abs(Math.log10(p)) : Number.NaN;
    if (!there) without++;
    else if (p === 0) zeros = true;
    else most = Math.max(most, heights[row] as number);
    // Where one side has none of a gene, its fold says how small the test's own constants are.
    if (!there || !Number.isFinite(fold) || genes.inA[row] === 0 || genes.inB[row] === 0) continue;
    all.push(Math.abs(fold));
    // Of the usual thresholds: the edges stay where they are while a person tries others.
    if (verdict(genes, row, USUAL) !== "neither") differing.push(Math.abs(fold));
  }
  const edge = edgeOf(all, differing, thresholds.fold);
  const line = thresholds.adjusted > 0 ? Math.max(0, -Math.log10(thresholds.adjusted)) : Infinity;
  const top = Math.max(most * 1.04, line < 20 ? line * 1.2 : 0, 1);
  const box = {
    left: MARGIN.left,
    top: MARGIN.top,
    right: Math.max(MARGIN.left + 20, size.width - MARGIN.right),
    bottom: Math.max(MARGIN.top + 20, size.height - MARGIN.bottom),
  };
  const ceiling = box.top + (zeros ? ZERO_LINE : 0);
  const middle = (box.left + box.right) / 2;
  const half = (box.right - box.left) / 2 - AIR;
  const toX = (fold: number) => middle + (Math.max(-edge, Math.min(edge, fold)) / edge) * half;
  const toY = (height: number) => box.bottom - (height / top) * (box.bottom - ceiling);
  const zero = zeros ? box.top + AIR : undefined;
  const x = new Float32Array(count).fill(Number.NaN);
  const y = new Float32Array(count).fill(Number.NaN);
  const verdicts: Verdict[] = [];
  let beyond = 0;
  for (let row = 0; row < count; row++) {
    verdicts.push(verdict(genes, row, thresholds));
    const height = heights[row] as number;
    if (Number.isNaN(height)) continue;
    const fold = genes.fold[row] as number;
    if (Math.abs(fold) > edge) beyond++;
    x[row] = toX(fold);
    y[row] = height === Infinity && zero !== undefined ? zero : toY(height);
  }
  return {
    x,
    y,
    verdicts,
    found: found(genes, thresholds),
    across: axis(-edge, edge, Math.max(3, Math.floor((half * 2) / 60)), toX),
    up: axis(0, top, Math.max(2, Math.floor((box.bottom - ceiling) / 36)), toY),
    folds: thresholds.fold > 0 && thresholds.fold <= edge ? [toX(-thresholds.fold), toX(thresholds.fold)] : [],
    level: line <= top ? toY(line) : undefined,
    zero,
    beyond,
    without,
    box,
  };
}

function axis(low: number, high: number, about: number, place: (value: number) => number): Tick[] {
  return ticks({ low, high, logarithmic: false }, about).map(({ at, text }) => ({ at: place(at), text }));
}

/// The largest fold within the plot: that of nearly all which differ, and of all where the largest is no stranger to them.
function edgeOf(all: readonly number[], differing: readonly number[], fold: number): number {
  const sorted = Float64Array.from(differing.length < FEW ? all : differing).sort();
  const within = differing.length < FEW ? WITHIN.all : WITHIN.differing;
  const most = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * within))] ?? 0;
  const largest = all.reduce((one, other) => Math.max(one, other), 0);
  const edge = largest <= most * 2 ? largest * 1.04 : most * 1.25;
  return Math.max(edge, fold < 100 ? fold * 1.25 : 0, 0.1);
}

/// The gene under a place, within reach; -1: none. One that differs wins over the crowd that does not.
export function nearest({ x, y, verdicts }: Volcano, px: number, py: number, reach: number): number {
  let best = -1;
  let least = reach * reach;
  for (let row = 0; row < x.length; row++) {
    const far = ((x[row] as number) - px) ** 2 + ((y[row] as number) - py) ** 2;
    if (far > reach * reach) continue;
    const weighed = verdicts[row] === "neither" ? far + 4 : far;
    if (weighed <= least) [best, least] = [row, weighed];
  }
  return best;
}

/// The genes that keys walk through, from left to right: those that differ, or all where none does.
export function walked({ x, found }: Volcano): number[] {
  const rows = [...found.up, ...found.down].filter((row) => !Number.isNaN(x[row]));
  const all = rows.length > 0 ? rows : Array.from(x.keys()).filter((row) => !Number.isNaN(x[row]));
  return all.sort((a, b) => (x[a] as number) - (x[b] as number) || a - b);
}
