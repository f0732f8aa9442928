/// Whether two values go together: Pearson's r, Spearman's rho with equal values sharing their ranks, and how many cells
/// lie where (a histogram in two dimensions).

import { real } from "../colour/range";
import { type Division, divided, type Part, type Parts } from "./parts";
import type { Work } from "./slices";
import { type Column, gathered } from "./values";

export interface Together {
  readonly n: number;
  /// NaN where one of the two is the same everywhere, or there are fewer than two cells.
  readonly pearson: number;
  readonly spearman: number;
}

export interface Correlation {
  readonly all: Together;
  readonly byPart: readonly (Together & { readonly part: Part })[];
  readonly parts: Parts;
  /// Cells that count and lack one of the values.
  readonly missing: number;
  /// `FIELDS` × `FIELDS`, row by row from the lowest y.
  readonly fields: Uint32Array;
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

export const FIELDS = 40;

export function* correlation(
  x: Column,
  y: Column,
  division: Division,
  out: Uint8Array | null,
  count: number,
): Work<Correlation> {
  const everything = yield* divided({ by: "nothing", part: { name: "", colour: "" } }, out, count);
  const [a, b] = pairs(x, y, everything.cells, 0, everything.cells.length);
  yield;
  const all = yield* together(a, b);
  const [rangeX, rangeY] = [rangeOf(a), rangeOf(b)];
  const fields = new Uint32Array(FIELDS * FIELDS);
  const place = (value: number, [low, high]: readonly [number, number]) =>
    high > low ? Math.min(FIELDS - 1, Math.floor(((value - low) / (high - low)) * FIELDS)) : FIELDS >> 1;
  for (let at = 0; at < a.length; at++) {
    const field = place(b[at] as number, rangeY) * FIELDS + place(a[at] as number, rangeX);
    fields[field] = (fields[field] as number) + 1;
  }
  yield;
  const parts = division.by === "nothing" ? everything : yield* divided(division, out, count);
  const byPart: Correlation["byPart"][number][] = [];
  if (division.by !== "nothing") {
    for (const [at, part] of parts.parts.entries()) {
      const [one, other] = pairs(x, y, parts.cells, parts.starts[at] as number, parts.starts[at + 1] as number);
      yield;
      byPart.push({ part, ...(yield* together(one, other)) });
    }
  }
  return { all, byPart, parts, missing: everything.cells.length - a.length, fields, x: rangeX, y: rangeY };
}

export function* together(a: Float64Array, b: Float64Array): Work<Together> {
  const straight = pearson(a, b);
  yield;
  const one = yield* ranked(a);
  yield;
  const other = yield* ranked(b);
  yield;
  return { n: a.length, pearson: straight, spearman: pearson(one, other) };
}

export function pearson(a: Float64Array, b: Float64Array): number {
  const n = a.length;
  if (n < 2) return Number.NaN;
  let [meanA, meanB] = [0, 0];
  for (let at = 0; at < n; at++) {
    meanA += a[at] as number;
    meanB += b[at] as number;
  }
  meanA /= n;
  meanB /= n;
  let [ab, aa, bb] = [0, 0, 0];
  for (let at = 0; at < n; at++) {
    const [x, y] = [(a[at] as number) - meanA, (b[at] as number) - meanB];
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return aa > 0 && bb > 0 ? Math.max(-1, Math.min(1, ab / Math.sqrt(aa * bb))) : Number.NaN;
}

/// From 1; equal values have the mean of their ranks. Values must be finite.
export function* ranked(values: Float64Array): Work<Float64Array> {
  const order = yield* ascending(values);
  const found = new Float64Array(values.length);
  for (let from = 0; from < order.length; ) {
    const value = values[order[from] as number];
    let to = from + 1;
    while (to < order.length && values[order[to] as number] === value) to++;
    const rank = (from + to + 1) / 2;
    for (let at = from; at < to; at++) found[order[at] as number] = rank;
    from = to;
  }
  return found;
}

/// Below so many a comparison is faster than tables of 65,536.
const FEW = 20_000;

/// Places of the values from the least to the greatest: by the 16 bits of each quarter in turn, which for a million
/// values is several times as fast as comparing them.
function* ascending(values: Float64Array): Work<Uint32Array> {
  const count = values.length;
  let order = new Uint32Array(count);
  for (let at = 0; at < count; at++) order[at] = at;
  if (count < FEW) return order.sort((a, b) => (values[a] as number) - (values[b] as number));
  // -0 and 0 are equal, and their bits are not.
  const words = new Uint32Array(values.map((value) => value + 0).buffer);
  const little = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;
  const lowAt = little ? 0 : 1;
  const highAt = 1 - lowAt;
  // Such that the order of the bits is the order of the values: negative ones turn round, others come after them.
  for (let at = 0; at < count; at++) {
    const high = words[at * 2 + highAt] as number;
    if (high >>> 31 === 1) {
      words[at * 2 + lowAt] = ~(words[at * 2 + lowAt] as number);
      words[at * 2 + highAt] = ~high;
    } else words[at * 2 + highAt] = high ^ 0x80000000;
  }
  let spare = new Uint32Array(count);
  for (let quarter = 0; quarter < 4; quarter++) {
    const word = quarter < 2 ? lowAt : highAt;
    const shift = (quarter % 2) * 16;
    const starts = new Uint32Array(65_537);
    for (let cell = 0; cell < count; cell++) {
      const slot = (((words[cell * 2 + word] as number) >>> shift) & 0xffff) + 1;
      starts[slot] = (starts[slot] as number) + 1;
    }
    // All alike here, as the lowest quarter of what came in 32 bits is.
    if (starts.includes(count)) continue;
    for (let at = 1; at < starts.length; at++) starts[at] = (starts[at] as number) + (starts[at - 1] as number);
    for (let at = 0; at < count; at++) {
      const cell = order[at] as number;
      const slot = ((words[cell * 2 + word] as number) >>> shift) & 0xffff;
      const place = starts[slot] as number;
      spare[place] = cell;
      starts[slot] = place + 1;
    }
    [order, spare] = [spare, order];
    yield;
  }
  return order;
}

/// Both values of the cells that have both.
function pairs(x: Column, y: Column, cells: Uint32Array, from: number, to: number): [Float64Array, Float64Array] {
  const here = cells.subarray(from, to).filter((cell) => has(x, cell) && has(y, cell));
  return [gathered(x, here, 0, here.length).values, gathered(y, here, 0, here.length).values];
}

function has(column: Column, cell: number): boolean {
  const found = column.values[cell] as number;
  return found !== column.missing && Number.isFinite(real(column, found)) && (column.top === 0 || found <= column.top);
}

function rangeOf(values: Float64Array): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : [0, 1];
}
