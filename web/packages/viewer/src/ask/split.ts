/// Which cells are compared with which; the twin of `datasets/analysis/splits.py`, with its sentences.

import { FetchFailed } from "../wire/transport";

/// `codes` say each cell's group, `names.length` for the rest, OUT for a cell that takes no part.
export interface Split {
  readonly names: readonly string[];
  readonly codes: Int32Array;
  /// Of every code, the rest last.
  readonly sizes: Float64Array;
  /// Groups that are asked about: of a pair, the first.
  readonly ranked: number;
}

const OUT = -1;
/// Cells of a group: of one alone no variance can be told.
const FEWEST = 2;

export function unfit(message: string): FetchFailed {
  return new FetchFailed("analysis.question", message);
}

/// One byte a cell, not 0 where it is of the set.
export function two(one: Uint8Array, other: Uint8Array): Split {
  const codes = new Int32Array(one.length).fill(OUT);
  let shared = 0;
  for (let cell = 0; cell < codes.length; cell++) {
    if (one[cell] !== 0 && other[cell] !== 0) shared += 1;
    codes[cell] = one[cell] !== 0 ? 0 : other[cell] !== 0 ? 1 : OUT;
  }
  if (shared > 0)
    throw unfit(`The groups share ${shared.toLocaleString("en")} cells. Take them out of one of the two.`);
  return checked(["first", "second"], codes, 1);
}

export function oneAgainstRest(one: Uint8Array): Split {
  return checked(
    ["first"],
    Int32Array.from(one, (its) => (its !== 0 ? 0 : 1)),
    1,
  );
}

export function groups(given: readonly { readonly name: string; readonly cells: Uint8Array }[], cells: number): Split {
  const codes = new Int32Array(cells).fill(given.length);
  given.forEach(({ name, cells: its }, code) => {
    its.forEach((one, cell) => {
      if (one === 0) return;
      if (codes[cell] !== given.length)
        throw unfit(`The group “${name}” shares cells with those before it. Compare them two by two.`);
      codes[cell] = code;
    });
  });
  const names = given.map(({ name }) => name);
  return checked(names, codes, names.length);
}

/// Categories that nobody has are no group.
export function categories(given: ArrayLike<number>, names: readonly string[]): Split {
  const counts = new Float64Array(names.length);
  for (let cell = 0; cell < given.length; cell++) {
    const code = given[cell] as number;
    if (code < names.length) counts[code] = (counts[code] ?? 0) + 1;
  }
  const present = Array.from(counts.keys()).filter((code) => counts[code] !== 0);
  const number = new Map(present.map((code, at) => [code, at]));
  const codes = Int32Array.from(given, (code) => number.get(code) ?? present.length);
  return checked(
    present.map((code) => names[code] ?? ""),
    codes,
    present.length,
  );
}

function checked(names: readonly string[], codes: Int32Array, ranked: number): Split {
  const sizes = new Float64Array(names.length + 1);
  for (const code of codes) if (code >= 0) sizes[code] = (sizes[code] ?? 0) + 1;
  names.forEach((name, code) => {
    const size = sizes[code] ?? 0;
    if (size < FEWEST) throw unfit(`The group “${name}” has ${size} cell${size === 1 ? "" : "s"}; two are needed.`);
  });
  const others = sizes.reduce((sum, size) => sum + size, 0) - (sizes[0] ?? 0);
  if (names.length === 0 || others < FEWEST) throw unfit("There is nothing to compare with.");
  return { names, codes, sizes, ranked };
}
