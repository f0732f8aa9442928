/// Sets of cells as bytes, both ways: places in ascending order, or one bit a cell, whichever is smaller.

import type { viewer } from "@fumehood/protocol";

export interface Packed {
  readonly cells: viewer.Cells;
  readonly data: Uint8Array;
}

/// `chosen`: a byte for each cell, not 0 where it is of the set.
export function pack(chosen: Uint8Array): Packed {
  let count = 0;
  for (const one of chosen) if (one !== 0) count += 1;
  if (count * 4 <= chosen.length / 8) {
    const list = new Uint32Array(count);
    let at = 0;
    for (let cell = 0; cell < chosen.length; cell++) if (chosen[cell] !== 0) list[at++] = cell;
    return { cells: { form: "list", count }, data: new Uint8Array(list.buffer) };
  }
  const data = new Uint8Array(Math.ceil(chosen.length / 8));
  for (let cell = 0; cell < chosen.length; cell++)
    if (chosen[cell] !== 0) data[cell >> 3] = (data[cell >> 3] ?? 0) | (1 << (cell & 7));
  return { cells: { form: "bits", count }, data };
}

/// A byte for each of `total` cells: 1 where it is of the set. Throws where a place is none.
export function unpack(cells: viewer.Cells, buffers: readonly DataView[], total: number): Uint8Array {
  const view = buffers[cells.buffer ?? 0];
  if (view === undefined) throw new RangeError("The cells are missing.");
  const chosen = new Uint8Array(total);
  if (cells.form === "bits") {
    const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    if (bytes.length < Math.ceil(total / 8)) throw new RangeError("The cells are of another dataset.");
    for (let cell = 0; cell < total; cell++) chosen[cell] = ((bytes[cell >> 3] ?? 0) >> (cell & 7)) & 1;
    return chosen;
  }
  for (let at = 0; at + 4 <= view.byteLength; at += 4) {
    const cell = view.getUint32(at, true);
    if (cell >= total) throw new RangeError(`There is no cell ${cell}.`);
    chosen[cell] = 1;
  }
  return chosen;
}
