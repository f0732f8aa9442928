/// Which cells a plot tells apart: the categories of a column as the legend has them (renamed, merged, recoloured), the
/// groups that were kept, or none at all. The cells of each part lie together, so that whatever is computed of a part
/// reads one stretch. Made in blocks, so that a page stays fluid while it divides millions.

import type { Entry } from "../colour/legend";
import type { Cells } from "../select/sets";
import { BLOCK, type Work } from "./slices";

export interface Part {
  readonly name: string;
  readonly colour: string;
}

export type Division =
  | { readonly by: "nothing"; readonly part: Part }
  | {
      readonly by: "category";
      readonly codes: ArrayLike<number>;
      readonly entries: readonly Entry[];
      /// Of the data, before anything was merged.
      readonly categories: number;
    }
  | { readonly by: "groups"; readonly groups: readonly (Part & { readonly cells: Cells })[] };

export interface Parts {
  readonly parts: readonly Part[];
  readonly cells: Uint32Array;
  /// Where the cells of each part begin; one more than there are parts.
  readonly starts: Uint32Array;
  /// Cells that count and are in no part: without a value.
  readonly missing: number;
  /// Parts that are too many to draw, and their cells.
  readonly left: { readonly parts: number; readonly cells: number };
}

/// Parts that are drawn: the largest; more rows nobody reads.
export const MOST = 30;

/// The place of each code among the entries; -1 without one. Codes beyond the table are missing, too.
export function places(entries: readonly Entry[], categories: number): Int32Array {
  const found = new Int32Array(categories).fill(-1);
  entries.forEach((entry, at) => {
    found[entry.code] = at;
    for (const code of entry.merged) found[code] = at;
  });
  return found;
}

/// `out` has a 1 for each cell that does not count; null: all do. Parts without a cell that counts are left out.
export function* divided(division: Division, out: Uint8Array | null, count: number): Work<Parts> {
  if (division.by === "nothing") return yield* whole(division.part, out, count);
  return division.by === "category" ? yield* byCategory(division, out, count) : yield* byGroup(division, out);
}

function* whole(part: Part, out: Uint8Array | null, count: number): Work<Parts> {
  const cells = new Uint32Array(count);
  let size = 0;
  for (let from = 0; from < count; from += BLOCK) {
    for (let cell = from; cell < Math.min(count, from + BLOCK); cell++) if (out?.[cell] !== 1) cells[size++] = cell;
    yield;
  }
  return {
    parts: [part],
    cells: cells.subarray(0, size),
    starts: Uint32Array.of(0, size),
    missing: 0,
    left: { parts: 0, cells: 0 },
  };
}

function* byCategory(
  { codes, entries, categories }: Extract<Division, { by: "category" }>,
  out: Uint8Array | null,
  count: number,
): Work<Parts> {
  const place = places(entries, categories);
  const counts = new Uint32Array(entries.length);
  let missing = 0;
  for (let from = 0; from < count; from += BLOCK) {
    for (let cell = from; cell < Math.min(count, from + BLOCK); cell++) {
      if (out?.[cell] === 1) continue;
      const at = place[codes[cell] as number] ?? -1;
      if (at < 0) missing++;
      else counts[at] = (counts[at] as number) + 1;
    }
    yield;
  }
  const drawn = largest(counts);
  const starts = startsOf(drawn.map((at) => counts[at] as number));
  const row = new Int32Array(entries.length).fill(-1);
  drawn.forEach((at, index) => {
    row[at] = index;
  });
  const next = starts.slice();
  const cells = new Uint32Array(starts.at(-1) as number);
  for (let from = 0; from < count; from += BLOCK) {
    for (let cell = from; cell < Math.min(count, from + BLOCK); cell++) {
      if (out?.[cell] === 1) continue;
      const index = row[place[codes[cell] as number] ?? -1] ?? -1;
      if (index < 0) continue;
      cells[next[index] as number] = cell;
      next[index] = (next[index] as number) + 1;
    }
    yield;
  }
  return { parts: drawn.map((at) => partOf(entries[at] as Entry)), cells, starts, missing, left: rest(counts, drawn) };
}

/// Groups may share cells: each counts for itself.
function* byGroup({ groups }: Extract<Division, { by: "groups" }>, out: Uint8Array | null): Work<Parts> {
  const each: Cells[] = [];
  for (const group of groups) {
    each.push(out === null ? group.cells : group.cells.filter((cell) => out[cell] !== 1));
    yield;
  }
  const counts = Uint32Array.from(each, (cells) => cells.length);
  const drawn = largest(counts);
  const starts = startsOf(drawn.map((at) => counts[at] as number));
  const cells = new Uint32Array(starts.at(-1) as number);
  drawn.forEach((at, index) => {
    cells.set(each[at] as Cells, starts[index] as number);
  });
  const parts = drawn.map((at) => partOf(groups[at] as Part));
  return { parts, cells, starts, missing: 0, left: rest(counts, drawn) };
}

function partOf({ name, colour }: Part): Part {
  return { name, colour };
}

/// The places of the largest counts above 0, in the order in which they come.
export function largest(counts: ArrayLike<number>, most = MOST): number[] {
  const found: number[] = [];
  for (let at = 0; at < counts.length; at++) if ((counts[at] as number) > 0) found.push(at);
  if (found.length <= most) return found;
  found.sort((a, b) => (counts[b] as number) - (counts[a] as number) || a - b);
  return found.slice(0, most).sort((a, b) => a - b);
}

function startsOf(sizes: readonly number[]): Uint32Array {
  const starts = new Uint32Array(sizes.length + 1);
  sizes.forEach((size, at) => {
    starts[at + 1] = (starts[at] as number) + size;
  });
  return starts;
}

function rest(counts: Uint32Array, drawn: readonly number[]): Parts["left"] {
  const shown = new Set(drawn);
  let [parts, cells] = [0, 0];
  counts.forEach((count, at) => {
    if (count === 0 || shown.has(at)) return;
    parts++;
    cells += count;
  });
  return { parts, cells };
}
