/// How several views share one picture: in rows and columns of equal size, as near to squares as they come.

import type { Size } from "../points/camera";

export interface Box extends Size {
  readonly left: number;
  readonly top: number;
}

const GAP = 1;

export function boxes(count: number, size: Size): Box[] {
  if (count < 1 || size.width < 1 || size.height < 1) return [];
  let best = 1;
  let least = Infinity;
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const skew = Math.abs(Math.log(size.width / columns / (size.height / rows)));
    // A place that stays empty is worse than a box that is a little flat.
    const cost = skew + 0.3 * (columns * rows - count);
    if (cost < least) [best, least] = [columns, cost];
  }
  const rows = Math.ceil(count / best);
  const edge = (at: number, of: number, whole: number) => Math.round((at * whole) / of);
  return Array.from({ length: count }, (_, at) => {
    const [column, row] = [at % best, Math.floor(at / best)];
    const left = edge(column, best, size.width);
    const top = edge(row, rows, size.height);
    const right = edge(column + 1, best, size.width) - (column + 1 < best ? GAP : 0);
    const bottom = edge(row + 1, rows, size.height) - (row + 1 < rows ? GAP : 0);
    return { left, top, width: right - left, height: bottom - top };
  });
}
