/// What can be asked of a whole dataset, and what it is answered: the protocol's own words, and how a question that
/// speaks of several sets of cells is put together. `transport.ask` takes what is made here.

import type { viewer } from "@fumehood/protocol";
import { bytesOf } from "../state/base64";
import { pack } from "../wire/cells";

export type Question = viewer.Question;
export type Compare = viewer.Compare;
export type Markers = viewer.Markers;
export type Score = viewer.Score;
export type Correlate = viewer.Correlate;
export type Method = viewer.Method;
export type Answer = viewer.Answer;
export type Compared = viewer.Compared;
export type Ranking = viewer.Ranking;
export type Scored = viewer.Scored;
export type Correlated = viewer.Correlated;

/// A question and the bytes of its sets.
export interface Asking<Q extends Question = Question> {
  readonly question: Q;
  readonly buffers: readonly Uint8Array[];
}

export interface How {
  readonly method?: Method;
  /// Of Wilcoxon's test alone; Scanpy leaves it out unless told otherwise.
  readonly tieCorrect?: boolean;
}

/// A set of cells: a byte for each cell of the dataset, not 0 where it is of the set.
export type Chosen = Uint8Array;

/// `b` null: all other cells.
export function compare(a: Chosen, b: Chosen | null, { method = "wilcoxon", tieCorrect = false }: How = {}) {
  const sets = b === null ? [a] : [a, b];
  const { cells, buffers } = packed(sets);
  const [first, second] = cells;
  if (first === undefined) throw new RangeError("There is nothing to compare.");
  const question: Compare = { kind: "compare", a: first, b: second ?? null, method, tie_correct: tieCorrect };
  return { question, buffers } satisfies Asking<Compare>;
}

export interface MarkersOf extends How {
  /// Genes of each group.
  readonly most?: number;
}

/// Of a column's categories, each against all other cells.
export function markers(column: string, { method = "wilcoxon", tieCorrect = false, most = 100 }: MarkersOf = {}) {
  const question: Markers = { kind: "markers", column, method, tie_correct: tieCorrect, most };
  return { question, buffers: [] } satisfies Asking<Markers>;
}

/// Of groups that share no cell. Each is packed before the next is asked for.
export function markersOf(
  groups: Iterable<{ readonly name: string; readonly cells: Chosen }>,
  { method = "wilcoxon", tieCorrect = false, most = 100 }: MarkersOf = {},
) {
  const names: string[] = [];
  function* sets() {
    for (const group of groups) {
      names.push(group.name);
      yield group.cells;
    }
  }
  const { cells, buffers } = packed(sets());
  const named = cells.map((set, at) => ({ name: names[at] ?? "", cells: set }));
  const question: Markers = { kind: "markers", groups: named, method, tie_correct: tieCorrect, most };
  return { question, buffers } satisfies Asking<Markers>;
}

/// `genes`: places.
export function score(genes: readonly number[]) {
  return { question: { kind: "score", genes }, buffers: [] } satisfies Asking<Score>;
}

export function correlate(what: { readonly gene: number } | { readonly column: string }, cells: Chosen | null = null) {
  const sets = packed(cells === null ? [] : [cells]);
  const question: Correlate = { kind: "correlate", ...what, cells: sets.cells[0] ?? null };
  return { question, buffers: sets.buffers } satisfies Asking<Correlate>;
}

/// The score of each cell.
export function scores({ values }: Scored): Float32Array {
  return new Float32Array(bytesOf(values).buffer);
}

function packed(sets: Iterable<Chosen>): {
  readonly cells: readonly viewer.Cells[];
  readonly buffers: readonly Uint8Array[];
} {
  const cells: viewer.Cells[] = [];
  const buffers: Uint8Array[] = [];
  for (const set of sets) {
    const one = pack(set);
    cells.push({ ...one.cells, buffer: buffers.length });
    buffers.push(one.data);
  }
  return { cells, buffers };
}
