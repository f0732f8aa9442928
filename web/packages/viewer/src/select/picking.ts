/// The cell under the pointer. In the plane a grid over the embedding answers at once, built when it is first asked for
/// (four bytes a cell); in space every cell is looked at, and of those near the pointer the foremost is taken.

import { type Bounds, bounds, type Planar } from "../points/camera";
import { type Placed, project } from "../points/project";

export interface Grid {
  readonly around: Bounds;
  readonly columns: number;
  readonly rows: number;
  /// Where each box begins in `cells`; one more than there are boxes.
  readonly starts: Uint32Array;
  readonly cells: Uint32Array;
}

const CELLS_A_BOX = 8;

export function gridOf(points: Float32Array, dimensions: number): Grid {
  const around = bounds(points, dimensions);
  const count = Math.floor(points.length / dimensions);
  const side = Math.max(1, Math.min(2048, Math.round(Math.sqrt(count / CELLS_A_BOX))));
  const starts = new Uint32Array(side * side + 1);
  const box = boxes(points, dimensions, around, side);
  for (let cell = 0; cell < count; cell++) {
    const at = box(cell);
    if (at >= 0) starts[at + 1] = (starts[at + 1] as number) + 1;
  }
  for (let at = 1; at < starts.length; at++) starts[at] = (starts[at] as number) + (starts[at - 1] as number);
  const next = starts.slice(0, -1);
  const cells = new Uint32Array(starts[side * side] as number);
  for (let cell = 0; cell < count; cell++) {
    const at = box(cell);
    if (at < 0) continue;
    const place = next[at] as number;
    cells[place] = cell;
    next[at] = place + 1;
  }
  return { around, columns: side, rows: side, starts, cells };
}

function boxes(points: Float32Array, dimensions: number, around: Bounds, side: number): (cell: number) => number {
  const [lowX, lowY] = around.low;
  const scaleX = side / (around.high[0] - lowX || 1);
  const scaleY = side / (around.high[1] - lowY || 1);
  return (cell) => {
    const x = ((points[cell * dimensions] as number) - lowX) * scaleX;
    const y = dimensions > 1 ? ((points[cell * dimensions + 1] as number) - lowY) * scaleY : 0;
    if (!(x >= 0 && y >= 0 && x <= side && y <= side)) return -1;
    return Math.min(side - 1, y | 0) * side + Math.min(side - 1, x | 0);
  };
}

/// The nearest cell within `radius` CSS pixels of a place in the picture; -1 where there is none.
export function nearestInPlane(
  grid: Grid,
  placed: Placed,
  camera: Planar,
  x: number,
  y: number,
  radius: number,
  hidden?: (cell: number) => boolean,
): number {
  const { points, dimensions, size } = placed;
  const dataX = camera.x + (x - size.width / 2) / camera.scale;
  const dataY = camera.y - (y - size.height / 2) / camera.scale;
  const reach = radius / camera.scale;
  const [lowX, lowY] = grid.around.low;
  const scaleX = grid.columns / (grid.around.high[0] - lowX || 1);
  const scaleY = grid.rows / (grid.around.high[1] - lowY || 1);
  const clamp = (value: number, most: number) => Math.max(0, Math.min(most - 1, Math.floor(value)));
  const fromX = clamp((dataX - reach - lowX) * scaleX, grid.columns);
  const toX = clamp((dataX + reach - lowX) * scaleX, grid.columns);
  const fromY = clamp((dataY - reach - lowY) * scaleY, grid.rows);
  const toY = clamp((dataY + reach - lowY) * scaleY, grid.rows);
  let best = -1;
  let least = reach * reach;
  for (let row = fromY; row <= toY; row++) {
    const end = grid.starts[row * grid.columns + toX + 1] as number;
    for (let at = grid.starts[row * grid.columns + fromX] as number; at < end; at++) {
      const cell = grid.cells[at] as number;
      const dx = (points[cell * dimensions] as number) - dataX;
      const dy = dimensions > 1 ? (points[cell * dimensions + 1] as number) - dataY : 0;
      const away = dx * dx + dy * dy;
      // The later one is drawn above the earlier one.
      if (away <= least && (away < least || cell > best) && !hidden?.(cell)) {
        least = away;
        best = cell;
      }
    }
  }
  return best;
}

export function nearestInSpace(
  placed: Placed,
  x: number,
  y: number,
  radius: number,
  hidden?: (cell: number) => boolean,
): number {
  const count = Math.floor(placed.points.length / placed.dimensions);
  let best = -1;
  let foremost = Infinity;
  project(placed, 0, count, (cell, px, py, depth) => {
    const dx = px - x;
    const dy = py - y;
    if (depth < foremost && dx * dx + dy * dy <= radius * radius && !hidden?.(cell)) {
      foremost = depth;
      best = cell;
    }
  });
  return best;
}
