/// Draws one scene into the window that is set: lines and points from the columns, with the programs for them. Keeps
/// nothing but programs.

import { FLOW_FRAGMENT, FLOW_PLACES, FLOW_VERTEX } from "../flow/shaders";
import { CORNER_FLOATS } from "../flow/streams";
import { SIDE } from "../volume/density";
import { SMOKE_FRAGMENT, SMOKE_VERTEX } from "../volume/shaders";
import { axes, FIELD_OF_VIEW, matrixOf } from "./camera";
import type { Columns, Numbers } from "./columns";
import type { Device } from "./device";
import { Program, Variants } from "./program";
import { type Colour, countOf, FADED, type Scene } from "./scene";
import { FRAGMENT, HERE, LINE, MARK, THERE, VALUE, VERTEX } from "./shaders";

/// Lines that are drawn in motion.
const LINES_IN_MOTION = 150_000;
/// Device pixels below which a disc and a square look alike.
const TELL_APART = 2.5;
/// CSS pixels: of an outline, and of the smallest point that has one. Smaller ones would be nothing else.
const RIM = 1.25;
const RIMMED = 7;

/// Of the densest smoke, in a cube's side.
const THICKNESS = 90;
/// Of a ray through it.
const STEPS = { moving: 48, resting: 128 };
/// CSS pixels, at its widest.
const FLOW_WIDTH = 2.4;

/// Of one frame: what is not among it is let go.
export interface Used {
  readonly columns: Set<Numbers>;
  readonly colours: Set<Uint8Array>;
}

export interface Frame {
  /// Every how-many-th point.
  readonly step: number;
  /// Device pixels for each of the scene's.
  readonly ratio: number;
  readonly moving: boolean;
  readonly used: Used;
}

export class Painter {
  readonly #points: Variants;
  readonly #lines: Variants;
  readonly #flow: Program;
  readonly #smoke: Program;

  constructor(
    private readonly device: Device,
    private readonly columns: Columns,
  ) {
    this.#points = new Variants(device, VERTEX, FRAGMENT);
    // What most datasets begin with: compiled while their bytes are on their way.
    for (const ROUND of device.lost ? [] : [0, 1]) this.#points.of({ KIND: 1, BETWEEN: 0, RAISES: 0, ROUND }).prepare();
    this.#lines = new Variants(device, VERTEX, LINE);
    this.#flow = new Program(device, FLOW_VERTEX, FLOW_FRAGMENT);
    this.#smoke = new Program(device, SMOKE_VERTEX, SMOKE_FRAGMENT);
  }

  /// Has the programs for what a person does next compiled meanwhile: a gene, a selection, a hand that moves.
  prepare(): void {
    for (const KIND of [2, 1])
      for (const RAISES of [0, 1])
        for (const ROUND of [0, 1]) this.#points.of({ KIND, BETWEEN: 0, RAISES, ROUND }).prepare();
  }

  /// Gives how many points were sent through the program.
  draw(scene: Scene, frame: Frame): number {
    // In the plane points lie on lines; in space what is nearer does.
    const deep = scene.camera.kind === "orbit";
    if (!deep) this.#drawLines(scene, frame);
    this.#drawSmoke(scene, frame);
    const drawn = this.#drawPoints(scene, frame);
    if (deep) this.#drawLines(scene, frame);
    return drawn;
  }

