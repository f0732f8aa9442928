/// What parts are made of: the cells of each category within each part. One pass over the cells that count.

import type { Entry } from "../colour/legend";
import { count as told } from "../words/numbers";
import { type Division, divided, largest, type Part, type Parts, places } from "./parts";
import { BLOCK, type Work } from "./slices";

export interface Inner {
  readonly codes: ArrayLike<number>;
  readonly entries: readonly Entry[];
  readonly categories: number;
  /// The colour of what has no value, and of all that are too many to be told apart.
  readonly none: string;
}

export interface Composition {
  readonly rows: Parts;
  /// The categories that are drawn, then those that are not as one, then cells without a value; the last two where there are such.
  readonly columns: readonly Part[];
  /// `columns.length` numbers a row.
  readonly counts: Uint32Array;
  readonly totals: readonly number[];
  /// Columns that are one category each.
  readonly drawn: number;
  /// Categories in the column "others".
  readonly others: number;
}

export function* composition(
  division: Division,
  inner: Inner,
  out: Uint8Array | null,
  count: number,
): Work<Composition> {
  const rows = yield* divided(division, out, count);
  const { entries, codes } = inner;
  const place = places(entries, inner.categories);
  // The one beyond the entries is for cells without a value.
  const wide = entries.length + 1;
  const height = rows.parts.length;
  const all = new Uint32Array(height * wide);
  for (let row = 0; row < height; row++) {
    const end = rows.starts[row + 1] as number;
    for (let from = rows.starts[row] as number; from < end; from += BLOCK) {
      for (let at = from; at < Math.min(end, from + BLOCK); at++) {
        const found = place[codes[rows.cells[at] as number] as number] ?? -1;
        const slot = row * wide + (found < 0 ? entries.length : found);
        all[slot] = (all[slot] as number) + 1;
      }
      yield;
    }
  }
  const sums = new Float64Array(wide);
  for (let slot = 0; slot < all.length; slot++)
    sums[slot % wide] = (sums[slot % wide] as number) + (all[slot] as number);
  const drawn = largest(sums.subarray(0, entries.length));
  const shown = new Set(drawn);
  const others = entries.flatMap((_, at) => ((sums[at] as number) > 0 && !shown.has(at) ? [at] : []));
  const missing = (sums[entries.length] as number) > 0;
  const columns: Part[] = drawn.map((at) => {
    const { name, colour } = entries[at] as Entry;
    return { name, colour };
  });
  if (others.length > 0) columns.push({ name: `${told(others.length)} others`, colour: inner.none });
  if (missing) columns.push({ name: "without a value", colour: inner.none });
  const counts = new Uint32Array(height * columns.length);
  for (let row = 0; row < height; row++) {
    const from = row * wide;
    const here = drawn.map((at) => all[from + at] as number);
    if (others.length > 0) here.push(others.reduce((sum, at) => sum + (all[from + at] as number), 0));
    if (missing) here.push(all[from + entries.length] as number);
    counts.set(here, row * columns.length);
  }
  const totals = rows.parts.map((_, row) => (rows.starts[row + 1] as number) - (rows.starts[row] as number));
  return { rows, columns, counts, totals, drawn: drawn.length, others: others.length };
}
