/// Operations that change the cells of the document: each is one step of undo.

import type { CellType } from "../notebook/types.js";
import { go, select, show } from "./place.js";
import type { Bench } from "./types.js";

export const NO_CELLS: readonly string[] = [];

/// With what they hide: a folded heading stands for its section.
export function withSection(bench: Bench, ids: readonly string[]): readonly string[] {
  return [...ids, ...bench.folding.below(ids.at(-1) ?? "")];
}

export function insertAbove(bench: Bench): void {
  const order = bench.notebook.order();
  insert(bench, order[order.indexOf(bench.selected()[0] ?? "") - 1] ?? null);
}

export function insertBelow(bench: Bench): void {
  insert(bench, bench.selected().at(-1) ?? null);
}

export function insert(bench: Bench, after: string | null, type: CellType = "code", mode?: "edit"): void {
  const id = bench.notebook.edits.insert(after, { type });
  bench.move((place) => {
    const there = go(place, id, mode);
    return type === "markdown" ? show(there, [id], true) : there;
  });
}

export function insertHeading(bench: Bench, above: boolean): void {
  const order = bench.notebook.order();
  const ids = bench.selected();
  const after = above ? (order[order.indexOf(ids[0] ?? "") - 1] ?? null) : (ids.at(-1) ?? null);
  const level = headingAbove(bench, ids[0]);
  const id = bench.notebook.edits.insert(after, { type: "markdown", source: `${"#".repeat(level)} ` });
  bench.move((place) => show(go(place, id, "edit"), [id], true));
}

