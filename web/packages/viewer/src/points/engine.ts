/// Draws scenes: points from columns, each scene in its own part of one canvas. A scene is a value, of which the engine
/// keeps nothing but buffers. It draws when it is told of another, at most once a frame,
/// and while the picture moves it may draw every n-th point so that the hand is followed.

import type { Size } from "./camera";
import { Columns } from "./columns";
import { Device, NoWebGL } from "./device";
import { Painter, type Used } from "./painter";
import { alike, type Colour, countOf, type Flow, type Lines, type Positions, type Rgba, type Scene } from "./scene";
import { type Pace, paced, thinned } from "./sizing";
import { Still } from "./still";

export { FADED } from "./scene";
export type { Colour, Flow, Lines, Positions, Rgba, Scene };

export interface Pixels {
  readonly width: number;
  readonly height: number;
  /// RGBA, the upper row first.
  readonly data: Uint8ClampedArray<ArrayBuffer>;
}

/// A part of a larger picture, from its upper left. Where it is transparent its colours are premultiplied.
export interface Piece {
  readonly left: number;
  readonly top: number;
  readonly pixels: Pixels;
}

/// What a scene is drawn into: a canvas of this height, or a window on one, moved by `x` and `y`.
interface Target {
  readonly ratio: number;
  readonly moving: boolean;
  readonly paper: boolean;
  readonly x: number;
  readonly y: number;
  readonly height: number;
}

/// Pixels a side.
const PIECE = 4096;
/// Milliseconds that a frame should last while the picture moves.
const AIM = 16;
/// Points that are drawn in motion, all scenes together, before a frame was ever measured.
const BUDGET = 4_000_000;

export class Engine {
  /// Of the last frame: how many points were sent through the program.
  drawn = 0;
  readonly columns: Columns;
  readonly #device: Device;
  readonly #painter: Painter;
  #scenes: readonly Scene[] = [];
  #size: Size = { width: 0, height: 0 };
  #ratio = 1;
  #pace: Pace = { step: 1, good: 0 };
  /// Milliseconds that the last frame took, by when the browser wanted the next one, and that the last one took in which
  /// everything was drawn.
  #took = 0;
  #whole = 0;
  #rested = true;
  #moving = false;
  #asked = 0;
  #time = -1;
  /// What does not flow, as it was last drawn: while only the flow moves nothing else is drawn again.
  readonly #still: Still;
  #stale = true;
  #used: Used = { columns: new Set(), colours: new Set() };

