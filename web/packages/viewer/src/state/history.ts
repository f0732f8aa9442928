/// Undo and redo over whole documents: they share what did not change, so a step costs what it changed. Moves of one hand
/// (a camera that is dragged, a slider) are one step. Looking around is no step: nobody wants to undo a glance.

import type { Document } from "./document";
import { apply, type Operation } from "./operations";

export interface Step {
  readonly before: Document;
  readonly operation: Operation;
  readonly at: number;
}

export interface History {
  readonly document: Document;
  readonly done: readonly Step[];
  readonly undone: readonly Step[];
}

const MOST = 200;
/// Cells in all selections that steps hold on to: four bytes each.
const CELLS = 50_000_000;
/// Milliseconds between two operations of one movement.
const ONE_MOVE = 700;
const NO_STEP: ReadonlySet<Operation["do"]> = new Set(["activate", "page"]);
const MOVES: ReadonlySet<Operation["do"]> = new Set(["camera", "look", "scale"]);

export function begun(document: Document): History {
  return { document, done: [], undone: [] };
}

export function done(history: History, operation: Operation, now: number): History {
  const document = apply(history.document, operation);
  if (document === history.document) return history;
  if (NO_STEP.has(operation.do)) return { ...history, document };
  const last = history.done.at(-1);
  if (
    last !== undefined &&
    MOVES.has(operation.do) &&
    sameMove(last.operation, operation) &&
    now - last.at < ONE_MOVE
  ) {
    return { document, done: [...history.done.slice(0, -1), { ...last, at: now }], undone: [] };
  }
  return {
    document,
    done: light([...history.done, { before: history.document, operation, at: now }].slice(-MOST)),
    undone: [],
  };
}

export function undo(history: History): History {
  const last = history.done.at(-1);
  if (last === undefined) return history;
  return {
    document: last.before,
    done: history.done.slice(0, -1),
    undone: [...history.undone, { ...last, before: history.document }],
  };
}

export function redo(history: History): History {
  const last = history.undone.at(-1);
  if (last === undefined) return history;
  return {
    document: last.before,
    done: [...history.done, { ...last, before: history.document, at: 0 }],
    undone: history.undone.slice(0, -1),
  };
}

/// Without the oldest steps, where what was selected in them is more than a page should hold on to.
function light(steps: readonly Step[]): readonly Step[] {
  const seen = new Set<Uint32Array>();
  let room = CELLS;
  for (let at = steps.length - 1; at >= 0; at--) {
    const { selection, hidden, highlight } = (steps[at] as Step).before;
    for (const cells of [selection, hidden, highlight?.cells]) {
      if (cells === undefined || seen.has(cells)) continue;
      seen.add(cells);
      room -= cells.length;
    }
    if (room < 0 && at < steps.length - 1) return steps.slice(at + 1);
  }
  return steps;
}

function sameMove(one: Operation, other: Operation): boolean {
  if (one.do !== other.do) return false;
  if (one.do === "camera" && other.do === "camera") return one.view === other.view;
  if (one.do === "scale" && other.do === "scale") return one.key === other.key;
  if (one.do === "look" && other.do === "look")
    return Object.keys(one.change).join() === Object.keys(other.change).join();
  return false;
}
