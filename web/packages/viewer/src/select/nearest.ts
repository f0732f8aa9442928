/// The cells about one: a press takes the cell that is nearest to it, a drag all that lie as near to that cell, by their
/// places in the embedding. In space that is a ball, so what merely stands behind it is not taken.

import { type Placed, project } from "../points/project";
import type { Shape } from "./lasso";

/// CSS pixels in which, in space, the foremost counts before one that is nearer to the press.
const REACH = 6;

/// `press`: where it began, and where it ended. Ascending; empty where no cell is seen.
export function nearest(placed: Placed, press: Shape, hidden?: (cell: number) => boolean): Uint32Array {
  const [x, y, toX, toY] = press as readonly [number, number, number, number];
  const { points, dimensions } = placed;
  const count = Math.floor(points.length / dimensions);
  const found = middle(placed, count, x, y, hidden);
  if (found === undefined) return new Uint32Array(0);
  const reach = Math.hypot(toX - x, toY - y) / found.pixels;
  if (!(reach > 0)) return Uint32Array.of(found.cell);
  const from = found.cell * dimensions;
  const cells = new Uint32Array(count);
  let size = 0;
  for (let cell = 0, at = 0; cell < count; cell++, at += dimensions) {
    let away = 0;
    for (let axis = 0; axis < dimensions; axis++)
      away += ((points[at + axis] as number) - (points[from + axis] as number)) ** 2;
    // NaN fails too.
    if (!(away <= reach * reach) || hidden?.(cell)) continue;
    cells[size++] = cell;
  }
  return cells.slice(0, size);
}

interface Middle {
  readonly cell: number;
  /// CSS pixels of one unit of the data, where the cell is.
  readonly pixels: number;
}

function middle(
  placed: Placed,
  count: number,
  x: number,
  y: number,
  hidden: ((cell: number) => boolean) | undefined,
): Middle | undefined {
  const { matrix: m, size } = placed;
  const { width, height } = size;
  let [cell, least, deep] = [-1, Infinity, 1];
  project(placed, 0, count, (one, px, py, depth) => {
    if (!(px >= 0 && py >= 0 && px < width && py < height)) return;
    const away = (px - x) ** 2 + (py - y) ** 2;
    // Those within reach stand before all others, the foremost first.
    const rank = depth > 0 && away <= REACH * REACH ? -1 / depth : away;
    if (rank < least && !hidden?.(one)) [cell, least, deep] = [one, rank, depth];
  });
  if (cell < 0) return undefined;
  // As much as the picture's upward axis is stretched by the matrix that draws it.
  const upward = Math.hypot(m[1] as number, m[5] as number, m[9] as number) * (height / 2);
  return { cell, pixels: upward / (deep > 0 ? deep : 1) };
}