  /// `settled` is called after each frame. Throws NoWebGL.
  constructor(
    canvas: HTMLCanvasElement,
    private readonly settled: () => void = () => {},
  ) {
    this.#device = new Device(canvas, () => this.#ask());
    this.columns = new Columns(this.#device);
    this.#painter = new Painter(this.#device, this.columns);
    this.#still = new Still(this.#device);
  }

  /// Milliseconds that a frame takes in which everything is drawn.
  get whole(): number {
    return this.#whole;
  }

  get canvas(): HTMLCanvasElement {
    return this.#device.canvas;
  }

  /// CSS pixels.
  get size(): Size {
    return this.#size;
  }

  resize(size: Size, ratio: number): void {
    this.#size = size;
    this.#ratio = ratio;
    const width = Math.max(1, Math.round(size.width * ratio));
    const height = Math.max(1, Math.round(size.height * ratio));
    if (this.canvas.width !== width) this.canvas.width = width;
    if (this.canvas.height !== height) this.canvas.height = height;
    this.#ask();
  }

  show(scenes: readonly Scene[]): void {
    if (alike(this.#scenes, scenes)) return;
    this.#scenes = scenes;
    this.#ask();
  }

  /// While it moves, speed comes before completeness; when it rests, everything is drawn.
  moving(moving: boolean): void {
    if (moving === this.#moving) return;
    this.#moving = moving;
    this.#ask();
  }

  /// In turns of a spark; below 0 a flow stands still. Draws nothing but the flow anew.
  flow(time: number): void {
    this.#time = time;
    this.#asked ||= requestAnimationFrame((now) => this.#frame(now));
  }

  /// Marks were written in place.
  marked(marks: Uint8Array): void {
    this.columns.changed(marks);
    this.#ask();
  }

  /// Draws now and gives the pixels: for pictures to keep, and for tests.
  picture(scale = 1): Pixels {
    const before = { size: this.#size, ratio: this.#ratio };
    this.resize(before.size, before.ratio * scale);
    this.#draw(1);
    const found = this.#read(this.canvas.width, this.canvas.height);
    this.resize(before.size, before.ratio);
    return found;
  }

  /// The largest picture that `painted` makes, in pixels a side.
  get largest(): number {
    const { gl } = this.#device;
    const [width = 0, height = 0] = gl.getParameter(gl.MAX_VIEWPORT_DIMS) as Int32Array;
    return Math.min(width, height);
  }

  /// A scene apart from the screen, piece by piece, so that no picture is too large for a texture. `ratio`: pixels for
  /// each of the scene's own. Without `paper` what no point covers is transparent. Throws NoWebGL.
  *painted(scene: Scene, ratio: number, paper: boolean): Generator<Piece> {
    const { gl } = this.#device;
    const width = Math.max(1, Math.round(scene.size.width * ratio));
    const height = Math.max(1, Math.round(scene.size.height * ratio));
    const most = Math.min(PIECE, gl.getParameter(gl.MAX_RENDERBUFFER_SIZE) as number);
    for (let top = 0; top < height; top += most) {
      for (let left = 0; left < width; left += most) {
        if (this.#device.lost) throw new NoWebGL("The graphics card was taken away while it drew. Try again.");
        const size = { width: Math.min(most, width - left), height: Math.min(most, height - top) };
        const target = { ratio, moving: false, paper, x: -left, y: top + size.height - height, height };
        yield { left, top, pixels: this.#piece({ ...scene, left: 0, top: 0 }, size, target) };
      }
    }
  }

  #piece(scene: Scene, size: Size, target: Target): Pixels {
    const { gl } = this.#device;
    const frame = gl.createFramebuffer();
    const buffers = [gl.RGBA8, gl.DEPTH_COMPONENT24].map((format) => {
      const buffer = gl.createRenderbuffer();
      gl.bindRenderbuffer(gl.RENDERBUFFER, buffer);
      gl.renderbufferStorage(gl.RENDERBUFFER, format, size.width, size.height);
      return buffer;
    });
    try {
      gl.bindFramebuffer(gl.FRAMEBUFFER, frame);
      [gl.COLOR_ATTACHMENT0, gl.DEPTH_ATTACHMENT].forEach((place, at) => {
        gl.framebufferRenderbuffer(gl.FRAMEBUFFER, place, gl.RENDERBUFFER, buffers[at] ?? null);
      });
      if (gl.checkFramebufferStatus(gl.FRAMEBUFFER) !== gl.FRAMEBUFFER_COMPLETE)
        throw new NoWebGL("The graphics card has no room for this picture.");
      gl.enable(gl.SCISSOR_TEST);
      const used: Used = { columns: new Set(), colours: new Set() };
      this.#scene(scene, 1, used, target);
      this.#painter.drawFlow(scene, -1, { ratio: target.ratio, used });
      return this.#read(size.width, size.height);
    } finally {
      gl.bindFramebuffer(gl.FRAMEBUFFER, null);
      for (const buffer of buffers) gl.deleteRenderbuffer(buffer);
      gl.deleteFramebuffer(frame);
    }
  }

  #read(width: number, height: number): Pixels {
    const { gl } = this.#device;
    const bytes = new Uint8Array(width * height * 4);
    gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, bytes);
    const data = new Uint8ClampedArray(bytes.length);
    for (let row = 0; row < height; row++) {
      data.set(bytes.subarray(row * width * 4, (row + 1) * width * 4), (height - 1 - row) * width * 4);
    }
    return { width, height, data };
  }

  close(): void {
    cancelAnimationFrame(this.#asked);
    this.#scenes = [];
    this.#device.close();
  }

  #ask(): void {
    this.#stale = true;
    this.#asked ||= requestAnimationFrame((now) => this.#frame(now));
  }

  #frame(now: number): void {
    this.#asked = 0;
    if (this.#device.lost) return;
    if (this.#moving) {
      const points = this.#scenes.reduce((sum, scene) => sum + countOf(scene.here), 0);
      // What everything takes is known from the frame at rest: the hand need not wait until that is found out again.
      const step = this.#rested ? Math.max(this.#pace.step, thinned(1, this.#took, AIM, points, BUDGET)) : 0;
      this.#pace = step > 0 ? { step, good: 0 } : paced(this.#pace, this.#took, AIM, points, BUDGET);
    }
    this.#rested = !this.#moving;
    const step = this.#moving ? this.#pace.step : 1;
    this.#draw(step);
    requestAnimationFrame((next) => {
      this.#took = next - now;
      if (step === 1) this.#whole = this.#took;
      if (this.drawn > 0 && !this.#device.lost) this.#painter.prepare();
    });
    this.settled();
  }

  #draw(step: number): void {
    const flows = this.#scenes.some((scene) => scene.flow !== undefined);
    const size = { width: this.canvas.width, height: this.canvas.height };
    if (this.#stale || !flows || !this.#still.holds(size)) {
      const used: Used = { columns: new Set(), colours: new Set() };
      if (flows) this.#still.into(size, () => this.#all(step, used));
      else this.#all(step, used);
      this.#used = used;
    }
    this.#stale = false;
    if (flows) {
      this.#still.shown();
      this.#flows();
    } else this.#still.close();
    this.columns.keep(this.#used.columns, this.#used.colours);
  }

  #all(step: number, used: Used): void {
    const { gl } = this.#device;
    this.drawn = 0;
    gl.disable(gl.SCISSOR_TEST);
    const [r, g, b] = this.#scenes[0]?.background ?? [0, 0, 0];
    gl.clearColor(r, g, b, 1);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
    gl.enable(gl.SCISSOR_TEST);
    for (const scene of this.#scenes) this.#scene(scene, step, used);
  }

  #flows(): void {
    this.#device.gl.enable(this.#device.gl.SCISSOR_TEST);
    for (const scene of this.#scenes) {
      if (scene.flow === undefined) continue;
      this.#window(scene, { ratio: this.#ratio, x: 0, y: 0, height: this.canvas.height });
      this.#painter.drawFlow(scene, this.#time, { ratio: this.#ratio, used: this.#used });
    }
  }

  #scene(
    scene: Scene,
    step: number,
    used: Used,
    target: Target = { ratio: this.#ratio, moving: this.#moving, paper: true, x: 0, y: 0, height: this.canvas.height },
  ): void {
    const { gl } = this.#device;
    const { ratio, moving } = target;
    this.#window(scene, target);
    const [r, g, b] = scene.background;
    if (target.paper) gl.clearColor(r, g, b, 1);
    else gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);

    this.drawn += this.#painter.draw(scene, { step, ratio, moving, used });
  }

  #window({ left, top, size }: Scene, { ratio, x, y, height }: Pick<Target, "ratio" | "x" | "y" | "height">): void {
    const { gl } = this.#device;
    const tall = Math.round(size.height * ratio);
    const place = [
      x + Math.round(left * ratio),
      y + height - Math.round(top * ratio) - tall,
      Math.round(size.width * ratio),
      tall,
    ] as const;
    gl.viewport(...place);
    gl.scissor(...place);
  }
}
