/// What lies under a place of the picture: the view, its camera, and the cell that is nearest.

import type { Model, Shown } from "../model/model";
import { type Camera, matrixOf } from "../points/camera";
import { HIDDEN } from "../points/shaders";
import { type Grid, gridOf, nearestInPlane, nearestInSpace } from "../select/picking";
import { activeView } from "../state/document";
import type { Box } from "./boxes";

export interface Under {
  readonly shown: Shown;
  readonly camera: Camera;
  readonly box: Box;
}

/// CSS pixels round the pointer in which a cell is under it.
const REACH = 6;

/// What is not seen, whoever hid it, cannot be chosen.
export function hidden(shown: Shown): (cell: number) => boolean {
  const marks = shown.marks();
  return (cell) => ((marks[cell] as number) & HIDDEN) !== 0;
}

export class Places {
  readonly #model: Model;
  /// Of each view, in their order.
  readonly #boxes: () => readonly Box[];
  /// Made once for the points of an embedding, which stay as they are.
  readonly #grids = new WeakMap<Float32Array, Grid>();

  constructor(model: Model, boxes: () => readonly Box[]) {
    this.#model = model;
    this.#boxes = boxes;
  }

  under(x: number, y: number): Under | undefined {
    return this.#found(
      this.#boxes().findIndex(
        (box) => x >= box.left && y >= box.top && x < box.left + box.width && y < box.top + box.height,
      ),
    );
  }

  /// The view that the keys are for.
  active(): Under | undefined {
    const { id } = activeView(this.#model.document());
    return this.#found(this.#model.shown().findIndex((shown) => shown.view().id === id));
  }

  /// The cell within reach, -1 where there is none.
  pick(x: number, y: number, reach = REACH): readonly [cell: number, Under] | undefined {
    const found = this.under(x, y);
    const points = found && this.#model.shelf.points(found.shown.view().embedding);
    if (!found || !points) return undefined;
    const { shown, camera, box } = found;
    const where = { ...points, matrix: matrixOf(camera, box), size: box };
    const [px, py] = [x - box.left, y - box.top];
    if (camera.kind === "orbit") return [nearestInSpace(where, px, py, reach, hidden(shown)), found];
    let grid = this.#grids.get(points.points);
    if (grid === undefined) {
      grid = gridOf(points.points, points.dimensions);
      this.#grids.set(points.points, grid);
    }
    return [nearestInPlane(grid, where, camera, px, py, reach, hidden(shown)), found];
  }

  /// The cell nearest the middle of the active view.
  middle(): number {
    const box = this.active()?.box;
    if (box === undefined) return -1;
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    return this.pick(x, y, Math.hypot(box.width, box.height) / 2)?.[0] ?? -1;
  }

  #found(at: number): Under | undefined {
    const shown = this.#model.shown()[at];
    const box = this.#boxes()[at];
    const camera = shown && box && this.#model.camera(shown.view(), box);
    return shown && box && camera && { shown, camera, box };
  }
}
