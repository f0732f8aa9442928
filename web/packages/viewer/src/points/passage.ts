/// How a view goes over from one embedding to another: every cell moves from where it was to where it will be, and the
/// camera with it, also from the plane into space. What is wanted is a scene; what is drawn on the way is that scene
/// with two position arrays and a share, so the GPU moves the points and nothing is computed per cell and frame. The
/// document knows nothing of it: it changed once, before the first frame.

import { type Camera, over, type Size } from "./camera";
import { countOf, type Positions, type Scene } from "./scene";

/// What a view should come to look like; without a scene while its data is on its way.
export interface Wanted {
  readonly id: string;
  readonly box: Size & { readonly left: number; readonly top: number };
  readonly scene: Scene | undefined;
}

interface Standing {
  readonly from: Positions | undefined;
  readonly to: Positions;
  readonly begun: number;
  readonly ends: number;
  /// Where the camera set out, and when: later than the points where they were turned back half-way.
  readonly camera: Camera;
  readonly turned: number;
  drawn: Scene;
}

/// Milliseconds of one passage.
export const LASTS = 900;
/// Points whose places half-way are written down when a third embedding interrupts; beyond, they start from the nearer
/// of the two.
const WRITTEN = 4_000_000;

/// Slow, fast, slow; the second half mirrors the first.
export function eased(share: number): number {
  const x = Math.max(0, Math.min(1, share));
  return x < 0.5 ? 4 * x ** 3 : 1 - (-2 * x + 2) ** 3 / 2;
}

export class Passages {
  readonly #views = new Map<string, Standing>();

  /// `lasts` in milliseconds; 0 where a person wants nothing to move.
  constructor(private readonly lasts: () => number) {}

  /// What is drawn now, and whether it will be something else in the next frame.
  at(all: readonly Wanted[], now: number): { readonly scenes: readonly Scene[]; readonly moving: boolean } {
    const scenes: Scene[] = [];
    let moving = false;
    for (const wanted of all) {
      const standing = this.#standing(wanted, now);
      if (standing === undefined) continue;
      scenes.push(standing.drawn);
      moving ||= standing.from !== undefined;
    }
    const ids = new Set(all.map((one) => one.id));
    for (const id of this.#views.keys()) if (!ids.has(id)) this.#views.delete(id);
    return { scenes, moving };
  }

  #standing({ id, box, scene }: Wanted, now: number): Standing | undefined {
    const before = this.#views.get(id);
    if (scene === undefined) {
      // What was there stays until there is something else.
      const { left, top, width, height } = box;
      if (before) before.drawn = { ...before.drawn, left, top, size: { width, height } };
      return before;
    }
    let next = before && before.to.points === scene.here.points ? before : this.#begun(before, scene, now);
    const share = next.from === undefined ? 1 : (now - next.begun) / (next.ends - next.begun);
    if (share >= 1 || next.from === undefined) next = { ...next, from: undefined, drawn: scene };
    else {
      const turn = eased((now - next.turned) / (next.ends - next.turned));
      const camera = over(next.camera, scene.camera, turn, scene.size);
      next.drawn = { ...scene, here: next.from, there: scene.here, share: eased(share), camera };
    }
    this.#views.set(id, next);
    return next;
  }

  #begun(before: Standing | undefined, scene: Scene, now: number): Standing {
    const lasts = this.lasts();
    const to = scene.here;
    const there = { to, begun: now, ends: now + lasts, camera: scene.camera, turned: now, drawn: scene };
    if (before === undefined || lasts <= 0 || countOf(before.to) !== countOf(to)) return { ...there, from: undefined };
    const camera = before.drawn.camera;
    const went = before.from === undefined ? 1 : (now - before.begun) / (before.ends - before.begun);
    if (before.from === undefined || went >= 1) return { ...there, camera, from: before.to };
    // Turned back half-way: the mirrored easing has the points where they are.
    if (before.from.points === to.points)
      return { ...there, camera, from: before.to, begun: now - (1 - went) * lasts, ends: now + went * lasts };
    return { ...there, camera, from: halfway(before.from, before.to, eased(went)) };
  }
}

/// Once for an interrupted passage, never for a frame.
function halfway(from: Positions, to: Positions, share: number): Positions {
  const count = countOf(to);
  if (count > WRITTEN) return share < 0.5 ? from : to;
  const dimensions = Math.max(from.dimensions, to.dimensions) as 1 | 2 | 3;
  const points = new Float32Array(count * dimensions);
  for (let axis = 0; axis < dimensions; axis++) {
    for (let cell = 0; cell < count; cell++) {
      const a = axis < from.dimensions ? (from.points[cell * from.dimensions + axis] as number) : 0;
      const b = axis < to.dimensions ? (to.points[cell * to.dimensions + axis] as number) : 0;
      points[cell * dimensions + axis] = a + (b - a) * share;
    }
  }
  return { points, dimensions };
}
