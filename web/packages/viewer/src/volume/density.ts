/// Cells of three dimensions as smoke: how many there are in each box of a cube around them, and in which colour on
/// average. One pass over the cells when it is switched on, when filters change and when the colour does; turning it
/// costs none. Pure.

import type { Bounds, Vector } from "../points/camera";
import type { Colour, Rgba } from "../points/scene";

/// Boxes along each side.
export const SIDE = 64;

export interface Density {
  /// RGBA of each box, the first dimension fastest; alpha is how dense it is.
  readonly boxes: Uint8Array;
  readonly low: Vector;
  /// Of the cube's side, in units of the data.
  readonly size: number;
}

/// Of boxes with cells in them, those that are denser than this share are all drawn alike.
const DENSEST = 0.985;

export function densityOf(
  points: Float32Array,
  around: Bounds,
  colour: Colour,
  none: Rgba,
  hidden: (cell: number) => boolean,
): Density {
  const spans = around.low.map((low, axis) => (around.high[axis] as number) - low);
  // A little larger than the cells, so that no side of the cube cuts the smoke.
  const size = 1.12 * Math.max(...spans) || 1;
  const low = around.low.map((value, axis) => value + ((spans[axis] as number) - size) / 2) as unknown as Vector;
  const sums = new Float32Array(4 * SIDE ** 3);
  const look = lookup(colour, none);
  const count = Math.floor(points.length / 3);
  for (let cell = 0; cell < count; cell++) {
    if (hidden(cell)) continue;
    const box = boxOf(points, cell, low, SIDE / size);
    const at = box < 0 ? -1 : look.place(cell);
    if (at < 0) continue;
    for (let part = 0; part < 3; part++)
      sums[4 * box + part] = (sums[4 * box + part] as number) + (look.colours[at + part] as number);
    sums[4 * box + 3] = (sums[4 * box + 3] as number) + 1;
  }
  for (const stride of [4, 4 * SIDE, 4 * SIDE * SIDE]) {
    blur(sums, stride);
    blur(sums, stride);
  }
  return { boxes: bytes(sums), low, size };
}

function boxOf(points: Float32Array, cell: number, low: Vector, scale: number): number {
  let box = 0;
  for (let axis = 2; axis >= 0; axis--) {
    const at = ((points[3 * cell + axis] as number) - low[axis as 0]) * scale;
    // NaN fails too.
    if (!(at >= 0 && at < SIDE)) return -1;
    box = box * SIDE + Math.floor(at);
  }
  return box;
}

interface Lookup {
  readonly colours: Uint8Array;
  /// Where a cell's colour begins; below 0 where the cell is not shown.
  place(cell: number): number;
}

/// The colours that the points have, as bytes; what has no value comes after the others.
function lookup(colour: Colour, none: Rgba): Lookup {
  const plain = (colour.kind === "plain" ? colour.rgba : none).map((part) => Math.round(255 * part));
  if (colour.kind === "plain") return { colours: Uint8Array.from(plain), place: () => 0 };
  const known = colour.kind === "codes" ? colour.palette : colour.map;
  const colours = new Uint8Array(known.length + 4);
  colours.set(known);
  colours.set(plain, known.length);
  if (colour.kind === "codes") {
    const { codes, missing } = colour;
    return {
      colours,
      place: (cell) => {
        const code = codes[cell] as number;
        if (code === missing || 4 * code >= known.length) return known.length;
        return known[4 * code + 3] === 0 ? -1 : 4 * code;
      },
    };
  }
  const { values, missing, low, high, logarithmic } = colour;
  const scaled = (value: number) => (logarithmic ? Math.log2(1 + Math.max(0, value - low)) : value - low);
  const most = scaled(high) || 1;
  const last = known.length / 4 - 1;
  return {
    colours,
    place: (cell) => {
      const value = values[cell] as number;
      if (value === missing || !Number.isFinite(value)) return known.length;
      return 4 * Math.round(last * Math.max(0, Math.min(1, scaled(value) / most)));
    },
  };
}

/// 1–2–1 along one axis; the cube's outermost boxes are empty.
function blur(sums: Float32Array, stride: number): void {
  const line = new Float32Array(SIDE + 2);
  for (let start = 0; start < sums.length; start++) {
    if (Math.floor(start / stride) % SIDE !== 0) continue;
    for (let at = 0; at < SIDE; at++) line[at + 1] = sums[start + at * stride] as number;
    for (let at = 0; at < SIDE; at++)
      sums[start + at * stride] = ((line[at] as number) + 2 * (line[at + 1] as number) + (line[at + 2] as number)) / 4;
  }
}

function bytes(sums: Float32Array): Uint8Array {
  const boxes = new Uint8Array(sums.length);
  const masses: number[] = [];
  for (let at = 3; at < sums.length; at += 4) if ((sums[at] as number) > 0) masses.push(sums[at] as number);
  const sorted = Float32Array.from(masses).sort();
  const full = sorted[Math.floor(DENSEST * (sorted.length - 1))] || 1;
  for (let at = 0; at < sums.length; at += 4) {
    const mass = sums[at + 3] as number;
    if (mass <= 0) continue;
    for (let part = 0; part < 3; part++) boxes[at + part] = Math.round((sums[at + part] as number) / mass);
    // The root: thin smoke is seen beside thick.
    boxes[at + 3] = Math.round(255 * Math.sqrt(Math.min(1, mass / full)));
  }
  return boxes;
}
