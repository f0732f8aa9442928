/// Selecting along the graph of neighbours, which is fetched when somebody first does; and what is said of its edges.
/// Must be used under an owner of Solid's.

import { createEffect, createSignal, untrack } from "solid-js";
import type { Model } from "../model/model";
import type { Cells, Joining } from "../select/sets";
import { count } from "../words/numbers";
import { type Graph, grown, MOST_DRAWN, neighboursOf } from "./graph";

export type Growing = (steps: number, how: Joining, from: Cells) => void;

/// Selects cells and what is so many steps from them, among those that are seen in the active view; as soon as the graph
/// is here. A second wish takes the place of one that waits.
export function whenGraph(model: Model): Growing {
  const [wish, setWish] = createSignal<Parameters<Growing> | undefined>();
  createEffect(() => {
    const wanted = wish();
    const graph = wanted && model.shelf.graph();
    if (!wanted || !graph) return;
    untrack(() => select(model, graph, ...wanted));
    setWish(undefined);
  });
  return (...wanted) => void setWish(model.shelf.hasGraph ? wanted : undefined);
}

function select(model: Model, graph: Graph, ...[steps, how, from]: Parameters<Growing>): void {
  const hidden = model.active()?.filtered().hidden;
  const cells = grown(neighboursOf(graph), from, steps, (cell) => hidden?.[cell] === 1);
  model.do({ do: "select", cells, how, made: { kind: "neighbours", steps, from: from.length } });
}

/// Where not every edge is drawn; nothing else needs to be said.
export function edgesTold(model: Model): string | undefined {
  const graph = model.document().look.edges ? model.shelf.graph() : undefined;
  if (graph === undefined || graph.sources.length <= MOST_DRAWN) return undefined;
  return `${count(MOST_DRAWN)} of ${count(graph.sources.length)} edges are drawn`;
}
