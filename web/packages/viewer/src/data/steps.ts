/// A gene as the GPU takes it: the steps of FHG1 as they came, in an array of their own size. A dense gene is a view of
/// the bytes that arrived; of a sparse one only what is stored is written down. No value is computed here: the shader
/// compares steps, and whoever needs real values asks `range.real`.

import type { Values } from "../colour/range";

const HEAD = 32;
const MAGIC = 0x31474846;
const DENSE = 1;
const SPARSE = 2;
const FAR = 65_535;

/// The step that stands for a missing value, above `top`; NaN besides where steps are values.
const MISSING: Readonly<Record<number, number>> = { 8: 255, 16: 65_535, 32: Number.NaN };

export interface Steps extends Values {
  readonly missing: number;
}

/// Throws where that is no gene of so many cells.
export function steps(data: Uint8Array<ArrayBuffer>, cells: number): Steps {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  if (view.byteLength < HEAD || view.getUint32(0, true) !== MAGIC) throw new Error("That is no gene.");
  const form = view.getUint8(4);
  const bits = view.getUint8(5);
  const stored = view.getUint32(12, true);
  const size = (stored * bits) / 8;
  const missing = MISSING[bits];
  if (missing === undefined || view.getUint32(8, true) !== cells || stored > cells || view.byteLength < HEAD + size) {
    throw new Error("The gene is not as long as it says.");
  }
  const column = { min: view.getFloat32(16, true), max: view.getFloat32(20, true), top: bits === 32 ? 0 : missing - 1 };
  const found = typed(data, bits, stored);
  if (form === DENSE) {
    if (stored !== cells) throw new Error("The gene has not a value for each cell.");
    return { ...column, values: found, missing };
  }
  if (form !== SPARSE) throw new Error("The gene is written in a way that is not known here.");
  const values = blank(bits, cells);
  if (column.top !== 0)
    values.fill(Math.max(0, Math.round((-column.min * column.top) / (column.max - column.min || 1))));
  let cell = -1;
  let one = 0;
  for (let at = HEAD + size + (-size & 3); at + 2 <= view.byteLength; at += 2) {
    const gap = view.getUint16(at, true);
    cell += gap === FAR ? FAR : gap + 1;
    if (gap === FAR) continue;
    if (cell >= cells || one >= stored) throw new Error("The gene has a value for a cell that is not there.");
    values[cell] = found[one] as number;
    one += 1;
  }
  return { ...column, values, missing };
}

type Stored = Uint8Array | Uint16Array | Float32Array;

function typed(data: Uint8Array<ArrayBuffer>, bits: number, count: number): Stored {
  const from = data.byteOffset + HEAD;
  if (bits === 8) return new Uint8Array(data.buffer, from, count);
  // A wider array begins at a multiple of its size, which a part of a larger message need not.
  const aligned = from % (bits / 8) === 0 ? data.buffer : data.slice(HEAD).buffer;
  const start = aligned === data.buffer ? from : 0;
  return bits === 16 ? new Uint16Array(aligned, start, count) : new Float32Array(aligned, start, count);
}

function blank(bits: number, cells: number): Stored {
  if (bits === 8) return new Uint8Array(cells);
  return bits === 16 ? new Uint16Array(cells) : new Float32Array(cells);
}
