/// Which cells a drawn shape holds: decided where they fall on the picture, for planar and orbiting cameras alike. The
/// shape is drawn once into a bitmap of the picture's size, so that a cell costs one lookup; only those beside an edge
/// are compared with the shape itself. The even-odd rule, as the hand expects of a loop that crosses itself.

import type { Size } from "../points/camera";
import { type Placed, project } from "../points/project";

/// x, y, x, y … in CSS pixels.
export type Shape = readonly number[];

const OUTSIDE = 0;
const INSIDE = 1;
const EDGE = 2;

interface Bitmap {
  readonly width: number;
  readonly height: number;
  readonly cells: Uint8Array;
}

/// Cells inside, ascending. `hidden` says which cannot be chosen because they are not seen.
export function inside(placed: Placed, shape: Shape, hidden?: (cell: number) => boolean): Uint32Array {
  if (shape.length < 6) return new Uint32Array(0);
  const map = bitmap(shape, placed.size);
  const count = Math.floor(placed.points.length / placed.dimensions);
  const found = new Uint32Array(count);
  let size = 0;
  project(placed, 0, count, (cell, x, y) => {
    // NaN becomes 0 by `| 0`, so it is turned away by the comparison.
    if (!(x >= 0 && y >= 0 && x < map.width && y < map.height)) return;
    const where = map.cells[(y | 0) * map.width + (x | 0)] as number;
    if (where === OUTSIDE || (where === EDGE && !holds(shape, x, y))) return;
    if (hidden?.(cell)) return;
    found[size++] = cell;
  });
  return found.slice(0, size);
}

export function rectangle(x0: number, y0: number, x1: number, y1: number): Shape {
  return [x0, y0, x1, y0, x1, y1, x0, y1];
}

/// Even-odd.
export function holds(shape: Shape, x: number, y: number): boolean {
  let odd = false;
  const corners = shape.length;
  for (let at = 0, before = corners - 2; at < corners; before = at, at += 2) {
    const [ax, ay] = [shape[at] as number, shape[at + 1] as number];
    const [bx, by] = [shape[before] as number, shape[before + 1] as number];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) odd = !odd;
  }
  return odd;
}

function bitmap(shape: Shape, size: Size): Bitmap {
  const width = Math.max(1, Math.ceil(size.width));
  const height = Math.max(1, Math.ceil(size.height));
  const cells = new Uint8Array(width * height);
  const crossings: number[] = [];
  for (let row = 0; row < height; row++) {
    crossings.length = 0;
    crossed(shape, row + 0.5, crossings);
    for (let pair = 0; pair + 1 < crossings.length; pair += 2) {
      const from = Math.max(0, Math.floor(crossings[pair] as number));
      const to = Math.min(width, Math.ceil(crossings[pair + 1] as number));
      cells.fill(INSIDE, row * width + from, row * width + Math.max(from, to));
    }
  }
  edges(shape, width, height, cells);
  return { width, height, cells };
}

function crossed(shape: Shape, y: number, into: number[]): void {
  const corners = shape.length;
  for (let at = 0, before = corners - 2; at < corners; before = at, at += 2) {
    const [ax, ay] = [shape[at] as number, shape[at + 1] as number];
    const [bx, by] = [shape[before] as number, shape[before + 1] as number];
    if (ay > y !== by > y) into.push(((bx - ax) * (y - ay)) / (by - ay) + ax);
  }
  into.sort((a, b) => a - b);
}

/// Every pixel that an edge touches, and those beside it.
function edges(shape: Shape, width: number, height: number, cells: Uint8Array): void {
  const corners = shape.length;
  for (let at = 0, before = corners - 2; at < corners; before = at, at += 2) {
    const [ax, ay] = [shape[at] as number, shape[at + 1] as number];
    const [bx, by] = [shape[before] as number, shape[before + 1] as number];
    // Of an edge that leaves the picture only what lies in it.
    const [x0, x1] = within(ax, bx, width);
    const [y0, y1] = within(ay, by, height);
    const [begin, end] = [Math.max(x0, y0), Math.min(x1, y1)];
    if (!(begin <= end)) continue;
    const steps = Math.max(1, Math.ceil((end - begin) * Math.max(Math.abs(bx - ax), Math.abs(by - ay))));
    for (let step = 0; step <= steps; step++) {
      const share = begin + ((end - begin) * step) / steps;
      const x = Math.floor(ax + (bx - ax) * share);
      const y = Math.floor(ay + (by - ay) * share);
      for (let row = Math.max(0, y - 1); row <= Math.min(height - 1, y + 1); row++) {
        const from = Math.max(0, x - 1);
        cells.fill(EDGE, row * width + from, row * width + Math.max(from, Math.min(width, x + 2)));
      }
    }
  }
}

/// Which share of the way from one value to another lies between 0 and the other end, and a little beside.
function within(from: number, to: number, most: number): readonly [number, number] {
  if (from === to) return from >= -2 && from <= most + 2 ? [0, 1] : [1, 0];
  const [one, other] = [(-2 - from) / (to - from), (most + 2 - from) / (to - from)];
  return [Math.max(0, Math.min(one, other)), Math.min(1, Math.max(one, other))];
}