  /// Above everything else. `time` in turns of a spark; below 0 the lines stand still.
  drawFlow({ flow, camera, size, there }: Scene, time: number, { ratio, used }: Pick<Frame, "ratio" | "used">): void {
    if (flow === undefined) return;
    // What is not among the used is let go, also while cells are on their way.
    used.columns.add(flow.strip);
    const corners = flow.strip.length / CORNER_FLOATS;
    if (there !== undefined || corners < 3) return;
    const { gl } = this.device;
    this.#flow.use();
    const at = (name: string) => this.#flow.at(name);
    this.columns.vertices(FLOW_PLACES, flow.strip, [3, 2, 3, 1]);
    gl.disable(gl.DEPTH_TEST);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    gl.uniformMatrix4fv(at("matrix"), false, matrixOf(camera, size));
    gl.uniform2f(at("size"), size.width * ratio, size.height * ratio);
    gl.uniform1f(at("width"), FLOW_WIDTH * ratio);
    gl.uniform1f(at("time"), time);
    gl.uniform4f(at("ink"), ...flow.ink);
    gl.drawArrays(gl.TRIANGLE_STRIP, 0, corners);
    this.columns.release(FLOW_PLACES);
  }

  #drawPoints(scene: Scene, frame: Frame): number {
    const { gl } = this.device;
    const { step, used } = frame;
    // In smoke only what is selected is seen.
    if (smoky(scene) && !raises(scene)) return 0;
    const program = this.#points.of({ ...constantsOf(scene), ROUND: sizeOf(scene, frame) >= TELL_APART ? 1 : 0 });
    program.use();
    this.#bind(scene, step, used);
    this.#look(program, scene, frame);
    gl.uniform1f(program.at("faded"), smoky(scene) ? 0 : FADED);
    this.#colour(program, scene.colour, step, used);
    const count = Math.ceil(countOf(scene.here) / step);
    gl.drawArrays(gl.POINTS, 0, count);
    return count;
  }

  #drawSmoke(scene: Scene, { used, moving }: Frame): void {
    const { smoke, camera, size } = scene;
    if (smoke === undefined || camera.kind !== "orbit" || !smoky(scene)) return;
    const { gl } = this.device;
    const at = (name: string) => this.#smoke.at(name);
    used.colours.add(smoke.boxes);
    this.#smoke.use();
    gl.activeTexture(gl.TEXTURE0);
    this.columns.cube(smoke.boxes, SIDE);
    gl.uniform1i(at("boxes"), 0);
    gl.disable(gl.DEPTH_TEST);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    const { right, up, back } = axes(camera);
    const tall = Math.tan(FIELD_OF_VIEW / 2);
    const wide = (tall * size.width) / size.height;
    const eye = camera.target.map(
      (value, axis) => (value + (back[axis] as number) * camera.distance - smoke.low[axis as 0]) / smoke.size,
    ) as unknown as readonly [number, number, number];
    gl.uniform3f(at("eye"), ...eye);
    gl.uniform3f(at("right"), right[0] * wide, right[1] * wide, right[2] * wide);
    gl.uniform3f(at("up"), up[0] * tall, up[1] * tall, up[2] * tall);
    gl.uniform3f(at("ahead"), -back[0], -back[1], -back[2]);
    gl.uniform1f(at("thickness"), THICKNESS);
    gl.uniform1i(at("steps"), moving ? STEPS.moving : STEPS.resting);
    // No attribute is read, but one that has a buffer must have enough in it.
    gl.drawArrays(gl.TRIANGLES, 0, 3);
  }

  #drawLines(scene: Scene, frame: Frame): void {
    const { gl } = this.device;
    const { lines } = scene;
    if (lines === undefined) return;
    const { used } = frame;
    used.columns.add(lines.pairs);
    const program = this.#lines.of(constantsOf(scene));
    program.use();
    this.#bind(scene, 1, used);
    this.#look(program, scene, { ...frame, step: 1 });
    this.#colour(program, scene.colour, 1, used);
    gl.uniform1f(program.at("opacity"), lines.opacity);
    gl.uniform1f(program.at("above"), 0);
    gl.uniform1f(program.at("faded"), 1);
    if (scene.camera.kind === "planar") gl.disable(gl.DEPTH_TEST);
    gl.depthMask(false);
    this.columns.elements(lines.pairs);
    const count = frame.moving ? Math.min(lines.pairs.length, 2 * LINES_IN_MOTION) : lines.pairs.length;
    gl.drawElements(gl.LINES, count, gl.UNSIGNED_INT, 0);
    gl.depthMask(true);
  }

  #bind(scene: Scene, step: number, used: Used): void {
    this.columns.constant(THERE, 0);
    for (const [place, positions] of [
      [HERE, scene.here],
      [THERE, scene.there],
    ] as const) {
      if (positions === undefined) continue;
      used.columns.add(positions.points);
      this.columns.bind(place, positions.points, positions.dimensions, step);
    }
    if (scene.marks === undefined) {
      this.columns.constant(MARK, 0);
    } else {
      used.columns.add(scene.marks);
      this.columns.bind(MARK, scene.marks, 1, step);
    }
  }

  #look(program: Program, scene: Scene, frame: Frame): void {
    const { gl } = this.device;
    const at = (name: string) => program.at(name);
    const { camera, colour } = scene;
    const deep = camera.kind === "orbit";
    const ordered = !deep && colour.kind === "values" && colour.ordered;
    const size = sizeOf(scene, frame);
    const blended = scene.opacity < 1 && !deep && !ordered;
    if (deep || ordered || raises(scene)) gl.enable(gl.DEPTH_TEST);
    else gl.disable(gl.DEPTH_TEST);
    gl.depthFunc(gl.LEQUAL);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    gl.uniformMatrix4fv(at("matrix"), false, matrixOf(camera, scene.size));
    gl.uniform1f(at("share"), scene.there === undefined ? 0 : scene.share);
    gl.uniform1f(at("size"), size);
    gl.uniform1f(at("nearness"), deep && scene.perspective ? camera.distance : 0);
    gl.uniform1f(at("opacity"), blended ? scene.opacity : 1);
    gl.uniform1f(at("rim"), size >= RIMMED * frame.ratio ? 1 - (2 * RIM * frame.ratio) / size : 2);
    gl.uniform1f(at("above"), ordered ? 1 : 0);
    gl.uniform4f(at("none"), ...scene.none);
    gl.uniform4f(at("outline"), ...scene.outline);
    gl.uniform4f(at("highlight"), ...scene.highlight);
  }

  #colour(program: Program, colour: Colour, step: number, { columns, colours }: Used): void {
    const { gl } = this.device;
    const at = (name: string) => program.at(name);
    gl.activeTexture(gl.TEXTURE0);
    gl.uniform1i(at("colours"), 0);
    if (colour.kind === "plain") {
      gl.uniform4f(at("plain"), ...colour.rgba);
      this.columns.constant(VALUE, 0);
      return;
    }
    const [column, source] =
      colour.kind === "codes" ? [colour.codes, colour.palette] : ([colour.values, colour.map] as const);
    columns.add(column);
    colours.add(source);
    this.columns.bind(VALUE, column, 1, step);
    this.columns.texture(source);
    gl.uniform1f(at("missing"), colour.missing);
    if (colour.kind === "codes") gl.uniform3f(at("range"), 0, colour.palette.length / 4, 0);
    else gl.uniform3f(at("range"), colour.low, colour.high, colour.logarithmic ? 1 : 0);
  }
}

/// Of the programs for points and for lines alike.
function constantsOf(scene: Scene): Readonly<Record<string, number>> {
  return {
    KIND: { plain: 0, codes: 1, values: 2 }[scene.colour.kind],
    BETWEEN: scene.there === undefined ? 0 : 1,
    RAISES: raises(scene) ? 1 : 0,
  };
}

/// Whether something lies before the rest.
function raises({ marks, anyRaised }: Scene): boolean {
  return marks !== undefined && anyRaised;
}

/// Device pixels. Fewer points are drawn larger, so that the picture keeps its weight.
function sizeOf({ pointSize }: Scene, { ratio, step }: Frame): number {
  return pointSize * ratio * Math.sqrt(step);
}

/// On the way to another embedding the points are seen.
function smoky({ smoke, camera, there }: Scene): boolean {
  return smoke !== undefined && camera.kind === "orbit" && there === undefined;
}
