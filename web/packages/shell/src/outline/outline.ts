/// What the outline of a notebook lists: its headings with their depth, and what happens below each of them. Headings
/// are read again only where a Markdown cell changed.

import { type Accessor, createMemo } from "solid-js";
import type { Cell, Notebook } from "../notebook/types.js";
import { type Heading, headings } from "./headings.js";

/// More of one notebook are not listed.
export const ENTRIES = 2_000;

export interface Entry extends Heading {
  readonly cell: string;
  /// Of the code between this heading and the next of its level or above.
  readonly mark: "" | "running" | "queued" | "error";
}

export function outlineOf(notebook: Notebook): Accessor<readonly Entry[]> {
  const read = new WeakMap<Cell, { source: string; found: readonly Heading[] }>();
  const of = (cell: Cell): readonly Heading[] => {
    const source = cell.source();
    const old = read.get(cell);
    if (old !== undefined && old.source === source) return old.found;
    const found = headings(source);
    read.set(cell, { source, found });
    return found;
  };
  const rows = createMemo<readonly Row[]>(() =>
    notebook.order().flatMap((id): readonly Row[] => {
      const cell = notebook.cell(id);
      if (cell === undefined) return [];
      if (cell.type() === "markdown") return of(cell).map((heading) => ({ ...heading, cell: id }));
      return cell.type() === "code" ? [{ code: cell }] : [];
    }),
  );
  const marks = createMemo(() => rows().map((row) => ("code" in row ? markOf(row.code.run()?.status ?? "") : "")), [], {
    equals: same,
  });
  return createMemo(() => summed(rows(), marks()).slice(0, ENTRIES));
}

type Row = (Heading & { readonly cell: string }) | { readonly code: Cell };

const ORDER: readonly Entry["mark"][] = ["", "error", "queued", "running"];

function markOf(status: string): Entry["mark"] {
  return status === "running" || status === "queued" || status === "error" ? status : "";
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((value, at) => value === b[at]);
}

/// Exported for its test.
export function summed(rows: readonly Row[], marks: readonly Entry["mark"][]): readonly Entry[] {
  const entries: Entry[] = [];
  // Headings that are open: those below which the next row stands.
  const open: { at: number; level: number }[] = [];
  rows.forEach((row, at) => {
    if ("code" in row) {
      const mark = marks[at] ?? "";
      for (const { at: heading } of open) {
        const entry = entries[heading];
        if (entry !== undefined && ORDER.indexOf(mark) > ORDER.indexOf(entry.mark))
          entries[heading] = { ...entry, mark };
      }
      return;
    }
    while ((open.at(-1)?.level ?? 0) >= row.level) open.pop();
    open.push({ at: entries.length, level: row.level });
    entries.push({ ...row, mark: "" });
  });
  return entries;
}

/// The heading under which the cell stands: the last at or before it. -1 before the first.
export function currentHeading(entries: readonly Entry[], order: readonly string[], active: string | null): number {
  const at = active === null ? -1 : order.indexOf(active);
  if (at < 0) return -1;
  const place = new Map(order.map((id, index) => [id, index]));
  return entries.findLastIndex((entry) => (place.get(entry.cell) ?? Number.POSITIVE_INFINITY) <= at);
}
