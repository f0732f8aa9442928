/// Cells on the system's clipboard: as text for other programs, and as JSON under a type of our own for other windows of
/// ours. What comes back is hostile text like any other paste: it is checked shape by shape, and refused as a whole.

import type { CellType, Copied } from "../notebook/types.js";

export const CELLS_TYPE = "application/x-fumehood-cells+json";
/// No more is taken from the clipboard at once.
export const PASTED_CELLS = 10_000;

export function toText(cells: readonly Copied[]): string {
  return cells.map((cell) => cell.source).join("\n\n");
}

export function toJson(cells: readonly Copied[]): string {
  return JSON.stringify({ version: 1, cells });
}

/// Null where the text is anything else than cells.
export function fromJson(text: string): readonly Copied[] | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isObject(value) || value.version !== 1 || !Array.isArray(value.cells)) return null;
  const cells: unknown[] = value.cells;
  if (cells.length > PASTED_CELLS) return null;
  const read = cells.map(cell);
  return read.every((entry) => entry !== null) ? read : null;
}

function cell(value: unknown): Copied | null {
  if (!isObject(value)) return null;
  const { type, source, metadata, attachments } = value;
  if (!isType(type) || typeof source !== "string" || !isObject(metadata) || !isObject(attachments)) return null;
  return { type, source: source.replace(/\r\n?/g, "\n"), metadata, attachments };
}

function isType(value: unknown): value is CellType {
  return value === "code" || value === "markdown" || value === "raw";
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
