/// Figures as files: lays out what is on the screen, has the points drawn where they are pixels, and puts both together.
/// The one place of `figure/` that knows the engine. What is too large is refused with a sentence before anything is made.

import type { Unit } from "../lengths/bar";
import type { Model } from "../model/model";
import type { Size } from "../points/camera";
import type { Engine, Pixels, Scene } from "../points/engine";
import { boxes } from "../stage/boxes";
import { base64 } from "../state/base64";
import { nameOf } from "../views/names";
import { count as counted } from "../words/numbers";
import { circles, count } from "./circles";
import { contentOf, sceneOf } from "./content";
import { font, ground, over, pixels } from "./drawing";
import { type Figure, laidOut, type Measure, type Part, type Wish } from "./figure";
import { type Background, type Ink, inkOf } from "./ink";
import { told } from "./png";
import { CIRCLES, type Points, svg } from "./svg";

export interface Order extends Wish {
  readonly dpi: number;
  readonly background: Background;
  /// All views, or the active one.
  readonly all: boolean;
  /// In an SVG.
  readonly points: "few" | "circles" | "picture";
  readonly unit: (embedding: string) => Unit | undefined;
}

export class FigureRefused extends Error {}

export interface Sheet {
  readonly figure: Figure;
  /// One for each part.
  readonly scenes: readonly Scene[];
  readonly ink: Ink;
}

/// Dots an inch.
export const DPI = { least: 72, most: 1200 } as const;
/// Points: 21 mm to 1 m.
export const SIZES = { least: 60, most: 2880 } as const;
export const MILLIMETRE = 72 / 25.4;
/// A canvas of more is refused by some browsers, and takes 400 MB.
const PIXELS = 100_000_000;
const SIDE = 16_384;
/// Points that may be circles because somebody wants them to.
const CIRCLES_AT_MOST = 200_000;
const TITLE = 18;

/// Undefined while data of a view is on its way. `screen`: the size of the canvas on the screen.
export function sheetOf(model: Model, screen: Size, order: Order): Sheet | undefined {
  const ink = inkOf(order.background, model.theme());
  const places = boxes(model.shown().length, screen);
  const chosen = model
    .shown()
    .map((shown, at) => ({ shown, place: places[at] ?? screen }))
    .filter(({ shown }) => order.all || shown === model.active());
  const many = chosen.length > 1;
  const head = many && order.title !== "" ? TITLE : 0;
  const rooms = boxes(chosen.length, { width: order.width, height: order.height - head });
  const parts: Part[] = [];
  const scenes: Scene[] = [];
  for (const [at, { shown, place }] of chosen.entries()) {
    const room = rooms[at];
    if (room === undefined) continue;
    // A figure has the colours, the filters and the legend of the picture, or is not made yet.
    if (model.waits(shown)) return undefined;
    const content = contentOf(model, shown, place, order.unit(shown.view().embedding.key));
    const title = many ? nameOf(shown.view()) : order.title;
    const wish = { ...order, width: room.width, height: room.height, title };
    const part = laidOut(wish, content, measure, room.left, room.top + head);
    const scene = sceneOf(model, shown, place, part.box, ink);
    if (scene === undefined) return undefined;
    parts.push(part);
    scenes.push(scene);
  }
  const [first] = parts;
  if (first !== undefined && head > 0) {
    const text = { x: order.width / 2, y: 14, size: 11, text: order.title, anchor: "middle", bold: true } as const;
    parts[0] = { ...first, texts: [...first.texts, text] };
  }
  return { figure: { width: order.width, height: order.height, parts }, scenes, ink };
}

/// Of the picture on the screen, which may not have been measured.
export function screenOf({ size }: Pick<Engine, "size">): Size {
  return { width: size.width || 800, height: size.height || 600 };
}

/// How many pixels a sheet has; throws where that is more than can be drawn.
export function sizeOf(figure: Size, dpi: number, engine: Pick<Engine, "largest">): Size {
  const width = Math.max(1, Math.round((figure.width * dpi) / 72));
  const height = Math.max(1, Math.round((figure.height * dpi) / 72));
  const most = Math.min(SIDE, engine.largest);
  if (Math.max(width, height) > most || width * height > PIXELS) {
    const said = `${counted(width)} × ${counted(height)}`;
    const limit = Math.min(most, Math.floor(Math.sqrt(PIXELS)));
    throw new FigureRefused(
      `This would be ${said} pixels; ${counted(limit)} a side can be drawn here. Take a smaller size, or fewer dots an inch.`,
    );
  }
  return { width, height };
}

