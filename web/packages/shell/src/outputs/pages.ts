/// An index over a text too long to be held: pages of whole lines, each with where its bytes are, how many rows it has
/// and in which style it begins. Pure; who reads hands over the texts, one after another. A hundred megabytes are some
/// thousand and six hundred pages.

import type { BlobRef } from "@fumehood/protocol";
import { wholeUntil } from "./blobs.js";
import { countRows } from "./rows.js";
import { PLAIN, type Style, styleAfter } from "./sgr.js";

/// Bytes of one page.
export const PAGE = 65536;

export interface Page {
  /// Undefined for the open end of the text, which is not in a blob.
  readonly ref?: BlobRef;
  readonly from: number;
  readonly until: number;
  readonly text?: string;
  readonly rows: number;
  /// Rows before it.
  readonly first: number;
  readonly style: Style;
}

export class Pages {
  readonly #pages: Page[] = [];
  #rows = 0;
  #end: Style = PLAIN;
  /// The open end, replaced as it changes.
  #open: Page | undefined;

  get rows(): number {
    return this.#rows + (this.#open?.rows ?? 0);
  }

  /// Takes the bytes of `ref` from `from` on. Returns how many of them are in pages: what is left over is a line that
  /// goes on, to be handed over again with what follows. `last`: nothing follows in this blob.
  add(ref: BlobRef, from: number, bytes: Uint8Array, last: boolean): number {
    let at = 0;
    while (at < bytes.length) {
      const most = Math.min(bytes.length, at + PAGE);
      let end = most;
      if (most < bytes.length || !last) {
        const newline = bytes.subarray(at, most).lastIndexOf(10);
        if (newline >= 0) end = at + newline + 1;
        else if (most - at < PAGE) break;
        else end = at + wholeUntil(bytes.subarray(at, most));
      }
      this.#push(
        ref,
        from + at,
        from + end,
        new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.subarray(at, end)),
      );
      at = end;
    }
    return at;
  }

  #push(ref: BlobRef | undefined, from: number, until: number, text: string): void {
    const rows = countRows(text);
    const page = { from, until, rows, first: this.#rows, style: this.#end };
    this.#pages.push(ref ? { ...page, ref } : { ...page, text });
    this.#rows += rows;
    this.#end = styleAfter(text, this.#end);
  }

  /// A piece that is not in a blob and stays as it is.
  addText(text: string): void {
    this.#push(undefined, 0, 0, text);
  }

  /// The end of the text, as it is now; taken back with the next call of anything.
  setOpen(text: string): void {
    this.#open =
      text === "" ? undefined : { from: 0, until: 0, text, rows: countRows(text), first: this.#rows, style: this.#end };
  }

  /// The pages that hold rows `from` to `until`.
  between(from: number, until: number): readonly Page[] {
    const found: Page[] = [];
    for (let index = this.#find(from); index < this.#pages.length; index++) {
      const page = this.#pages[index] as Page;
      if (page.first >= until) return found;
      found.push(page);
    }
    if (this.#open && this.#open.first < until) found.push(this.#open);
    return found;
  }

  #find(row: number): number {
    let low = 0;
    let high = this.#pages.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const page = this.#pages[middle] as Page;
      if (page.first + page.rows <= row) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
