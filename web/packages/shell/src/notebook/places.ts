/// Where the cells of a document stand: order keys, and who is alive. The twin of `fumehood.document.places`. Pure.

import { between, LONG, type Random, random, spread } from "./order.js";

export interface Place {
  readonly order: string;
  /// When it was deleted; null while alive.
  readonly deleted: number | null;
}

type Rank = readonly [order: string, cell: string];

/// Keys and ids are ASCII: comparing UTF-16 units is comparing as Python does.
function compare(one: Rank, other: Rank): number {
  if (one[0] !== other[0]) return one[0] < other[0] ? -1 : 1;
  return one[1] < other[1] ? -1 : one[1] > other[1] ? 1 : 0;
}

export class Places {
  readonly #places = new Map<string, Place>();
  #ranks: Rank[] | null = null;
  #living: readonly string[];

  /// `before`: an array that `living` returns where it has the same ids.
  constructor(before: readonly string[] = []) {
    this.#living = before;
  }

  get(cell: string): Place | undefined {
    return this.#places.get(cell);
  }

  alive(cell: string): boolean {
    return this.#places.get(cell)?.deleted === null;
  }

  /// Also of those in the trash.
  ids(): IterableIterator<string> {
    return this.#places.keys();
  }

  get size(): number {
    return this.#places.size;
  }

  put(cell: string, place: Place | null): void {
    const old = this.#places.get(cell);
    if (old?.order === place?.order && old?.deleted === place?.deleted) return;
    if (place === null) this.#places.delete(cell);
    else this.#places.set(cell, place);
    this.#ranks = null;
  }

  /// The living cells in order; the same array while it is the same order.
  living(): readonly string[] {
    if (this.#ranks === null) {
      const ranks: Rank[] = [];
      for (const [cell, place] of this.#places) if (place.deleted === null) ranks.push([place.order, cell]);
      this.#ranks = ranks.sort(compare);
      const living = ranks.map(([, cell]) => cell);
      const old = this.#living;
      if (living.length !== old.length || living.some((cell, at) => cell !== old[at])) this.#living = living;
    }
    return this.#living;
  }

  /// Keys for `count` cells right below `after` (null: at the top), and the keys that neighbours must get first.
  /// `moving`: cells that stand somewhere already and get these keys. Neighbours keep theirs but where there is no
  /// room between them, or keys got long.
  keysAfter(
    after: string | null,
    count: number,
    moving: ReadonlySet<string> = new Set(),
    draw: Random = random,
  ): { readonly keys: readonly string[]; readonly neighbours: ReadonlyMap<string, string> } {
    this.living();
    const ranks = (this.#ranks ?? []).filter(([, cell]) => !moving.has(cell));
    const at = after === null ? 0 : ranks.findIndex(([, cell]) => cell === after) + 1;
    const high = ranks[at]?.[0] ?? null;
    const keys: string[] = [];
    let low = ranks[at - 1]?.[0] ?? null;
    while (keys.length < count) {
      const key = between(low, high, draw);
      if (key === null || key.length > LONG) return spaced(ranks, at, count);
      keys.push(key);
      low = key;
    }
    return { keys, neighbours: new Map() };
  }
}

function spaced(ranks: readonly Rank[], at: number, count: number) {
  for (let reach = 8; ; reach *= 2) {
    const first = Math.max(0, at - reach);
    const last = Math.min(ranks.length, at + reach);
    const low = ranks[first - 1]?.[0] ?? null;
    const high = ranks[last]?.[0] ?? null;
    const found = spread(low, high, last - first + count);
    const whole = last - first === ranks.length;
    if (found === null || (!whole && found.some((key) => key.length > LONG / 2))) continue;
    const keys = found.splice(at - first, count);
    const neighbours = new Map(ranks.slice(first, last).map(([, cell], index) => [cell, found[index] ?? ""]));
    return { keys, neighbours };
  }
}
