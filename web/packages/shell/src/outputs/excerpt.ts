/// What a long text shows when it is folded: its first and its last rows. Pure; reads at most `EDGE` at either end,
/// whatever the size of the text. Edges of blobs that are not here yet are named, so that the caller fetches them.

import type { BlobRef, Content } from "@fumehood/protocol";
import { sizeOf } from "./blobs.js";
import { countLines, countRows, type Row, splitRows, styleAt, tailStart } from "./rows.js";
import { PLAIN } from "./sgr.js";

/// A text is folded when it has more rows: a training log or a long listing is read whole, a flood is not.
export const FOLD_ROWS = 200;
export const EDGE_ROWS = 60;
/// Bytes that are read at either end.
export const EDGE = 65536;

export interface Edge {
  readonly ref: BlobRef;
  readonly from: number;
  readonly until: number;
}

export interface Excerpt {
  readonly head: readonly Row[];
  /// Empty: the head is the whole text.
  readonly tail: readonly Row[];
  readonly size: number;
  /// Lines of the whole text, where that is known without reading more of it.
  readonly lines: number | null;
}

/// The text of an edge, or undefined where it is still to be fetched.
export type Peek = (edge: Edge) => string | undefined;

export function excerpt(pieces: readonly Content[], peek: Peek): Excerpt | readonly Edge[] {
  const size = pieces.reduce((sum, piece) => sum + sizeOf(piece), 0);
  const missing: Edge[] = [];
  const head = gather(pieces, false, peek, missing, FOLD_ROWS + 1);
  if (missing.length > 0 && head.text === "") return missing;
  if (head.whole && missing.length === 0) {
    const rows = splitRows(head.text, PLAIN, FOLD_ROWS + 1);
    const lines = countLines(head.text);
    if (rows.length <= FOLD_ROWS) return { head: rows, tail: [], size, lines };
    return { head: rows.slice(0, EDGE_ROWS), tail: lastRows(head.text), size, lines };
  }
  const tail = gather(pieces, true, peek, missing, EDGE_ROWS);
  if (missing.length > 0) return missing;
  const first = splitRows(head.text, PLAIN, EDGE_ROWS);
  return { head: first, tail: lastRows(tail.text), size, lines: null };
}

function lastRows(text: string): readonly Row[] {
  const from = tailStart(text, EDGE_ROWS);
  return splitRows(text.slice(from), styleAt(text, from, PLAIN));
}

interface Gathered {
  readonly text: string;
  /// All of the text was read.
  readonly whole: boolean;
}

function gather(pieces: readonly Content[], back: boolean, peek: Peek, missing: Edge[], rows: number): Gathered {
  let text = "";
  const order = back ? pieces.toReversed() : pieces;
  for (const [index, piece] of order.entries()) {
    if (index > 0 && (text.length >= EDGE || countRows(text) >= rows)) return { text, whole: false };
    if (typeof piece === "string") {
      text = back ? piece + text : text + piece;
      continue;
    }
    if (piece.size === 0) continue;
    const whole = piece.size <= EDGE;
    const edge = {
      ref: piece,
      from: back && !whole ? piece.size - EDGE : 0,
      until: back || whole ? piece.size : EDGE,
    };
    const part = peek(edge);
    if (part === undefined) {
      missing.push(edge);
      return { text, whole: false };
    }
    text = back ? part + text : text + part;
    if (!whole) return { text, whole: false };
  }
  return { text, whole: true };
}
