/// Operations that change what is shown and where the user is, not what the notebook says. Collapsing is kept in the
/// cells' metadata under the keys that JupyterLab writes.

import type { Match } from "../find/finding.js";
import type { Cell, Values } from "../notebook/types.js";
import { extendTo, go, select, selectAll, show, step } from "./place.js";
import type { Bench, EditorAction } from "./types.js";

/// A page of scrolling leaves this much of the old view.
const PAGE = 0.85;

export function moveBy(bench: Bench, by: number, extend = false): void {
  bench.move((place) => step(place, bench.folding.visible(), by, extend));
}

export function extendToEnd(bench: Bench, end: "first" | "last"): void {
  const order = bench.folding.visible();
  const id = end === "first" ? order[0] : order.at(-1);
  if (id !== undefined) bench.move((place) => extendTo(place, id));
}

export function goToEnd(bench: Bench, end: "first" | "last"): void {
  const order = bench.folding.visible();
  const id = end === "first" ? order[0] : order.at(-1);
  if (id !== undefined) bench.move((place) => go(place, id));
}

export function selectEverything(bench: Bench): void {
  bench.move((place) => selectAll(place, bench.folding.visible()));
}

export function deselect(bench: Bench): void {
  bench.move((place) => go(place, place.active));
}

export function edit(bench: Bench): void {
  const { active } = bench.place();
  if (active === null) return;
  const cell = bench.notebook.cell(active);
  if (cell !== undefined && hiddenInput(cell)) hideInputs(bench, [active], false);
  bench.move((place) => go(cell?.type() === "markdown" ? show(place, [active], true) : place, active, "edit"));
}

export function leave(bench: Bench): void {
  bench.move((place) => ({ ...place, mode: "command" }));
}

export function scroll(bench: Bench, direction: 1 | -1): void {
  const element = bench.scroller();
  element?.scrollBy({ top: direction * element.clientHeight * PAGE });
}

export function renderAll(bench: Bench): void {
  bench.move((place) => show(place, [...place.open], false));
}

/// The values under `jupyter` of a cell's metadata, which others write too.
export function jupyter(cell: Cell): Values {
  const value = cell.metadata().jupyter;
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Values) : {};
}

export function hiddenInput(cell: Cell): boolean {
  return jupyter(cell).source_hidden === true;
}

export function hiddenOutputs(cell: Cell): boolean {
  return jupyter(cell).outputs_hidden === true || cell.metadata().collapsed === true;
}

function setJupyter(bench: Bench, cell: Cell, key: string, on: boolean): void {
  const { [key]: _, ...rest } = jupyter(cell);
  const next = on ? { ...rest, [key]: true } : rest;
  bench.notebook.edits.setMetadata(cell.id, "jupyter", Object.keys(next).length > 0 ? next : null);
}

/// Kept in the file as Jupyter does.
export function scrolledOutputs(cell: Cell): boolean {
  return cell.metadata().scrolled === true;
}

/// All of them as the first is not.
export function toggleScrolled(bench: Bench, ids: readonly string[]): void {
  const first = ids.map((id) => bench.notebook.cell(id)).find((cell) => cell?.type() === "code");
  if (first === undefined) return;
  const on = !scrolledOutputs(first);
  changeCells(bench, ids, (cell) => {
    if (cell.type() === "code") bench.notebook.edits.setMetadata(cell.id, "scrolled", on ? true : null);
  });
}

/// Of the active cell.
export function hasOutputs(bench: Bench): boolean {
  const run = bench.notebook.cell(bench.place().active ?? "")?.run();
  return run !== undefined && (run.outputs.length > 0 || run.previous.length > 0);
}

export function openOutputs(bench: Bench): void {
  const { active } = bench.place();
  if (active !== null) bench.host.openOutputs(active);
}

export function hideInputs(bench: Bench, ids: readonly string[], hide: boolean): void {
  changeCells(bench, ids, (cell) => {
    if (hiddenInput(cell) !== hide) setJupyter(bench, cell, "source_hidden", hide);
  });
}

export function hideOutputs(bench: Bench, ids: readonly string[], hide: boolean): void {
  changeCells(bench, ids, (cell) => {
    if (cell.type() !== "code" || hiddenOutputs(cell) === hide) return;
    setJupyter(bench, cell, "outputs_hidden", hide);
    bench.notebook.edits.setMetadata(cell.id, "collapsed", hide ? true : null);
  });
}

function changeCells(bench: Bench, ids: readonly string[], change: (cell: Cell) => void): void {
  bench.notebook.edits.together(() => {
    for (const id of ids) {
      const cell = bench.notebook.cell(id);
      if (cell !== undefined) change(cell);
    }
  });
}