/// On this canvas, at so many pixels a point. `rest` is awaited between the pieces of large pictures.
export async function paint(
  canvas: HTMLCanvasElement,
  engine: Engine,
  sheet: Sheet,
  ratio: number,
  rest: () => Promise<void> = soon,
): Promise<void> {
  const { figure, ink } = sheet;
  canvas.width = Math.max(1, Math.round(figure.width * ratio));
  canvas.height = Math.max(1, Math.round(figure.height * ratio));
  const context = canvas.getContext("2d");
  if (context === null) throw new FigureRefused("This browser has no room for a picture of that size.");
  ground(context, ink);
  for (const [at, part] of figure.parts.entries()) {
    const box = pixels(part.box, ratio);
    await pieces(context, engine, sheet.scenes[at], box, ratio, ink.paper !== null, rest);
  }
  over(context, figure, ratio, ink);
}

async function pieces(
  context: CanvasRenderingContext2D,
  engine: Engine,
  scene: Scene | undefined,
  box: Size & { readonly left: number; readonly top: number },
  ratio: number,
  paper: boolean,
  rest: () => Promise<void>,
): Promise<void> {
  if (scene === undefined) return;
  let first = true;
  for (const piece of engine.painted(scene, ratio, paper)) {
    if (!first) await rest();
    first = false;
    const { data, width, height } = paper ? piece.pixels : straight(piece.pixels);
    context.putImageData(new ImageData(data, width, height), box.left + piece.left, box.top + piece.top);
  }
}

/// From premultiplied colours to those that pictures hold.
function straight(pixels: Pixels): Pixels {
  const { data } = pixels;
  for (let at = 0; at < data.length; at += 4) {
    const alpha = data[at + 3] as number;
    if (alpha === 0 || alpha === 255) continue;
    for (let one = at; one < at + 3; one++) data[one] = ((data[one] as number) * 255) / alpha;
  }
  return pixels;
}

export async function png(
  engine: Engine,
  sheet: Sheet,
  dpi: number,
  provenance: Readonly<Record<string, unknown>>,
): Promise<Blob> {
  sizeOf(sheet.figure, dpi, engine);
  const canvas = document.createElement("canvas");
  await paint(canvas, engine, sheet, dpi / 72);
  const whole = new Uint8Array(await (await encoded(canvas)).arrayBuffer());
  const texts: Record<string, string> = { Software: "fumehood", Comment: JSON.stringify(provenance) };
  if (typeof provenance.dataset === "string") texts.Title = provenance.dataset;
  if (typeof provenance.date === "string") texts["Creation Time"] = provenance.date;
  return new Blob(told(whole, dpi, texts), { type: "image/png" });
}

/// As an SVG: `points` say how, and `dpi` how finely where they are a picture.
export async function svgText(
  engine: Engine,
  sheet: Sheet,
  order: Pick<Order, "points" | "dpi">,
  provenance: Readonly<Record<string, unknown>>,
): Promise<string> {
  const points: Points[] = [];
  const most = order.points === "circles" ? CIRCLES_AT_MOST : order.points === "few" ? CIRCLES : 0;
  let left = most;
  for (const scene of sheet.scenes) {
    // Edges and flows are drawn by the GPU alone.
    const asPicture = most === 0 || scene.lines !== undefined || scene.flow !== undefined;
    const found = asPicture ? Number.POSITIVE_INFINITY : count(scene, left);
    if (found <= left) {
      points.push({ kind: "circles", circles: circles(scene) });
      left -= found;
    } else points.push({ kind: "picture", address: await picture(engine, sheet, scene, order.dpi) });
  }
  return svg(sheet.figure, points, sheet.ink, provenance);
}

async function picture(engine: Engine, sheet: Sheet, scene: Scene, dpi: number): Promise<string> {
  const ratio = dpi / 72;
  const size = sizeOf(scene.size, dpi, engine);
  const canvas = document.createElement("canvas");
  canvas.width = size.width;
  canvas.height = size.height;
  const context = canvas.getContext("2d");
  if (context === null) throw new FigureRefused("This browser has no room for a picture of that size.");
  await pieces(context, engine, scene, { left: 0, top: 0, ...size }, ratio, sheet.ink.paper !== null, soon);
  return address(await encoded(canvas));
}

export function encoded(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((done, failed) => {
    canvas.toBlob((blob) => {
      if (blob === null) failed(new FigureRefused("This browser has no room for a picture of that size."));
      else done(blob);
    }, "image/png");
  });
}

export async function address(blob: Blob): Promise<string> {
  return `data:${blob.type};base64,${base64(new Uint8Array(await blob.arrayBuffer()))}`;
}

let measuring: CanvasRenderingContext2D | null | undefined;

export const measure: Measure = (text, size, bold) => {
  measuring ??= document.createElement("canvas").getContext("2d");
  if (!measuring) return text.length * size * 0.6;
  // Where one cannot read a name its width is no matter, and a text of a megabyte takes long to measure.
  measuring.font = font(size, bold);
  return measuring.measureText(text.slice(0, 400)).width;
};

const soon = () => new Promise<void>((done) => setTimeout(done));
