/// The two groups of a comparison: how each is chosen, and the cells that it comes to. A side is chosen by name, so that
/// it follows the selection and the groups until the comparison begins.

import { type Cells, joined } from "../select/sets";

export type Side =
  | { readonly kind: "selection" }
  | { readonly kind: "group"; readonly id: string }
  | { readonly kind: "category"; readonly key: string; readonly code: number }
  /// Whatever the other side does not have.
  | { readonly kind: "rest" };

export interface Chosen {
  readonly name: string;
  readonly cells: Cells;
}

/// What becomes of cells that both sides have.
export type Shared = "neither" | "a" | "b";

export interface Sides {
  readonly a: Chosen;
  readonly b: Chosen;
  /// Cells that both had.
  readonly both: number;
}

/// Undefined where both are the rest, or one is not known yet.
export function sides(a: Chosen | "rest" | undefined, b: Chosen | "rest" | undefined, cells: number, shared: Shared) {
  if (a === undefined || b === undefined || (a === "rest" && b === "rest")) return undefined;
  const named = (one: Chosen) => ({ name: "everything else", cells: others(one.cells, cells) });
  const first = a === "rest" ? named(b as Chosen) : a;
  const second = b === "rest" ? named(a as Chosen) : b;
  const both = joined(first.cells, second.cells, "intersect");
  return {
    a: shared === "a" || both.length === 0 ? first : without(first, both),
    b: shared === "b" || both.length === 0 ? second : without(second, both),
    both: both.length,
  } satisfies Sides;
}

/// Why two sides cannot be compared, in a sentence.
export function obstacle(found: Sides | undefined, a: Side, b: Side): string | undefined {
  if (a.kind === "rest" && b.kind === "rest") return "Choose cells for one of the two groups.";
  if (found === undefined) return undefined;
  const empty = [found.a, found.b].find((one) => one.cells.length === 0);
  if (empty === undefined) return undefined;
  if (found.both > 0) return "All cells of one group are in the other, too: say below which of them counts them.";
  if (empty === found.a && a.kind === "selection")
    return "Nothing is selected. Draw round cells in the picture, or choose a group or a category above.";
  return `There are no cells in “${empty.name}”.`;
}

export function others(cells: Cells, count: number): Cells {
  const gone = new Uint8Array(count);
  for (const cell of cells) gone[cell] = 1;
  const found = new Uint32Array(count - cells.length);
  let at = 0;
  for (let cell = 0; cell < count; cell++) if (gone[cell] === 0) found[at++] = cell;
  return found;
}

/// The cells that have one of these codes.
export function coded(codes: ArrayLike<number>, wanted: readonly number[]): Cells {
  const set = new Set(wanted);
  const all = new Uint32Array(codes.length);
  let size = 0;
  for (let cell = 0; cell < codes.length; cell++) if (set.has(codes[cell] as number)) all[size++] = cell;
  return all.slice(0, size);
}

function without(one: Chosen, cells: Cells): Chosen {
  return { ...one, cells: joined(one.cells, cells, "subtract") };
}