/// All of them as the first is not.
export function toggleInputs(bench: Bench, ids: readonly string[]): void {
  const first = bench.notebook.cell(ids[0] ?? "");
  if (first !== undefined) hideInputs(bench, ids, !hiddenInput(first));
}

export function toggleOutputs(bench: Bench, ids: readonly string[]): void {
  const first = ids.map((id) => bench.notebook.cell(id)).find((cell) => cell?.type() === "code");
  if (first !== undefined) hideOutputs(bench, ids, !hiddenOutputs(first));
}

/// Folds the section of a heading; from anywhere else it goes to the heading above, as in JupyterLab.
export function foldOrGoUp(bench: Bench): void {
  const { active } = bench.place();
  if (active === null) return;
  const { folding } = bench;
  const heading = folding.level(active) !== null && !folding.isFolded(active) ? null : folding.parents(active)[0];
  if (heading === null) foldSection(bench, active, true);
  else if (heading !== undefined) bench.move((place) => go(place, heading));
}

/// Unfolds the section of a heading; from anywhere else it goes to the heading below.
export function unfoldOrGoDown(bench: Bench): void {
  const { active } = bench.place();
  if (active === null) return;
  if (bench.folding.isFolded(active)) {
    foldSection(bench, active, false);
    return;
  }
  const order = bench.folding.visible();
  const next = order.slice(order.indexOf(active) + 1).find((id) => bench.folding.level(id) !== null);
  if (next !== undefined) bench.move((place) => go(place, next));
}

export function toggleSection(bench: Bench, id: string | null): void {
  const { folding } = bench;
  if (id === null) return;
  const heading = folding.level(id) === null ? folding.parents(id)[0] : id;
  if (heading !== undefined) foldSection(bench, heading, !folding.isFolded(heading));
}

function foldSection(bench: Bench, heading: string, folded: boolean): void {
  const { folding } = bench;
  // First: the cell that one is in is never hidden.
  bench.move((place) => go(place, heading));
  folding.fold([heading], folded);
  const count = folding.below(heading).length;
  bench.announce(folded ? `Folded, ${count === 1 ? "1 cell" : `${count} cells`} hidden` : "Unfolded");
}

export function foldAll(bench: Bench, folded: boolean): void {
  const { folding } = bench;
  const { active } = bench.place();
  const top = folded && active !== null ? folding.parents(active).at(-1) : undefined;
  if (top !== undefined) bench.move((place) => go(place, top));
  folding.fold(folding.headings(), folded);
}

export function goToRunning(bench: Bench): void {
  const [cell] = bench.notebook.queue().values();
  if (cell !== undefined) bench.move((place) => select(place, [cell]));
}

/// Shows a match without taking the keyboard from the find bar.
export function reveal(bench: Bench, match: Match): void {
  const cell = bench.notebook.cell(match.cell);
  if (cell === undefined) return;
  const inSource = match.where === "source";
  if (inSource && hiddenInput(cell)) hideInputs(bench, [cell.id], false);
  if (!inSource && hiddenOutputs(cell)) hideOutputs(bench, [cell.id], false);
  bench.move((place) => {
    const there = go(place, match.cell, place.mode);
    return inSource && cell.type() === "markdown" ? show(there, [match.cell], true) : there;
  });
  bench.ensure(match.cell);
  // When what the lines above changed has been drawn.
  queueMicrotask(() => {
    const handle = bench.cells.get(match.cell);
    const frame = match.part === undefined ? "" : ` [data-part="${CSS.escape(match.part)}"]`;
    const place = inSource ? undefined : handle?.element.querySelector(`.outputs${frame}`);
    (place ?? handle?.element)?.scrollIntoView({ block: "nearest" });
    if (inSource) handle?.editor()?.select(match.from, match.to);
  });
}

export function perform(bench: Bench, action: EditorAction): void {
  const { active } = bench.place();
  if (active !== null) bench.cells.get(active)?.editor()?.perform(action);
}

export function toggleLineNumbers(bench: Bench): void {
  for (const id of bench.selected()) bench.cells.get(id)?.toggleLineNumbers();
}

export function showVersions(bench: Bench): void {
  const { active } = bench.place();
  if (active !== null) bench.setDialog({ kind: "versions", cell: active });
}

/// What is selected within one line of the editor: what one means to look for.
export function selectedText(bench: Bench): string {
  const { active, mode } = bench.place();
  if (active === null || mode !== "edit") return "";
  const range = bench.cells.get(active)?.editor()?.selection();
  const text = range === undefined ? "" : (bench.notebook.cell(active)?.source() ?? "").slice(range.from, range.to);
  return text.includes("\n") ? "" : text;
}
