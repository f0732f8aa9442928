/// Points as they fall on the picture, for what the hand does there: a lasso, a rectangle, a click. The very matrix that
/// draws them is used, so what is hit is what is seen. One pass over the columns, nothing kept per point.

import type { Matrix, Size } from "./camera";

export interface Placed {
  /// x, y, x, y …: `dimensions` numbers a point.
  readonly points: Float32Array;
  readonly dimensions: number;
  readonly matrix: Matrix;
  readonly size: Size;
}

/// Calls `seen` with each point that is before the camera, in CSS pixels from the upper left; `depth` grows away from
/// the eye. `from` and `to` are cells.
export function project(
  placed: Placed,
  from: number,
  to: number,
  seen: (cell: number, x: number, y: number, depth: number) => void,
): void {
  const { points, dimensions, matrix: m, size } = placed;
  const halfWidth = size.width / 2;
  const halfHeight = size.height / 2;
  const [m0, m1, m3, m4, m5, m7, m8, m9, m11, m12, m13, m15] = [
    m[0],
    m[1],
    m[3],
    m[4],
    m[5],
    m[7],
    m[8],
    m[9],
    m[11],
    m[12],
    m[13],
    m[15],
  ] as [number, number, number, number, number, number, number, number, number, number, number, number];
  if (m3 === 0 && m7 === 0 && m11 === 0) {
    // Planar: nothing is divided.
    for (let cell = from, at = from * dimensions; cell < to; cell++, at += dimensions) {
      const x = points[at] as number;
      const y = dimensions > 1 ? (points[at + 1] as number) : 0;
      seen(cell, (m0 * x + m12 + 1) * halfWidth, (1 - m5 * y - m13) * halfHeight, 0);
    }
    return;
  }
  for (let cell = from, at = from * dimensions; cell < to; cell++, at += dimensions) {
    const x = points[at] as number;
    const y = dimensions > 1 ? (points[at + 1] as number) : 0;
    const z = dimensions > 2 ? (points[at + 2] as number) : 0;
    const w = m3 * x + m7 * y + m11 * z + m15;
    if (!(w > 0)) continue;
    const px = ((m0 * x + m4 * y + m8 * z + m12) / w + 1) * halfWidth;
    const py = (1 - (m1 * x + m5 * y + m9 * z + m13) / w) * halfHeight;
    seen(cell, px, py, w);
  }
}
