/// A plot as SVG 1.1 for a paper: on white, text as text. Names are a stranger's: they become character data and nothing
/// else. What is in the table is in the picture or in its notes, so the file says those, too.

import { FONT } from "../figure/ink";
import { escaped } from "../figure/svg";
import { type Drawing, type Ink, type Shape, TEXT } from "./drawing";

const INKS = { fg: "#10151a", muted: "#4a525a", line: "#d5dade", bg: "#ffffff" } as const;
export const EDGE = 12;
/// Pixels of a screen as points of a paper.
const SCALE = 0.75;

export function paper(drawing: Drawing, provenance: Readonly<Record<string, unknown>>): string {
  const [width, height] = [drawing.width + 2 * EDGE, drawing.height + 2 * EDGE];
  return [
    '<?xml version="1.0" encoding="UTF-8"?>\n',
    `<svg xmlns="http://www.w3.org/2000/svg" version="1.1" width="${width * SCALE}pt" height="${height * SCALE}pt" viewBox="${-EDGE} ${-EDGE} ${width} ${height}">\n`,
    `<title>${escaped(drawing.summary)}</title>\n`,
    `<desc>${escaped(drawing.notes.join(" "))}</desc>\n`,
    `<metadata>${escaped(JSON.stringify(provenance))}</metadata>\n`,
    `<rect x="${-EDGE}" y="${-EDGE}" width="${width}" height="${height}" fill="#ffffff"/>\n`,
    `<g font-family="${escaped(FONT)}" font-size="${TEXT}">\n`,
    ...drawing.shapes.map(written),
    "</g>\n</svg>\n",
  ].join("");
}

function written(shape: Shape): string {
  if (shape.kind === "text") {
    const turned = shape.turned ? ` transform="rotate(-90 ${shape.x} ${shape.y})"` : "";
    return `<text x="${shape.x}" y="${shape.y}" text-anchor="${shape.anchor}" fill="${escaped(inkOnPaper(shape.ink))}"${turned} xml:space="preserve">${escaped(shape.text)}</text>\n`;
  }
  if (shape.kind === "line") {
    return `<path d="${shape.path}" fill="none" stroke="${escaped(inkOnPaper(shape.ink))}" stroke-width="${shape.width}"/>\n`;
  }
  const edge = shape.edge ? ` stroke="${escaped(inkOnPaper(shape.edge))}"` : "";
  return `<path d="${shape.path}" fill="${escaped(inkOnPaper(shape.ink))}" fill-opacity="${shape.opacity ?? 1}"${edge}/>\n`;
}

export function inkOnPaper(name: Ink): string {
  return name.startsWith("#") ? name : INKS[name as keyof typeof INKS];
}
