/// A figure as a value: what a view shows, laid out for paper, in points of 1/72 inch. Made of the document and the data,
/// not of the screen: sizes do not depend on the window. `svg.ts` writes it, `drawing.ts` draws it on a canvas.

import type { Legend } from "../colour/legend";
import { mapBytes } from "../colour/maps";
import { barOf, type Unit } from "../lengths/bar";
import type { Span } from "../model/model";
import type { Size } from "../points/camera";
import type { Scale } from "../state/document";
import { count, measured } from "../words/numbers";

export interface Wish {
  /// Of the whole figure, with everything that stands beside the points.
  readonly width: number;
  readonly height: number;
  readonly legend: boolean;
  readonly counts: boolean;
  readonly labels: boolean;
  readonly axes: boolean;
  /// Only where the embedding is of places: see `Content.unit`.
  readonly bar: boolean;
  readonly title: string;
}

export interface Text {
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly text: string;
  readonly anchor: "start" | "middle" | "end";
  readonly bold?: boolean;
  readonly halo?: boolean;
  /// Read upwards.
  readonly upwards?: boolean;
}

export interface Mark {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly colour: string;
}

export interface Bar {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /// From the lower end.
  readonly stops: readonly string[];
}

export interface Line {
  readonly from: readonly [number, number];
  readonly to: readonly [number, number];
  readonly width: number;
}

export interface Box extends Size {
  readonly x: number;
  readonly y: number;
}

/// One view, in its place.
export interface Part {
  /// Where the points lie.
  readonly box: Box;
  readonly texts: readonly Text[];
  readonly marks: readonly Mark[];
  readonly bars: readonly Bar[];
  readonly lines: readonly Line[];
}

export interface Figure extends Size {
  readonly parts: readonly Part[];
}

export interface Label {
  readonly name: string;
  /// In points from the box's upper left.
  readonly x: number;
  readonly y: number;
}

export interface Content {
  readonly legend: Pick<Legend, "entries"> | undefined;
  readonly span: Span | undefined;
  readonly scale: Scale;
  readonly by: string;
  readonly embedding: string;
  readonly dimensions: number;
  /// What is named in a box of this size; `measure` gives the width of a name.
  readonly labels: (box: Size, measure: (name: string) => number) => readonly Label[];
  /// How long a unit of the picture's coordinates is, and how many points it takes in a box of this size.
  readonly unit: (Unit & { readonly points: (box: Size) => number }) | undefined;
}

/// Gives a text's width in points at a size.
export type Measure = (text: string, size: number, bold?: boolean) => number;

const EDGE = 8;
const SIZE = 8;
const LINE = 12;
const STOPS = 17;
/// Rows of a legend; the rest is counted.
export const ROWS = 60;
/// Letters of a name.
const LETTERS = 40;
const BAR = 60;
/// The box of the points gets no smaller than this, whatever stands beside it.
const LEAST = 36;

interface Beside {
  readonly texts: Text[];
  readonly marks: Mark[];
  readonly bars: Bar[];
  width: number;
}

/// One view in a rectangle of the figure.
export function laidOut(wish: Wish, content: Content, measure: Measure, left = 0, top = 0): Part {
  const head = wish.title === "" ? 0 : LINE + 4;
  // In a space no dimension lies along an edge of the paper.
  const axed = wish.axes && content.dimensions < 3;
  const foot = axed ? LINE + 6 : 0;
  const room = wish.height - 2 * EDGE - head - foot;
  const beside = wish.legend ? besideOf(wish, content, room, measure) : undefined;
  const gap = beside && beside.width > 0 ? 10 : 0;
  const box = {
    x: left + EDGE + foot,
    y: top + EDGE + head,
    width: Math.max(LEAST, wish.width - 2 * EDGE - foot - gap - (beside?.width ?? 0)),
    height: Math.max(LEAST, room),
  };
  const texts: Text[] = [];
  const lines: Line[] = [];
  if (wish.title !== "") {
    const text = fitting(wish.title, wish.width - 2 * EDGE, (one) => measure(one, 10, true));
    texts.push({ x: left + wish.width / 2, y: top + EDGE + SIZE, size: 10, text, anchor: "middle", bold: true });
  }
  if (wish.labels) {
    for (const { x, y, name } of content.labels(box, (one) => measure(cut(one), SIZE, true))) {
      const place = { x: box.x + x, y: box.y + y + SIZE / 3 };
      texts.push({ ...place, size: SIZE, text: cut(name), anchor: "middle", bold: true, halo: true });
    }
  }
  if (axed) axes(content, box, texts, lines);
  if (wish.bar) scaleBar(content, box, texts, lines);
  const right = box.x + box.width + gap;
  const moved = <T extends { x: number; y: number }>(one: T): T => ({ ...one, x: one.x + right, y: one.y + box.y });
  return {
    box,
    texts: [...texts, ...(beside?.texts.map(moved) ?? [])],
    marks: beside?.marks.map(moved) ?? [],
    bars: beside?.bars.map(moved) ?? [],
    lines,
  };
}

