/// Folding the cells below headings. What the user folds is kept in the heading's metadata, under JupyterLab's key; what
/// is opened because somebody has to see it (the active cell, one that runs, a match) is opened in this window alone,
/// so that looking changes nothing in the file.

import { type Accessor, createEffect, createMemo, createSelector, createSignal } from "solid-js";
import type { Cell, Notebook } from "../notebook/types.js";
import { headings } from "../outline/headings.js";
import { above, type Row, sections } from "./sections.js";

const KEY = "jp-MarkdownHeadingCollapsed";

export interface Folding {
  /// The cells that are not hidden, in order.
  readonly visible: Accessor<readonly string[]>;
  isHidden(id: string): boolean;
  /// The level of the heading that the cell is; null where it is none.
  level(id: string): number | null;
  isFolded(id: string): boolean;
  /// What a folded heading hides; empty for every other cell.
  below(id: string): readonly string[];
  fold(ids: readonly string[], folded: boolean): void;
  /// The headings that the cell stands under, the nearest first.
  parents(id: string): readonly string[];
  /// Headings, in order.
  headings(): readonly string[];
}

/// Must be called under an owner of Solid's. The cell that `active` names is never hidden.
export function createFolding(notebook: Notebook, active: Accessor<string | null>): Folding {
  const [opened, setOpened] = createSignal<ReadonlySet<string>>(new Set());
  const levels = new WeakMap<Cell, { readonly source: string; readonly level: number | null }>();
  const levelOf = (cell: Cell): number | null => {
    if (cell.type() !== "markdown") return null;
    const source = cell.source();
    const old = levels.get(cell);
    if (old?.source === source) return old.level;
    const level = headings(source).reduce<number | null>((top, one) => Math.min(top ?? one.level, one.level), null);
    levels.set(cell, { source, level });
    return level;
  };
  // The type is asked last: to listen to two values of each cell would cost twice as much.
  const isMarked = (cell: Cell) => cell.metadata()[KEY] === true && cell.type() === "markdown";
  const cells = createMemo(() => notebook.order().flatMap((id) => notebook.cell(id) ?? []));
  const marked = createMemo(() => cells().some(isMarked));
  // Without a folded heading no source is looked at: most notebooks have none.
  const rows = createMemo<readonly Row[]>(() =>
    marked()
      ? cells().map((cell) => ({
          id: cell.id,
          level: levelOf(cell),
          folded: isMarked(cell) && !opened().has(cell.id),
        }))
      : NONE,
  );
  const all = createMemo(() => sections(rows()));
  const visible = createMemo<readonly string[]>(
    () => {
      const { hidden } = all();
      return hidden.size === 0 ? notebook.order() : notebook.order().filter((id) => !hidden.has(id));
    },
    NO_CELLS,
    { equals: (a, b) => a.length === b.length && a.every((id, at) => id === b[at]) },
  );
  const isHidden = createSelector(all, (id: string, { hidden }) => hidden.has(id));

  const reveal = (id: string) => {
    if (!all().hidden.has(id)) return;
    const closed = above(rows(), id).filter((row) => row.folded);
    setOpened((old) => new Set([...old, ...closed.map((row) => row.id)]));
  };
  createEffect(() => {
    const id = active();
    if (id !== null) reveal(id);
  });
  createEffect(() => {
    const [running] = notebook.queue().values();
    if (running !== undefined) reveal(running);
  });

  return {
    visible,
    isHidden,
    level: (id) => {
      const cell = notebook.cell(id);
      return cell === undefined ? null : levelOf(cell);
    },
    isFolded: (id) => {
      const cell = notebook.cell(id);
      return cell !== undefined && isMarked(cell) && levelOf(cell) !== null && !opened().has(id);
    },
    below: (id) => all().below.get(id) ?? NO_CELLS,
    fold: (ids, folded) => {
      notebook.edits.together(() => {
        for (const id of ids) {
          const cell = notebook.cell(id);
          if (cell !== undefined && isMarked(cell) !== folded)
            notebook.edits.setMetadata(id, KEY, folded ? true : null);
        }
      });
      setOpened((old) => new Set([...old].filter((id) => !ids.includes(id))));
    },
    parents: (id) => {
      const plain = cells().map((cell): Row => ({ id: cell.id, level: levelOf(cell), folded: false }));
      return above(plain, id).map((row) => row.id);
    },
    headings: () => cells().flatMap((cell) => (levelOf(cell) === null ? [] : [cell.id])),
  };
}

const NONE: readonly Row[] = [];
const NO_CELLS: readonly string[] = [];
