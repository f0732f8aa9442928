/// A plot as pixels for a talk or a page that takes no SVG: the same shapes on the same white paper.

import { FONT } from "../figure/ink";
import { encoded } from "../figure/making";
import { told } from "../figure/png";
import { type Drawing, type Shape, TEXT } from "./drawing";
import { EDGE, inkOnPaper } from "./paper";

/// Dots an inch, of an inch of 96 pixels: what journals ask for of lines.
const DPI = 600;
const SCALE = DPI / 96;
/// Pixels a side that every browser draws.
const MOST = 16_000;

export async function raster(drawing: Drawing, provenance: Readonly<Record<string, unknown>>): Promise<Blob> {
  const [width, height] = [drawing.width + 2 * EDGE, drawing.height + 2 * EDGE];
  const scale = Math.min(SCALE, MOST / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("This browser has no room for a picture of that size.");
  context.fillStyle = "#ffffff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.setTransform(scale, 0, 0, scale, EDGE * scale, EDGE * scale);
  context.font = `${TEXT}px ${FONT}`;
  for (const shape of drawing.shapes) painted(context, shape);
  const png = new Uint8Array(await (await encoded(canvas)).arrayBuffer());
  const texts = { Title: drawing.summary, Description: drawing.notes.join(" "), Comment: JSON.stringify(provenance) };
  return new Blob(told(png, scale * 96, texts), { type: "image/png" });
}

function painted(context: CanvasRenderingContext2D, shape: Shape): void {
  if (shape.kind === "text") {
    context.save();
    context.translate(shape.x, shape.y);
    if (shape.turned) context.rotate(-Math.PI / 2);
    context.textAlign = shape.anchor === "middle" ? "center" : shape.anchor;
    context.fillStyle = inkOnPaper(shape.ink);
    context.fillText(shape.text, 0, 0);
    context.restore();
    return;
  }
  const path = new Path2D(shape.path);
  if (shape.kind === "line") {
    context.lineWidth = shape.width;
    context.strokeStyle = inkOnPaper(shape.ink);
    context.stroke(path);
    return;
  }
  context.globalAlpha = shape.opacity ?? 1;
  context.fillStyle = inkOnPaper(shape.ink);
  context.fill(path);
  context.globalAlpha = 1;
  if (shape.edge === undefined) return;
  context.lineWidth = 1;
  context.strokeStyle = inkOnPaper(shape.edge);
  context.stroke(path);
}
