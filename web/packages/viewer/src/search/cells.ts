/// Cells by names that somebody pasted: from a table, a paper, another tool. They are looked for block by block as the
/// names of the dataset arrive, so that never more than one block is held. Letters' case, quotes, white space and the
/// `-1` that 10x puts behind a barcode make no difference where no cell is called exactly so.

import { type Cells, tidy } from "../select/sets";

/// Longest name that is looked for; a text that is pasted by mistake has no names.
const LONGEST = 300;
const SUFFIX = /-\d+$/;

export interface Outcome {
  readonly cells: Cells;
  readonly asked: number;
  readonly found: number;
  readonly missing: readonly string[];
  /// Names that fit more than one cell.
  readonly several: number;
}

/// One name a line, or with commas, semicolons or tabs; on a single line also with spaces.
export function pastedNames(text: string): string[] {
  const lined = /[\r\n]/.test(text.trim());
  const found = text.split(lined ? /[\r\n,;\t]+/ : /[\s,;]+/).map((one) =>
    one
      .trim()
      .replace(/^(["'])(.*)\1$/, "$2")
      .trim(),
  );
  return [...new Set(found.filter((one) => one !== "" && one.length <= LONGEST))];
}

interface Match {
  rank: number;
  cells: number[];
}

/// Takes the names of all cells in blocks, in any order.
export class Looking {
  readonly #matches: readonly Match[];
  readonly #forms: readonly ReadonlyMap<string, readonly number[]>[];

  constructor(readonly wanted: readonly string[]) {
    this.#matches = wanted.map(() => ({ rank: Infinity, cells: [] }));
    const forms = [new Map(), new Map(), new Map()] as Map<string, number[]>[];
    const put = (form: number, key: string, at: number) => {
      const there = forms[form]?.get(key);
      if (there) there.push(at);
      else forms[form]?.set(key, [at]);
    };
    wanted.forEach((name, at) => {
      const low = name.toLowerCase();
      put(0, name, at);
      put(1, low, at);
      // Without a suffix any cell of the barcode is meant; `-1` is also what has none. Any other suffix is another cell.
      if (!SUFFIX.test(low)) put(2, low, at);
      if (low.endsWith("-1")) put(1, low.slice(0, -2), at);
    });
    this.#forms = forms;
  }

  /// Whether each name has a cell that is called exactly so: then there is nothing more to look for.
  get done(): boolean {
    return this.#matches.every((match) => match.rank === 0);
  }

  take(names: readonly string[], from: number): void {
    for (let at = 0; at < names.length; at++) {
      const name = names[at] as string;
      const low = name.toLowerCase();
      this.#hit(0, name, from + at);
      this.#hit(1, low, from + at);
      if (SUFFIX.test(low)) this.#hit(2, low.replace(SUFFIX, ""), from + at);
    }
  }

  outcome(count: number): Outcome {
    const missing = this.wanted.filter((_, at) => this.#matches[at]?.cells.length === 0);
    const cells = tidy(
      this.#matches.flatMap((match) => match.cells),
      count,
    );
    const several = this.#matches.filter((match) => match.cells.length > 1).length;
    return { cells, asked: this.wanted.length, found: this.wanted.length - missing.length, missing, several };
  }

  #hit(rank: number, key: string, cell: number): void {
    for (const at of this.#forms[rank]?.get(key) ?? []) {
      const match = this.#matches[at] as Match;
      if (rank > match.rank) continue;
      if (rank < match.rank) {
        match.rank = rank;
        match.cells = [];
      }
      if (match.cells.at(-1) !== cell) match.cells.push(cell);
    }
  }
}
