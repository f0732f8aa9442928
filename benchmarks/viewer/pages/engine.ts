/// Ours without its workbench: the engine, the camera and the lasso that the page draws with.

import {
  bounds,
  type Camera,
  fitted,
  matrixOf,
  panned,
  turned,
  zoomed,
} from "../../../web/packages/viewer/src/points/camera";
import { type Colour, Engine, type Scene } from "../../../web/packages/viewer/src/points/engine";
import { autoLook } from "../../../web/packages/viewer/src/points/sizing";
import { inside } from "../../../web/packages/viewer/src/select/lasso";
import { bytes, HEIGHT, KINDS, RAMP, WIDTH } from "./colours";

interface Data {
  readonly points: Float32Array;
  readonly codes: Uint8Array;
  readonly dimensions: 2 | 3;
}

const palette = bytes(KINDS);
const map = bytes(RAMP);

export async function make(place: HTMLElement, data: Data) {
  const canvas = document.createElement("canvas");
  place.append(canvas);
  const { points, codes, dimensions } = data;
  const size = { width: WIDTH, height: HEIGHT };
  const engine = new Engine(canvas);
  engine.resize(size, 1);
  const whole = fitted(dimensions === 3 ? "orbit" : "planar", bounds(points, dimensions), size);
  const auto = autoLook(codes.length, size);
  const marks = new Uint8Array(codes.length);
  let scene: Scene = {
    left: 0,
    top: 0,
    size,
    camera: whole,
    here: { points, dimensions },
    share: 0,
    colour: { kind: "codes", codes, palette, missing: 255 },
    marks,
    anyRaised: false,
    pointSize: 2,
    opacity: auto.opacity,
    perspective: true,
    none: [0.6, 0.6, 0.6, 1],
    outline: [0, 0, 0, 1],
    highlight: [0, 0, 0, 1],
    background: [1, 1, 1, 1],
  };
  const look = (camera: Camera) => {
    scene = { ...scene, camera };
    engine.show([scene]);
  };
  const colour = (next: Colour) => {
    scene = { ...scene, colour: next };
    engine.show([scene]);
  };
  const move = (dx: number, dy: number) =>
    look(dimensions === 3 ? turned(scene.camera, dx, dy) : panned(scene.camera, dx, dy, size));
  engine.show([scene]);
  return {
    pan: move,
    hand: (dx: number, dy: number) => {
      engine.moving(true);
      move(dx, dy);
    },
    rest: () => engine.moving(false),
    zoom: (factor: number) => look(zoomed(scene.camera, factor, WIDTH / 2, HEIGHT / 2, size, whole)),
    lasso: async (corners: readonly (readonly [number, number])[]) => {
      const began = performance.now();
      const placed = { points, dimensions, matrix: matrixOf(scene.camera, size), size };
      const { length } = inside(placed, corners.flat());
      return [performance.now() - began, length];
    },
    recolour: (values: Float32Array) =>
      colour({ kind: "values", values, map, low: 0, high: 4, logarithmic: false, missing: Number.NaN, ordered: true }),
  };
}
