/// What every frame of a film has in common: what the active view shows, in a picture of the film's size, with its legend
/// beside it if that is wished. A frame is that with another camera, and is drawn as a figure is.

import { cameraIn, contentOf, sceneOf } from "../figure/content";
import { laidOut, type Part } from "../figure/figure";
import { type Background, inkOf } from "../figure/ink";
import { measure, type Sheet } from "../figure/making";
import type { Model } from "../model/model";
import type { Camera, Size } from "../points/camera";
import { boxes } from "../stage/boxes";

export interface Reel {
  readonly sheet: Sheet;
  /// Where the points lie; cameras of the film are of a picture of this size.
  readonly box: Size;
  /// Pixels of a frame for each of the sheet's points.
  readonly ratio: number;
  /// A camera of the view in this picture; null: the one that shows everything.
  readonly camera: (camera: Camera | null) => Camera | undefined;
}

export interface Wish extends Size {
  readonly background: Background;
  readonly legend: boolean;
}

/// Of the shorter side, in points: letters are readable on a screen.
const SHORT = 400;

/// Undefined while data of the view is on its way. `screen`: the size of the canvas on the screen; `wish`: in pixels.
export function reelOf(model: Model, screen: Size, wish: Wish): Reel | undefined {
  const shown = model.active();
  if (shown === undefined) return undefined;
  const views = model.shown();
  const place = boxes(views.length, screen)[views.indexOf(shown)] ?? screen;
  const ink = inkOf(wish.background, model.theme());
  const ratio = Math.min(wish.width, wish.height) / SHORT;
  const paper = { width: wish.width / ratio, height: wish.height / ratio };
  const plain = { counts: false, labels: false, axes: false, bar: false, title: "" };
  const part: Part = wish.legend
    ? laidOut({ ...paper, ...plain, legend: true }, contentOf(model, shown, place, undefined), measure)
    : { box: { x: 0, y: 0, ...paper }, texts: [], marks: [], bars: [], lines: [] };
  const scene = sceneOf(model, shown, place, part.box, ink);
  if (scene === undefined) return undefined;
  return {
    sheet: { figure: { ...paper, parts: [part] }, scenes: [scene], ink },
    box: part.box,
    ratio,
    camera: (camera) => cameraIn(model, shown, place, part.box, camera),
  };
}

export function looking({ sheet }: Reel, camera: Camera): Sheet {
  return { ...sheet, scenes: sheet.scenes.map((scene) => ({ ...scene, camera })) };
}