/// The level of the nearest heading at or above the cell; 1 without any.
function headingAbove(bench: Bench, id: string | undefined): number {
  const order = bench.notebook.order();
  for (let i = order.indexOf(id ?? ""); i >= 0; i--) {
    const cell = bench.notebook.cell(order[i] ?? "");
    const marks = cell?.type() === "markdown" ? /^ {0,3}(#{1,6})\s/.exec(cell.source()) : null;
    if (marks?.[1] !== undefined) return marks[1].length;
  }
  return 1;
}

export function remove(bench: Bench): void {
  const ids = withSection(bench, bench.selected());
  const { edits, order } = bench.notebook;
  edits.together(() => {
    // A notebook without cells offers nothing to hold on to.
    if (ids.length === order().length) edits.insert(null);
    edits.remove(ids);
  });
}

export function copy(bench: Bench): void {
  bench.setClipboard(bench.notebook.edits.copy(withSection(bench, bench.selected())));
  // `exchange.ts` hears this and fills the system's clipboard, which is not allowed everywhere.
  document.getSelection()?.removeAllRanges();
  document.execCommand("copy");
}

export function cut(bench: Bench): void {
  copy(bench);
  remove(bench);
}

export function pasteBelow(bench: Bench): void {
  paste(bench, bench.selected().at(-1) ?? null);
}

export function pasteAbove(bench: Bench): void {
  const order = bench.notebook.order();
  paste(bench, order[order.indexOf(bench.selected()[0] ?? "") - 1] ?? null);
}

export function pasteOver(bench: Bench): void {
  const cells = bench.clipboard();
  const ids = bench.selected();
  if (cells.length === 0) return;
  bench.notebook.edits.together(() => {
    paste(bench, ids.at(-1) ?? null);
    bench.notebook.edits.remove(ids);
  });
}

function paste(bench: Bench, after: string | null): void {
  const cells = bench.clipboard();
  if (cells.length === 0) return;
  const ids = bench.notebook.edits.paste(after, cells);
  bench.move((place) => select(place, ids));
}

export function moveUp(bench: Bench): void {
  const order = bench.notebook.order();
  const ids = withSection(bench, bench.selected());
  const before = order.slice(0, order.indexOf(ids[0] ?? ""));
  const level = foldedLevel(bench);
  const over = before.findLast((id) => (level === null ? !bench.folding.isHidden(id) : isAbove(bench, id, level)));
  if (over !== undefined) bench.notebook.edits.move(ids, order[order.indexOf(over) - 1] ?? null);
}

/// Of the folded heading that ends the selection. It moves over whole sections, or it would hide what it comes to
/// stand before.
function foldedLevel(bench: Bench): number | null {
  const last = bench.selected().at(-1) ?? "";
  return bench.folding.below(last).length > 0 ? bench.folding.level(last) : null;
}

function isAbove(bench: Bench, id: string, level: number): boolean {
  const other = bench.folding.level(id);
  return other !== null && other <= level;
}

export function moveDown(bench: Bench): void {
  const order = bench.notebook.order();
  const ids = withSection(bench, bench.selected());
  const behind = order.slice(order.indexOf(ids.at(-1) ?? "") + 1);
  const [next] = behind;
  if (ids.length === 0 || next === undefined) return;
  const level = foldedLevel(bench);
  const end = level === null ? -1 : behind.findIndex((id, at) => at > 0 && isAbove(bench, id, level));
  const over = level === null ? withSection(bench, [next]).at(-1) : behind.at(end < 0 ? -1 : end - 1);
  bench.notebook.edits.move(ids, over ?? next);
}

export function split(bench: Bench): void {
  const id = bench.place().active;
  const cuts = id === null ? [] : (bench.cells.get(id)?.editor()?.cuts() ?? []);
  if (id === null || cuts.length === 0) return;
  const wasOpen = bench.place().open.has(id);
  const ids = bench.notebook.edits.split(id, cuts);
  const last = ids.at(-1);
  if (last !== undefined) bench.move((place) => go(show(place, ids, wasOpen), last, "edit"));
}

/// The selected ones; a single one with the one below it.
export function merge(bench: Bench): void {
  const ids = bench.selected();
  if (ids.length === 1) mergeWith(bench, 1);
  else mergeAll(bench, ids);
}

export function mergeAbove(bench: Bench): void {
  mergeWith(bench, -1);
}

export function mergeBelow(bench: Bench): void {
  mergeWith(bench, 1);
}

function mergeWith(bench: Bench, by: -1 | 1): void {
  const order = bench.notebook.order();
  const active = bench.place().active;
  const other = active === null ? undefined : order[order.indexOf(active) + by];
  if (active !== null && other !== undefined) mergeAll(bench, by < 0 ? [other, active] : [active, other]);
}

function mergeAll(bench: Bench, ids: readonly string[]): void {
  const first = ids[0];
  if (first === undefined || ids.length < 2) return;
  const open = ids.some((id) => bench.place().open.has(id));
  bench.notebook.edits.merge(ids);
  bench.move((place) => go(show(place, [first], open), first));
}

export function setType(bench: Bench, type: CellType): void {
  const ids = bench.selected();
  const changed = ids.filter((id) => bench.notebook.cell(id)?.type() !== type);
  if (changed.length > 0) bench.notebook.edits.setType(changed, type);
  bench.move((place) => show({ ...place, mode: "command" }, changed, type === "markdown"));
}

const HEADING = /^\s*#*[ \t]*/;

export function setHeading(bench: Bench, level: number): void {
  const { notebook } = bench;
  const ids = bench.selected();
  notebook.edits.together(() => {
    const others = ids.filter((id) => notebook.cell(id)?.type() !== "markdown");
    if (others.length > 0) notebook.edits.setType(others, "markdown");
    for (const id of ids) {
      const old = HEADING.exec(notebook.cell(id)?.source() ?? "")?.[0] ?? "";
      notebook.edits.replaceText(id, 0, old.length, `${"#".repeat(level)} `);
    }
  });
  bench.move((place) => show({ ...place, mode: "command" }, ids, true));
}

export function undo(bench: Bench): void {
  follow(bench, bench.notebook.edits.undo());
}

export function redo(bench: Bench): void {
  follow(bench, bench.notebook.edits.redo());
}

/// Goes to what an undo changed, so that nothing changes out of sight.
function follow(bench: Bench, ids: readonly string[]): void {
  const alive = new Set(bench.notebook.order());
  const touched = ids.filter((id) => alive.has(id));
  const active = bench.place().active;
  const first = touched[0];
  if (first === undefined || (active !== null && touched.includes(active))) return;
  bench.move((place) => go(place, first, place.mode));
}
