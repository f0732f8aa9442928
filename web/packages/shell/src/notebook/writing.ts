/// What is written into the document, as values: each says what it expects to find, and what it leaves can be taken
/// back by another one. So undoing never undoes what somebody else did meanwhile: where the document is not as
/// expected any more, a write does nothing.
///
/// Keeps the schema: a cell's key is never removed, its text and metadata map never replaced.

import { HoodError } from "@fumehood/protocol";
import * as Y from "yjs";
import type { CellMap, NotebookDocument } from "./document.js";
import type { CellType } from "./types.js";
import { same } from "./values.js";

/// Origin of everything here. Typing has another one, so that only it is a matter of `Y.UndoManager`.
export const STRUCTURE = Symbol("structure");

/// `undefined`: the key is absent.
export type Write =
  | {
      readonly kind: "cell";
      readonly cell: string;
      readonly key: "type" | "order" | "deleted" | "attachments";
      readonly expect: unknown;
      readonly value: unknown;
    }
  | {
      readonly kind: "metadata";
      /// Null: the notebook's own.
      readonly cell: string | null;
      readonly key: string;
      readonly expect: unknown;
      readonly value: unknown;
    }
  /// Takes a cell away that was made here, unless somebody else wrote in it.
  | { readonly kind: "unmake"; readonly cell: string; readonly source: string }
  /// And brings it back; `deleted` is when it was taken away.
  | { readonly kind: "remake"; readonly cell: string; readonly source: string; readonly deleted: number };

export interface NewCell {
  readonly id: string;
  readonly type: CellType;
  readonly source: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly attachments: Readonly<Record<string, unknown>>;
  readonly order: string;
}

/// Puts a cell into the document; within a transaction. Returns what takes it back.
export function make(document: NotebookDocument, cell: NewCell): Write {
  const cells = document.doc.getMap<CellMap>("cells");
  if (cells.has(cell.id)) throw new HoodError("internal", "A new cell has the id of another one.");
  const map: CellMap = new Y.Map();
  map.set("type", cell.type);
  map.set("source", new Y.Text(cell.source));
  map.set("metadata", new Y.Map(Object.entries(cell.metadata)));
  map.set("order", cell.order);
  if (Object.keys(cell.attachments).length > 0) map.set("attachments", cell.attachments);
  cells.set(cell.id, map);
  return { kind: "unmake", cell: cell.id, source: cell.source };
}

/// Does it, within a transaction. Returns what takes it back; null where the document was not as expected.
export function write(document: NotebookDocument, wanted: Write, now: number): Write | null {
  if (wanted.kind === "unmake") return unmake(document, wanted.cell, wanted.source, now);
  if (wanted.kind === "remake") {
    const { cell, source, deleted } = wanted;
    const map = document.map(cell);
    if (map === undefined || map.get("deleted") !== deleted) return null;
    map.delete("deleted");
    return { kind: "unmake", cell, source };
  }
  const target = targetOf(document, wanted);
  if (target === undefined || !same(target.get(wanted.key), wanted.expect)) return null;
  if (wanted.value === undefined) target.delete(wanted.key);
  else target.set(wanted.key, wanted.value);
  return { ...wanted, expect: wanted.value, value: wanted.expect };
}

function unmake(document: NotebookDocument, cell: string, source: string, now: number): Write | null {
  const map = document.map(cell);
  if (map === undefined || map.has("deleted") || String(map.get("source")) !== source) return null;
  map.set("deleted", now);
  return { kind: "remake", cell, source, deleted: now };
}

function targetOf(
  document: NotebookDocument,
  wanted: Extract<Write, { kind: "cell" | "metadata" }>,
): CellMap | undefined {
  if (wanted.kind === "cell") return document.map(wanted.cell);
  if (wanted.cell === null) return document.doc.getMap("metadata");
  const metadata = document.map(wanted.cell)?.get("metadata");
  return metadata instanceof Y.Map ? metadata : undefined;
}

/// Replaces a stretch of a cell's text; within a transaction.
export function splice(text: Y.Text, from: number, to: number, insert: string): void {
  if (to > from) text.delete(from, to - from);
  if (insert !== "") text.insert(from, insert);
}