/// A short arrow along each dimension, with its name: an embedding has no scale.
function axes(content: Content, box: Box, texts: Text[], lines: Line[]): void {
  const name = cut(content.embedding.replace(/^X_/, ""));
  const corner = [box.x - 4, box.y + box.height + 4] as const;
  const reach = Math.min(box.width, box.height) / 4;
  lines.push(
    { from: corner, to: [corner[0] + reach, corner[1]], width: 0.75 },
    { from: corner, to: [corner[0], corner[1] - reach], width: 0.75 },
  );
  texts.push({ x: corner[0], y: corner[1] + SIZE + 2, size: SIZE, text: `${name} 1`, anchor: "start" });
  if (content.dimensions > 1) {
    const up = { x: corner[0] - 4, y: corner[1], size: SIZE, anchor: "start", upwards: true } as const;
    texts.push({ ...up, text: `${name} 2` });
  }
}

/// Takes at most a third of the width.
function scaleBar({ unit }: Content, box: Box, texts: Text[], lines: Line[]): void {
  const bar = unit && barOf(unit, unit.points(box), box.width / 3);
  if (bar === undefined) return;
  const { reach, text } = bar;
  const right = box.x + box.width - 4;
  const y = box.y + box.height - 6;
  lines.push({ from: [right - reach, y], to: [right, y], width: 1.5 });
  texts.push({ x: right - reach / 2, y: y - 4, size: SIZE, text, anchor: "middle", halo: true });
}

/// What stands right of the box, from its upper corner on.
function besideOf(wish: Wish, content: Content, room: number, measure: Measure): Beside {
  const into: Beside = { texts: [], marks: [], bars: [], width: 0 };
  const write = (text: Omit<Text, "size">) => {
    into.texts.push({ ...text, size: SIZE });
    into.width = Math.max(into.width, text.x + measure(text.text, SIZE, text.bold));
  };
  if (content.legend) {
    write({ x: 0, y: SIZE, text: cut(content.by), anchor: "start", bold: true });
    rows(wish, content.legend.entries, room, measure, into);
  } else if (content.span) {
    write({ x: 0, y: SIZE, text: cut(content.by), anchor: "start", bold: true });
    const map = mapBytes(content.scale.map, content.scale.reversed);
    const stops = Array.from({ length: STOPS }, (_, at) => {
      const step = Math.round((at * 255) / (STOPS - 1)) * 4;
      return `rgb(${map[step]}, ${map[step + 1]}, ${map[step + 2]})`;
    });
    const bar = { x: 0, y: LINE + 4, width: 10, height: Math.max(20, Math.min(BAR, room - LINE - 4)), stops };
    into.bars.push(bar);
    write({ x: 14, y: bar.y + 6, text: measured(content.span.high, 3), anchor: "start" });
    write({ x: 14, y: bar.y + bar.height, text: measured(content.span.low, 3), anchor: "start" });
    if (content.scale.logarithmic) write({ x: 14, y: bar.y + bar.height / 2 + 3, text: "log", anchor: "start" });
  }
  return into;
}

/// In as many columns as it takes, none wider than its names.
function rows(wish: Wish, entries: Legend["entries"], room: number, measure: Measure, into: Beside): void {
  const shown = entries.slice(0, ROWS);
  const each = Math.max(1, Math.floor(room / LINE) - 1);
  let left = 0;
  for (let from = 0; from < shown.length; from += each) {
    const part = shown.slice(from, from + each);
    const names = part.map((entry) => cut(entry.name));
    const counts = part.map((entry) => (wish.counts ? count(entry.count) : ""));
    const widest = (texts: readonly string[]) => Math.max(0, ...texts.map((text) => measure(text, SIZE)));
    const name = left + 10;
    const right = name + widest(names) + (wish.counts ? 6 + widest(counts) : 0);
    part.forEach((entry, at) => {
      const y = LINE * (at + 1) + SIZE;
      into.marks.push({ x: left + 3, y: y - 3, radius: 3, colour: entry.colour });
      into.texts.push({ x: name, y, size: SIZE, text: names[at] as string, anchor: "start" });
      if (wish.counts) into.texts.push({ x: right, y, size: SIZE, text: counts[at] as string, anchor: "end" });
    });
    into.width = Math.max(into.width, right);
    left = right + 10;
  }
  const more = entries.length - shown.length;
  if (more > 0) {
    const text = `and ${count(more)} more`;
    into.texts.push({ x: left, y: LINE + SIZE, size: SIZE, text, anchor: "start" });
    into.width = left + measure(text, SIZE);
  }
}

function cut(name: string): string {
  const letters = [...name.slice(0, 2 * LETTERS + 2)];
  return letters.length > LETTERS ? `${letters.slice(0, LETTERS - 1).join("")}…` : letters.join("");
}

function fitting(text: string, width: number, measure: (text: string) => number): string {
  let letters = [...text.slice(0, 400)];
  if (measure(text) <= width) return text;
  while (letters.length > 1 && measure(`${letters.join("")}…`) > width) letters = letters.slice(0, -1);
  return `${letters.join("")}…`;
}
