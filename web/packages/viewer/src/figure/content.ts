/// From the model to what a figure shows: the same cells, colours, camera and sizes as on the screen, in a box of the
/// paper. What is larger on the paper is larger in the picture, points included.

import { type Entry, standings } from "../colour/legend";
import { rgba } from "../colour/rgb";
import type { Unit } from "../lengths/bar";
import type { Model, Shown } from "../model/model";
import { type Camera, fitted, matrixOf, type Size } from "../points/camera";
import type { Scene } from "../points/engine";
import { centres, placed } from "../stage/labels";
import { activePage, colourName } from "../state/document";
import type { Content } from "./figure";
import type { Ink } from "./ink";

const LINE = 10;

/// `screen`: the view's box on the screen.
export function contentOf(model: Model, shown: Shown, screen: Size, unit: Unit | undefined): Content {
  const view = shown.view();
  const { colour, embedding } = view;
  const camera = (box: Size) => cameraIn(model, shown, screen, box);
  const legend = shown.legend();
  const inSight = legend && { entries: entriesInSight(shown, legend.entries) };
  return {
    legend: inSight,
    span: shown.span(),
    scale: model.scale(colour),
    by: colour.by === "group" ? activePage(model.document()).name : colourName(colour),
    embedding: embedding.key,
    dimensions: embedding.dimensions,
    labels: (box, measure) => labelsOf(model, shown, camera(box), box, measure),
    unit:
      unit === undefined || embedding.dimensions === 3
        ? undefined
        : {
            ...unit,
            points: (box) => {
              const at = camera(box);
              return at?.kind === "planar" ? at.scale : Number.NaN;
            },
          },
  };
}

/// Undefined while there are no points.
export function sceneOf(model: Model, shown: Shown, screen: Size, box: Size, ink: Ink): Scene | undefined {
  const scene = model.scene(shown, 0, 0, screen);
  const camera = cameraIn(model, shown, screen, box);
  if (scene === undefined || camera === undefined) return undefined;
  const { colour } = scene;
  return {
    ...scene,
    size: { width: box.width, height: box.height },
    camera,
    pointSize: scene.pointSize * factor(screen, box),
    colour: colour.kind === "plain" ? { kind: "plain", rgba: rgba(ink.theme.plain) } : colour,
    none: rgba(ink.theme.none),
    outline: rgba(ink.theme.outline),
    background: rgba(ink.paper ?? ink.theme.background),
  };
}

function factor(screen: Size, box: Size): number {
  return Math.min(box.width / (screen.width || 1), box.height / (screen.height || 1));
}

/// A camera of this view, or its own, in a box of the paper.
export function cameraIn(
  model: Model,
  shown: Shown,
  screen: Size,
  box: Size,
  camera = shown.view().camera,
): Camera | undefined {
  const { embedding } = shown.view();
  const points = model.shelf.points(embedding);
  if (points === undefined) return undefined;
  if (camera === null) return fitted(embedding.dimensions === 3 ? "orbit" : "planar", points.around, box);
  if (camera.kind === "orbit") return camera;
  return { ...camera, scale: camera.scale * factor(screen, box) };
}

/// Without those that a filter hides or that no cell has.
function entriesInSight(shown: Shown, entries: readonly Entry[]): readonly Entry[] {
  const { colour, filters } = shown.view();
  const key = colour.by === "column" ? colour.key : undefined;
  const hidden = new Set(
    filters.flatMap((one) => (one.on && one.kind === "categories" && one.key === key ? one.hidden : [])),
  );
  return entries.filter((entry) => entry.count > 0 && !hidden.has(entry.code));
}

function labelsOf(
  model: Model,
  shown: Shown,
  camera: Camera | undefined,
  box: Size,
  measure: (name: string) => number,
): { readonly name: string; readonly x: number; readonly y: number }[] {
  const { colour, embedding } = shown.view();
  const column = model.categories(colour);
  const points = model.shelf.points(embedding);
  const legend = shown.legend();
  if (!column || !points || !camera || !legend) return [];
  const standing = standings(column.names.length, model.changes(colour).merged);
  const there = new Map(entriesInSight(shown, legend.entries).map((entry) => [entry.code, entry.name]));
  const stands = (code: number) => {
    const found = standing[code] ?? -1;
    return there.has(found) ? found : -1;
  };
  const { hidden } = shown.filtered();
  const middles = centres(points.points, points.dimensions, column.codes, column.names.length, stands, hidden);
  const name = (code: number) => there.get(code) ?? "";
  const spots = placed(
    middles,
    { matrix: matrixOf(camera, box), size: box },
    box,
    (code) => measure(name(code)) + 4,
    LINE,
  );
  return spots.map(({ code, x, y }) => ({ name: name(code), x, y }));
}
