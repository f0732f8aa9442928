/// A set of cells as text: its size, then each gap to the cell before, as LEB128 in base64. What session bundles hold of a
/// group (`highlights/cells`) is the same bytes.

import type { Cells } from "../select/sets";
import { base64, bytesOf } from "./base64";

export function cellBytes(cells: Cells): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(5 * (cells.length + 1));
  let at = 0;
  const put = (value: number) => {
    let rest = value;
    while (rest > 127) {
      bytes[at++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    bytes[at++] = rest;
  };
  put(cells.length);
  let before = 0;
  for (const cell of cells) {
    put(cell - before);
    before = cell;
  }
  return bytes.slice(0, at);
}

/// Ascending, each once, all below `count`. Throws for anything else.
export function bytesToCells(bytes: Uint8Array, count: number): Cells {
  let at = 0;
  const take = () => {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = bytes[at++];
      if (byte === undefined) break;
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
    throw new RangeError("A set of cells is broken.");
  };
  const size = take();
  // Each cell takes a byte at least, so nothing is made for what cannot be there.
  if (size > count || size > bytes.length) throw new RangeError("A set of cells is larger than the dataset.");
  const cells = new Uint32Array(size);
  let cell = 0;
  for (let one = 0; one < size; one++) {
    const gap = take();
    if (one > 0 && gap === 0) throw new RangeError("A set has a cell twice.");
    cell += gap;
    if (cell >= count) throw new RangeError("A set has a cell that the dataset does not have.");
    cells[one] = cell;
  }
  if (at !== bytes.length) throw new RangeError("A set of cells is broken.");
  return cells;
}

export function cellText(cells: Cells): string {
  return base64(cellBytes(cells));
}

export function textToCells(text: string, count: number): Cells {
  let bytes: Uint8Array;
  try {
    bytes = bytesOf(text);
  } catch {
    throw new RangeError("A set of cells is broken.");
  }
  return bytesToCells(bytes, count);
}
