/// Which cells a stack of filters leaves, of those that Python did not hide. Each filter has a mask of its own, kept while the filter stays the same, so that
/// switching one on and off costs one pass of bytes. The result goes to the GPU as the hidden bit of the marks.

import type { Cells } from "../select/sets";
import { type Filter, type Measured, NO_CELLS } from "../state/document";
import { endsOf, sortedWithin } from "./outliers";

interface Codes {
  readonly codes: Uint8Array | Uint16Array | Uint32Array;
  readonly names: readonly string[];
  readonly missing: number;
}

/// What filters read; undefined while it is on its way.
export interface Source {
  readonly count: number;
  codes(key: string): Codes | undefined;
  /// Real values; NaN where there is none.
  values(what: Measured): ((cell: number) => number) | undefined;
  group(id: string): Cells | undefined;
}

export interface Counted {
  readonly filter: Filter;
  /// Cells before this filter, and after it.
  readonly before: number;
  readonly after: number;
  /// Its data is not here yet; it hides nothing.
  readonly waiting: boolean;
}

export interface Result {
  /// 1 where hidden.
  readonly hidden: Uint8Array;
  readonly left: number;
  readonly counts: readonly Counted[];
}

/// 1 where the filter hides; undefined while its data is not here.
export function maskOf(filter: Filter, source: Source): Uint8Array | undefined {
  const mask = new Uint8Array(source.count);
  if (filter.kind === "categories") {
    const column = source.codes(filter.key);
    if (column === undefined) return undefined;
    const hidden = new Set(filter.hidden);
    for (let cell = 0; cell < source.count; cell++) {
      const code = column.codes[cell] as number;
      mask[cell] = (code === column.missing ? filter.missing : hidden.has(code)) ? 1 : 0;
    }
    return mask;
  }
  if (filter.kind === "group") {
    const cells = source.group(filter.group);
    if (cells === undefined) return undefined;
    if (filter.inside) mask.fill(1);
    for (const cell of cells) mask[cell] = filter.inside ? 0 : 1;
    return mask;
  }
  const value = source.values(filter);
  if (value === undefined) return undefined;
  if (filter.kind === "outliers") return outlying(filter, value, source);
  const low = filter.low ?? -Infinity;
  const high = filter.high ?? Infinity;
  for (let cell = 0; cell < source.count; cell++) {
    const here = value(cell);
    // NaN is in no range.
    mask[cell] = here >= low && here <= high ? 0 : 1;
  }
  return mask;
}

/// A cell without a value, or without a category, is no outlier: other filters hide those.
function outlying(
  filter: Extract<Filter, { kind: "outliers" }>,
  value: (cell: number) => number,
  source: Source,
): Uint8Array | undefined {
  const column = filter.within === null ? null : source.codes(filter.within);
  if (column === undefined) return undefined;
  const codes = column?.codes;
  const ends = sortedWithin(source.count, value, codes, column?.names.length ?? 0).map((sorted) =>
    endsOf(sorted, filter.beyond),
  );
  const mask = new Uint8Array(source.count);
  for (let cell = 0; cell < source.count; cell++) {
    const end = ends[codes === undefined ? 0 : (codes[cell] as number)];
    const here = value(cell);
    if (end !== undefined && (here < end.low || here > end.high)) mask[cell] = 1;
  }
  return mask;
}

export class Masks {
  readonly #kept = new Map<string, { filter: Filter; mask: Uint8Array }>();

  constructor(private readonly source: Source) {}

  /// `gone`: hidden before any filter.
  result(filters: readonly Filter[], gone: Cells = NO_CELLS): Result {
    const { count } = this.source;
    const hidden = new Uint8Array(count);
    for (const cell of gone) hidden[cell] = 1;
    const masks = filters.map((filter) => (filter.on ? this.#mask(filter) : undefined));
    const standing = masks.filter((mask) => mask !== undefined);
    // A cell is lost to the first filter that hides it.
    const lost = new Uint32Array(standing.length);
    for (let cell = 0; standing.length > 0 && cell < count; cell++) {
      if (hidden[cell] === 1) continue;
      let first = 0;
      while (first < standing.length && standing[first]?.[cell] !== 1) first++;
      if (first === standing.length) continue;
      hidden[cell] = 1;
      lost[first] = (lost[first] as number) + 1;
    }
    let left = count - gone.length;
    let at = 0;
    const counts = filters.map((filter, number): Counted => {
      const before = left;
      const waiting = filter.on && masks[number] === undefined;
      if (filter.on && !waiting) left -= lost[at++] as number;
      return { filter, before, after: left, waiting };
    });
    const alive = new Set(filters.map((filter) => filter.id));
    for (const id of this.#kept.keys()) if (!alive.has(id)) this.#kept.delete(id);
    return { hidden, left, counts };
  }

  /// What a group holds was changed, or data came: masks of it are made anew.
  forget(concerns: (filter: Filter) => boolean): void {
    for (const [id, kept] of this.#kept) if (concerns(kept.filter)) this.#kept.delete(id);
  }

  #mask(filter: Filter): Uint8Array | undefined {
    const kept = this.#kept.get(filter.id);
    if (kept !== undefined && same(kept.filter, filter)) return kept.mask;
    const mask = maskOf(filter, this.source);
    if (mask !== undefined) this.#kept.set(filter.id, { filter, mask });
    return mask;
  }
}

/// But for its switch.
function same(one: Filter, other: Filter): boolean {
  return JSON.stringify({ ...one, on: true }) === JSON.stringify({ ...other, on: true });
}
