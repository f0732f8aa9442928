/// Finds names while they are typed: those that begin with it first, then words within, then letters in their order; also
/// under other names (a symbol where genes are called by Ensembl ids, and the other way round). 60,000 names are looked
/// through at a key press, so nothing is built for it but one lower-case copy.

const MOST = 50;
/// The release of an Ensembl id, which datasets seldom have.
const RELEASE = /^(ens[a-z]*\d{6,})\.\d+$/;

export interface Hit {
  readonly name: string;
  readonly at: number;
  /// The other name under which it was found.
  readonly alias?: string;
}

/// One more name for each, in the same order.
export interface Aliases {
  readonly column: string;
  readonly names: readonly string[];
}

export class Names {
  readonly #lower: readonly string[];
  readonly #others: readonly { readonly names: readonly string[]; readonly lower: readonly string[] }[];
  #places: ReadonlyMap<string, number> | undefined;
  #loose: ReadonlyMap<string, number> | undefined;

  constructor(
    readonly names: readonly string[],
    aliases: readonly Aliases[] = [],
  ) {
    this.#lower = names.map((name) => name.toLowerCase());
    this.#others = aliases
      .filter((one) => one.names.length === names.length)
      .map((one) => ({ names: one.names, lower: one.names.map((name) => name.toLowerCase()) }));
  }

  /// The first that is called exactly so; -1: none.
  place(name: string): number {
    this.#places ??= firsts(this.names);
    return this.#places.get(name) ?? -1;
  }

  /// The one that is meant by a name as somebody wrote it elsewhere: in any case, under any of its names.
  meant(name: string): Hit | undefined {
    const exact = this.place(name);
    if (exact >= 0) return { name, at: exact };
    // What is found first counts; so names come before other names.
    this.#loose ??= firsts([this.#lower, ...this.#others.map((one) => one.lower)].flat());
    const found = this.#loose.get(wantedOf(name));
    if (found === undefined) return undefined;
    const at = found % this.names.length;
    const real = this.names[at] as string;
    return found === at ? { name: real, at } : { name: real, at, alias: name.trim() };
  }

  find(text: string, most = MOST): Hit[] {
    const wanted = wantedOf(text);
    if (wanted === "") return [];
    const ranked: Found[][] = [[], [], [], [], []];
    let exact = 0;
    for (let at = 0; at < this.#lower.length; at++) {
      const found = this.#best(at, wanted);
      if (found === undefined) continue;
      const row = ranked[found.rank] as Found[];
      // A name before another name, the shorter before the longer.
      if (row.length < most || found.rank <= 1) row.push(found);
      if (found.rank <= 1 && ++exact >= most * 4) break;
    }
    return ranked
      .flatMap((row) =>
        row.sort((a, b) => Number(a.other >= 0) - Number(b.other >= 0) || a.length - b.length || a.at - b.at),
      )
      .slice(0, most)
      .map(({ at, other }) => {
        const name = this.names[at] as string;
        return other < 0 ? { name, at } : { name, at, alias: this.#others[other]?.names[at] ?? "" };
      });
  }

  #best(at: number, wanted: string): Found | undefined {
    const name = this.#lower[at] as string;
    let best: Found | undefined;
    const rank = rankOf(name, wanted);
    if (rank >= 0) best = { at, rank, other: -1, length: name.length };
    for (let other = 0; other < this.#others.length; other++) {
      const alias = this.#others[other]?.lower[at] as string;
      const here = rankOf(alias, wanted);
      // Letters in their order say nothing of an id.
      if (here >= 0 && here < 4 && here < (best?.rank ?? 5)) best = { at, rank: here, other, length: alias.length };
    }
    return best;
  }
}

interface Found {
  readonly at: number;
  readonly rank: number;
  /// Which of the other names it was; -1: the name itself.
  readonly other: number;
  readonly length: number;
}

function wantedOf(text: string): string {
  const wanted = text.trim().toLowerCase();
  return RELEASE.exec(wanted)?.[1] ?? wanted;
}

function firsts(names: readonly string[]): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  names.forEach((name, at) => {
    if (!places.has(name)) places.set(name, at);
  });
  return places;
}

function rankOf(name: string, wanted: string): number {
  const at = name.indexOf(wanted);
  if (at === 0) return name.length === wanted.length ? 0 : 1;
  if (at > 0) return /[a-z0-9]/.test(name[at - 1] as string) ? 3 : 2;
  return wanted.length > 1 && inOrder(name, wanted) ? 4 : -1;
}

function inOrder(name: string, wanted: string): boolean {
  let at = 0;
  for (const letter of wanted) {
    at = name.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}
