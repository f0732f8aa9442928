/// Comparisons by whoever serves the dataset: a question of this panel as the wire has it, and its answer in columns.

import type { viewer } from "@fumehood/protocol";
import { compare, markers, markersOf } from "../ask/questions";
import type { Cells } from "../select/sets";
import type { Transport } from "../wire/transport";
import type { Compute, Question, Ranking } from "./comparisons";

/// `cells`: how many the dataset has.
export function asks(transport: Pick<Transport, "ask">, cells: number): Compute {
  return async (question, asking) => {
    const { question: said, buffers } = worded(question, cells);
    const answer = await transport.ask(said, buffers, asking);
    if (answer.kind !== "compared") throw new Error("The answer is not one to this question.");
    return answer.rankings.map(columns);
  };
}

function worded(question: Question, cells: number) {
  const { method } = question;
  if (question.kind === "compare") return compare(chosen(question.a, cells), chosen(question.b, cells), { method });
  const { column, groups, most } = question;
  if (groups === undefined) return markers(column, { method, most });
  return markersOf(unfolded(groups, cells), { method, most });
}

/// One at a time: each has a byte for every cell of the dataset, and there may be hundreds.
function* unfolded(groups: readonly { readonly name: string; readonly cells: Cells }[], cells: number) {
  for (const group of groups) yield { name: group.name, cells: chosen(group.cells, cells) };
}

function chosen(set: Cells, count: number): Uint8Array {
  const all = new Uint8Array(count);
  for (const cell of set) all[cell] = 1;
  return all;
}

export function columns(one: viewer.Ranking): Ranking {
  return {
    group: one.group,
    cells: one.cells,
    others: one.others,
    genes: {
      names: one.names,
      fold: numbers(one.fold_changes),
      adjusted: numbers(one.adjusted),
      p: numbers(one.p_values),
      score: numbers(one.scores),
      inA: numbers(one.shares),
      inB: numbers(one.other_shares),
    },
  };
}

function numbers(values: readonly (number | null)[]): Float64Array {
  return Float64Array.from(values, (value) => value ?? Number.NaN);
}
