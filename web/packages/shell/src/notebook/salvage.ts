/// Edits on their way from a document that was given up into the one that took its place: what this window's cells
/// said beyond the daemon's, written once more as fresh edits. Pure but for the document that it writes.

import * as Y from "yjs";
import { NOTEBOOK, type NotebookDocument } from "./document.js";
import { between } from "./order.js";
import { replacement } from "./text.js";
import type { Values } from "./types.js";
import { same } from "./values.js";
import { make, STRUCTURE, splice } from "./writing.js";

export interface Kept {
  readonly cells: readonly KeptCell[];
  /// The notebook's own; null where it was not changed.
  readonly metadata: Values | null;
}

interface KeptCell {
  readonly id: string;
  readonly type: unknown;
  readonly source: string;
  readonly metadata: Values;
  readonly attachments: unknown;
  readonly order: string;
  readonly deleted: unknown;
}

/// What these cells are in the document now.
export function salvage(document: NotebookDocument, touched: ReadonlySet<string>): Kept {
  const kept: KeptCell[] = [];
  for (const id of touched) {
    const map = document.map(id);
    if (map === undefined) continue;
    const metadata = map.get("metadata");
    kept.push({
      id,
      type: map.get("type"),
      source: String(map.get("source")),
      metadata: metadata instanceof Y.Map ? Object.fromEntries(metadata.entries()) : {},
      attachments: map.get("attachments"),
      order: String(map.get("order")),
      deleted: map.get("deleted"),
    });
  }
  return { cells: kept, metadata: touched.has(NOTEBOOK) ? document.metadata() : null };
}

/// Makes everything what it was.
export function rewrite(document: NotebookDocument, { cells, metadata }: Kept): void {
  document.transact(() => {
    for (const cell of cells) rewriteCell(document, cell);
    if (metadata !== null) rewriteMap(document.doc.getMap("metadata"), metadata);
  }, STRUCTURE);
}

function rewriteCell(document: NotebookDocument, cell: KeptCell): void {
  const map = document.map(cell.id);
  if (map === undefined) {
    if (cell.deleted !== undefined) return;
    const type = cell.type === "markdown" || cell.type === "raw" ? cell.type : "code";
    const attachments = typeof cell.attachments === "object" && cell.attachments !== null ? cell.attachments : {};
    make(document, {
      ...cell,
      type,
      attachments: attachments as Record<string, unknown>,
      order: cell.order || (between(null, null) ?? "V"),
    });
    return;
  }
  for (const key of ["type", "order", "attachments", "deleted"] as const) {
    const value = cell[key];
    if (same(map.get(key), value)) continue;
    if (value === undefined) map.delete(key);
    else map.set(key, value);
  }
  const metadata = map.get("metadata");
  if (metadata instanceof Y.Map) rewriteMap(metadata, cell.metadata);
  const text = map.get("source");
  const change = text instanceof Y.Text ? replacement(text.toString(), cell.source) : null;
  if (text instanceof Y.Text && change !== null) splice(text, change.from, change.to, change.insert);
}

function rewriteMap(map: Y.Map<unknown>, values: Values): void {
  for (const key of [...map.keys()]) if (!Object.hasOwn(values, key)) map.delete(key);
  for (const [key, value] of Object.entries(values)) if (!same(map.get(key), value)) map.set(key, value);
}
