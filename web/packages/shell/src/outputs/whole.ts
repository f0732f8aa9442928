/// A whole text of any size as a Blob: the browser keeps such bytes outside the page's heap, on disk where they are many.

import type { Content } from "@fumehood/protocol";
import { MOST, readBytes } from "./blobs.js";

export async function wholeText(base: string, pieces: readonly Content[]): Promise<Blob> {
  let whole = new Blob([], { type: "text/plain;charset=utf-8" });
  for (const piece of pieces) {
    if (typeof piece === "string") whole = new Blob([whole, piece], { type: whole.type });
    else
      for (let from = 0; from < piece.size; from += MOST * 8) {
        const bytes = await readBytes(base, piece, from, Math.min(piece.size, from + MOST * 8));
        whole = new Blob([whole, bytes as Uint8Array<ArrayBuffer>], { type: whole.type });
      }
  }
  return whole;
}
