/// The points of a scene as circles, for pictures that are lines and not pixels: where the matrix puts them, in the order
/// and the colours in which the GPU draws them. For few points; `count` says how many there would be.

import { written } from "../colour/rgb";
import { matrixOf } from "../points/camera";
import { type Colour, FADED, type Rgba, type Scene } from "../points/engine";
import { project } from "../points/project";
import { HIDDEN, RAISED, SELECTED } from "../points/shaders";

export interface Circle {
  /// In points from the box's upper left.
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly fill: string;
  readonly opacity: number;
  /// Round what is selected.
  readonly ring: string | undefined;
}

/// Cells in sight.
export function count(scene: Scene, most = Number.POSITIVE_INFINITY): number {
  let found = 0;
  seen(scene, () => {
    found++;
    return found <= most;
  });
  return found;
}

export function circles(scene: Scene): Circle[] {
  const { colour, camera } = scene;
  const deep = camera.kind === "orbit";
  const ordered = !deep && colour.kind === "values" && colour.ordered;
  const opacity = deep || ordered ? 1 : scene.opacity;
  const found: { readonly circle: Circle; readonly rank: number }[] = [];
  const fill = fills(scene);
  seen(scene, (cell, x, y, depth) => {
    const colourOf = fill(cell);
    if (colourOf === undefined) return true;
    const bits = scene.marks?.[cell] ?? 0;
    const chosen = (bits & (SELECTED | RAISED)) !== 0;
    const raised = scene.anyRaised && chosen;
    const size = deep && scene.perspective && camera.kind === "orbit" ? camera.distance / depth : 1;
    const circle = {
      x,
      y,
      radius: (scene.pointSize * size) / 2,
      fill: (bits & RAISED) !== 0 ? hex(scene.highlight) : colourOf.fill,
      opacity: raised ? 1 : scene.anyRaised ? opacity * FADED : opacity,
      ring: raised && (bits & SELECTED) !== 0 ? hex(scene.outline) : undefined,
    };
    // Far before near, low before high, what is not chosen before what is.
    const rank = deep ? -depth : ordered ? colourOf.height : 0;
    found.push({ circle, rank: raised ? rank + 1e30 : rank });
    return true;
  });
  if (deep || ordered || scene.anyRaised) found.sort((a, b) => a.rank - b.rank);
  return found.map((one) => one.circle);
}

/// Stops where `each` says false.
function seen(scene: Scene, each: (cell: number, x: number, y: number, depth: number) => boolean): void {
  const { here, size, camera, marks } = scene;
  const placed = { ...here, matrix: matrixOf(camera, size), size };
  const cells = Math.floor(here.points.length / here.dimensions);
  // In parts, so that one who counts up to a limit can stop.
  const PART = 8192;
  let going = true;
  for (let from = 0; going && from < cells; from += PART) {
    project(placed, from, Math.min(cells, from + PART), (cell, x, y, depth) => {
      if (!going || ((marks?.[cell] ?? 0) & HIDDEN) !== 0) return;
      if (!(x >= 0 && y >= 0 && x <= size.width && y <= size.height)) return;
      going = each(cell, x, y, depth);
    });
  }
}

/// The colour of each cell, as the shader finds it; undefined: it is not drawn.
function fills(scene: Scene): (cell: number) => { readonly fill: string; readonly height: number } | undefined {
  const { colour, none } = scene;
  const known = new Map<number, string>();
  const once = (key: number, make: () => string) => {
    let found = known.get(key);
    if (found === undefined) {
      found = make();
      known.set(key, found);
    }
    return found;
  };
  const gone = { fill: hex(none), height: 0 };
  if (colour.kind === "plain") {
    const all = { fill: hex(colour.rgba), height: 0 };
    return () => all;
  }
  if (colour.kind === "codes") {
    const { codes, palette, missing } = colour;
    return (cell) => {
      const code = codes[cell] as number;
      if (code === missing || code * 4 >= palette.length) return gone;
      if (palette[code * 4 + 3] === 0) return undefined;
      return { fill: once(code, () => bytes(palette, code)), height: 0.5 };
    };
  }
  const share = shareOf(colour);
  return (cell) => {
    const at = share(colour.values[cell] as number);
    if (at === undefined) return gone;
    const step = Math.round(at * 255);
    return { fill: once(step, () => bytes(colour.map, step)), height: 0.1 + 0.9 * at };
  };
}

function shareOf(colour: Extract<Colour, { kind: "values" }>): (value: number) => number | undefined {
  const { low, high, missing, logarithmic } = colour;
  const log = (value: number) => Math.log2(1 + Math.max(0, value - low));
  const [from, to] = logarithmic ? [0, log(high)] : [low, high];
  return (value) => {
    if (value === missing || !Number.isFinite(value)) return undefined;
    return Math.max(0, Math.min(1, ((logarithmic ? log(value) : value) - from) / Math.max(to - from, 1e-30)));
  };
}

function bytes(colours: Uint8Array, at: number): string {
  return written([colours[at * 4] ?? 0, colours[at * 4 + 1] ?? 0, colours[at * 4 + 2] ?? 0]);
}

function hex([r, g, b]: Rgba): string {
  return written([r * 255, g * 255, b * 255]);
}
