/// Where the names of categories stand on the picture: at the middle of their cells, as many as fit without covering one
/// another, the largest categories first.

import type { Size } from "../points/camera";
import { type Placed, project } from "../points/project";

export interface Centre {
  readonly code: number;
  readonly count: number;
  /// In the data.
  readonly at: readonly [number, number, number];
}

export interface Label {
  readonly code: number;
  readonly x: number;
  readonly y: number;
}

/// Cells that are looked at of each dataset; more do not move a middle that anybody could see.
const SAMPLE = 200_000;
/// Labels that are placed; more nobody reads.
const MOST = 60;
/// Categories that are looked at for them, while a hand moves the picture.
const CANDIDATES = 4000;

/// The median of each category's cells in each dimension: it lies within the crowd where a mean may lie beside it. The
/// largest first. `hidden`: 1 for a cell that is not seen, so a name stands among what is.
export function centres(
  points: Float32Array,
  dimensions: number,
  codes: ArrayLike<number>,
  categories: number,
  standsFor: (code: number) => number = (code) => code,
  hidden?: ArrayLike<number>,
): Centre[] {
  const count = Math.floor(points.length / dimensions);
  const stride = Math.max(1, Math.floor(count / SAMPLE));
  const found: number[][] = Array.from({ length: categories }, () => []);
  const counts = new Uint32Array(categories);
  for (let cell = 0; cell < count; cell += stride) {
    if (hidden?.[cell] === 1) continue;
    const code = standsFor(codes[cell] as number);
    if (!(code >= 0 && code < categories) || !isPlace(points, dimensions, cell)) continue;
    (found[code] as number[]).push(cell);
    counts[code] = (counts[code] as number) + 1;
  }
  const order = Array.from(found.keys())
    .filter((code) => counts[code] !== 0)
    .sort((a, b) => (counts[b] as number) - (counts[a] as number));
  return order.slice(0, CANDIDATES).map((code) => {
    const cells = found[code] as number[];
    const middle = (axis: number) => {
      if (axis >= dimensions) return 0;
      // By hand: `Float32Array.from` with a function takes ten times as long, and the first picture waits for this.
      const along = new Float32Array(cells.length);
      for (let at = 0; at < along.length; at++) along[at] = points[(cells[at] as number) * dimensions + axis] as number;
      along.sort();
      return along[along.length >> 1] as number;
    };
    return { code, count: counts[code] as number, at: [middle(0), middle(1), middle(2)] as const };
  });
}

function isPlace(points: Float32Array, dimensions: number, cell: number): boolean {
  for (let axis = 0; axis < dimensions; axis++) if (!Number.isFinite(points[cell * dimensions + axis])) return false;
  return true;
}

/// `all`: those that may choose first come first. One at an edge is moved until it can be read. `measure` gives a text's width in CSS pixels; `height` that of a line.
export function placed(
  all: readonly Centre[],
  where: Omit<Placed, "points" | "dimensions">,
  size: Size,
  measure: (code: number) => number,
  height: number,
): Label[] {
  const points = new Float32Array(3 * all.length);
  all.forEach(({ at }, one) => {
    points.set(at, 3 * one);
  });
  const taken: { left: number; top: number; right: number; bottom: number }[] = [];
  const labels: Label[] = [];
  project({ ...where, points, dimensions: 3 }, 0, all.length, (one, x, y) => {
    if (labels.length >= MOST) return;
    const { code } = all[one] as Centre;
    if (x < 0 || x > size.width || y < 0 || y > size.height) return;
    const [wide, high] = [measure(code) / 2, height / 2];
    const at = { x: within(x, wide, size.width), y: within(y, high, size.height) };
    const box = { left: at.x - wide, right: at.x + wide, top: at.y - high, bottom: at.y + high };
    if (
      taken.some((its) => box.left < its.right && its.left < box.right && box.top < its.bottom && its.top < box.bottom)
    )
      return;
    taken.push(box);
    labels.push({ code, ...at });
  });
  return labels;
}

/// The middle of something so wide, within a whole.
function within(at: number, half: number, whole: number): number {
  return half * 2 > whole ? whole / 2 : Math.min(whole - half, Math.max(half, at));
}
