/// Writes a figure as SVG 1.1: text as text, so that an editor can change it; points as circles as long as there are few,
/// as one picture else. Names are a stranger's: they become character data and nothing else. What made the figure stands
/// in its metadata.

import type { Circle } from "./circles";
import type { Box, Figure } from "./figure";
import { FONT, type Ink } from "./ink";

/// Points that are still circles of their own.
export const CIRCLES = 20_000;

export type Points =
  | { readonly kind: "circles"; readonly circles: readonly Circle[] }
  /// A PNG as a `data:` address.
  | { readonly kind: "picture"; readonly address: string };

/// `points` of each part.
export function svg(
  figure: Figure,
  points: readonly Points[],
  ink: Ink,
  provenance: Readonly<Record<string, unknown>>,
): string {
  const { width, height } = figure;
  const parts = [
    '<?xml version="1.0" encoding="UTF-8"?>\n',
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" version="1.1" width="${at(width)}pt" height="${at(height)}pt" viewBox="0 0 ${at(width)} ${at(height)}">\n`,
    `<metadata>${escaped(JSON.stringify(provenance))}</metadata>\n`,
  ];
  if (ink.paper !== null)
    parts.push(`<rect width="${at(width)}" height="${at(height)}" fill="${escaped(ink.paper)}"/>\n`);
  figure.parts.forEach((part, index) => {
    const { box } = part;
    parts.push(
      `<clipPath id="box${index}"><rect x="${at(box.x)}" y="${at(box.y)}" width="${at(box.width)}" height="${at(box.height)}"/></clipPath>\n`,
      `<g id="points${index}" clip-path="url(#box${index})">\n`,
      ...drawn(points[index], box),
      "</g>\n",
    );
    for (const { from, to, width: thick } of part.lines) {
      parts.push(
        `<path d="M${at(from[0])} ${at(from[1])}L${at(to[0])} ${at(to[1])}" stroke="${escaped(ink.text)}" stroke-width="${at(thick)}" fill="none"/>\n`,
      );
    }
    part.bars.forEach((bar, one) => {
      const name = `bar${index}-${one}`;
      const stops = bar.stops.map(
        (stop, step) => `<stop offset="${at(step / (bar.stops.length - 1))}" stop-color="${escaped(stop)}"/>`,
      );
      parts.push(
        `<linearGradient id="${name}" x1="0" y1="1" x2="0" y2="0">${stops.join("")}</linearGradient>\n`,
        `<rect x="${at(bar.x)}" y="${at(bar.y)}" width="${at(bar.width)}" height="${at(bar.height)}" fill="url(#${name})"/>\n`,
      );
    });
    for (const mark of part.marks) {
      parts.push(
        `<circle cx="${at(mark.x)}" cy="${at(mark.y)}" r="${at(mark.radius)}" fill="${escaped(mark.colour)}"/>\n`,
      );
    }
    for (const text of part.texts) {
      const halo = text.halo
        ? ` stroke="${escaped(ink.halo)}" stroke-width="2" stroke-linejoin="round" paint-order="stroke"`
        : "";
      const turn = text.upwards ? ` transform="rotate(-90 ${at(text.x)} ${at(text.y)})"` : "";
      const bold = text.bold ? ' font-weight="bold"' : "";
      parts.push(
        `<text x="${at(text.x)}" y="${at(text.y)}" font-family="${escaped(FONT)}" font-size="${at(text.size)}" fill="${escaped(ink.text)}" text-anchor="${text.anchor}"${turn}${bold}${halo} xml:space="preserve">${escaped(text.text)}</text>\n`,
      );
    }
  });
  parts.push("</svg>\n");
  return parts.join("");
}

function drawn(points: Points | undefined, box: Box): string[] {
  if (points === undefined) return [];
  if (points.kind === "picture") {
    return [
      `<image x="${at(box.x)}" y="${at(box.y)}" width="${at(box.width)}" height="${at(box.height)}" preserveAspectRatio="none" xlink:href="${escaped(points.address)}"/>\n`,
    ];
  }
  // What follows one another in one colour says it once; the order is the picture's.
  const parts: string[] = [];
  let before: Circle | undefined;
  for (const circle of points.circles) {
    if (before?.fill !== circle.fill || before.opacity !== circle.opacity || before.ring !== circle.ring) {
      if (before !== undefined) parts.push("</g>\n");
      const ring =
        circle.ring === undefined
          ? ""
          : ` stroke="${escaped(circle.ring)}" stroke-width="${at(Math.max(0.25, circle.radius * 0.4))}"`;
      parts.push(`<g fill="${escaped(circle.fill)}" fill-opacity="${at(circle.opacity)}"${ring}>`);
    }
    parts.push(`<circle cx="${at(box.x + circle.x)}" cy="${at(box.y + circle.y)}" r="${at(circle.radius)}"/>`);
    before = circle;
  }
  if (before !== undefined) parts.push("</g>\n");
  return parts;
}

function at(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/// Of XML: also without the characters that no XML may have.
export function escaped(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "\uFFFD")
    .replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
