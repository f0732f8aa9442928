/// Which cells a brush went over: those within its radius of its path, also between two places that a quick hand told.
/// The path is cut into the boxes of a grid once, so that each cell is compared with what is near it and nothing else.

import { type Placed, project } from "../points/project";
import type { Shape } from "./lasso";

/// Ascending. `hidden` says which cannot be chosen because they are not seen.
export function brushed(placed: Placed, path: Shape, radius: number, hidden?: (cell: number) => boolean): Uint32Array {
  const { width, height } = placed.size;
  const [columns, rows] = [Math.max(1, Math.ceil(width / radius)), Math.max(1, Math.ceil(height / radius))];
  const near = legs(path, radius, columns, rows);
  const count = Math.floor(placed.points.length / placed.dimensions);
  const found = new Uint32Array(count);
  let size = 0;
  project(placed, 0, count, (cell, x, y) => {
    // NaN fails too.
    if (!(x >= 0 && y >= 0 && x < width && y < height)) return;
    const here = near.get(Math.floor(y / radius) * columns + Math.floor(x / radius));
    if (here === undefined || !here.some((at) => within(path, at, x, y, radius)) || hidden?.(cell)) return;
    found[size++] = cell;
  });
  return found.slice(0, size);
}

/// By box of the grid, whose side is the radius: where the legs of the path begin that come so near.
function legs(path: Shape, radius: number, columns: number, rows: number): ReadonlyMap<number, readonly number[]> {
  const found = new Map<number, number[]>();
  const box = (value: number, most: number) => Math.max(0, Math.min(most - 1, Math.floor(value / radius)));
  for (let at = 0; at + 1 < path.length; at += 2) {
    const [ax, ay] = [path[at] as number, path[at + 1] as number];
    // A path of one place has one leg of no length.
    const [bx, by] = [path[at + 2] ?? ax, path[at + 3] ?? ay];
    const [left, right] = [box(Math.min(ax, bx) - radius, columns), box(Math.max(ax, bx) + radius, columns)];
    const [top, bottom] = [box(Math.min(ay, by) - radius, rows), box(Math.max(ay, by) + radius, rows)];
    for (let row = top; row <= bottom; row++)
      for (let column = left; column <= right; column++) {
        const there = found.get(row * columns + column);
        if (there === undefined) found.set(row * columns + column, [at]);
        else there.push(at);
      }
  }
  return found;
}

function within(path: Shape, at: number, x: number, y: number, radius: number): boolean {
  const [ax, ay] = [path[at] as number, path[at + 1] as number];
  const [dx, dy] = [(path[at + 2] ?? ax) - ax, (path[at + 3] ?? ay) - ay];
  const length = dx * dx + dy * dy;
  const share = length > 0 ? Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / length)) : 0;
  return (x - ax - share * dx) ** 2 + (y - ay - share * dy) ** 2 <= radius * radius;
}
