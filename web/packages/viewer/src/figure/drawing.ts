/// A figure on a canvas: what `svg.ts` writes, as pixels. The points come in between, from whoever has them.

import type { Box, Figure } from "./figure";
import { FONT, type Ink } from "./ink";

/// In pixels, for a box of the figure.
export function pixels(
  box: Box,
  ratio: number,
): { readonly left: number; readonly top: number; readonly width: number; readonly height: number } {
  const [left, top] = [Math.round(box.x * ratio), Math.round(box.y * ratio)];
  const width = Math.round((box.x + box.width) * ratio) - left;
  const height = Math.round((box.y + box.height) * ratio) - top;
  return { left, top, width: Math.max(1, width), height: Math.max(1, height) };
}

/// What lies under the points.
export function ground(context: CanvasRenderingContext2D, ink: Ink): void {
  const { width, height } = context.canvas;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, width, height);
  if (ink.paper === null) return;
  context.fillStyle = ink.paper;
  context.fillRect(0, 0, width, height);
}

/// What stands beside the points and on them. `ratio`: pixels a point.
export function over(context: CanvasRenderingContext2D, figure: Figure, ratio: number, ink: Ink): void {
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.lineJoin = "round";
  for (const part of figure.parts) {
    context.strokeStyle = ink.text;
    for (const { from, to, width: thick } of part.lines) {
      context.lineWidth = thick;
      context.beginPath();
      context.moveTo(...from);
      context.lineTo(...to);
      context.stroke();
    }
    for (const bar of part.bars) {
      const fade = context.createLinearGradient(0, bar.y + bar.height, 0, bar.y);
      bar.stops.forEach((stop, step) => {
        fade.addColorStop(step / (bar.stops.length - 1), stop);
      });
      context.fillStyle = fade;
      context.fillRect(bar.x, bar.y, bar.width, bar.height);
    }
    for (const mark of part.marks) {
      context.fillStyle = mark.colour;
      context.beginPath();
      context.arc(mark.x, mark.y, mark.radius, 0, 2 * Math.PI);
      context.fill();
    }
    for (const text of part.texts) {
      context.font = font(text.size, text.bold);
      context.textAlign = text.anchor === "middle" ? "center" : text.anchor === "end" ? "right" : "left";
      context.save();
      context.translate(text.x, text.y);
      if (text.upwards) context.rotate(-Math.PI / 2);
      if (text.halo) {
        context.strokeStyle = ink.halo;
        context.lineWidth = 2;
        context.strokeText(text.text, 0, 0);
      }
      context.fillStyle = ink.text;
      context.fillText(text.text, 0, 0);
      context.restore();
    }
  }
}

export function font(size: number, bold = false): string {
  return `${bold ? "bold " : ""}${size}px ${FONT}`;
}
