/// What plots of rows have in common: names at the left, numbers of cells at the right, one axis below. Rows rather than
/// columns, because names of cell types are long and panels are narrow.

import { count } from "../words/numbers";
import { type Axis, along, type Tick, ticks } from "./axes";
import { at, fitting, type Measure, type Shape, TEXT } from "./drawing";
import type { Part, Parts } from "./parts";

export interface Rows {
  /// Where values are drawn.
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly rowHeight: number;
  readonly middle: (row: number) => number;
  readonly x: (value: number) => number;
  /// With the axis.
  readonly height: number;
  readonly shapes: readonly Shape[];
}

export interface RowsWish {
  readonly parts: readonly Part[];
  readonly totals: readonly number[];
  readonly width: number;
  readonly rowHeight: number;
  readonly axis: Axis;
  readonly title: string;
  readonly measure: Measure;
  readonly text?: (tick: Tick) => string;
}

const GAP = 6;
const TOP = 16;
const AXIS = 34;
/// Of the width that names may take.
const NAMES = 0.43;

export function rows({ parts, totals, width, rowHeight, axis, title, measure, text }: RowsWish): Rows {
  const shapes: Shape[] = [];
  const named = parts.length > 1 || parts[0]?.name !== "";
  const room = named ? Math.min(NAMES * width, Math.max(0, ...parts.map((part) => measure(part.name || EMPTY)))) : 0;
  const numbers = totals.map(count);
  const wide = Math.max(measure("cells"), ...numbers.map(measure));
  const left = at(room + (named ? GAP : 8));
  const right = at(Math.max(left + 40, width - wide - GAP));
  const bottom = TOP + parts.length * rowHeight;
  const x = (value: number) => left + along(axis, value) * (right - left);
  const middle = (row: number) => TOP + (row + 0.5) * rowHeight;
  const about = Math.max(3, Math.floor((right - left) / 55));
  let last = -Infinity;
  for (const tick of ticks(axis, about)) {
    const place = at(x(tick.at));
    shapes.push({ kind: "line", path: `M${place} ${TOP}V${bottom + 3}`, ink: "line", width: 1 });
    const words = text ? text(tick) : tick.text;
    const half = measure(words) / 2;
    // At the edge of a narrow panel a number would run out of the picture.
    const held = Math.max(half, Math.min(width - half, place));
    if (held - half < last + 4) continue;
    last = held + half;
    shapes.push({ kind: "text", x: at(held), y: bottom + 15, text: words, anchor: "middle", ink: "muted" });
  }
  const below = fitting(title, width, measure);
  const centre = (left + right) / 2;
  const half = measure(below) / 2;
  shapes.push({
    kind: "text",
    x: at(Math.max(half, Math.min(width - half, centre))),
    y: bottom + 30,
    text: below,
    whole: title,
    anchor: "middle",
    ink: "fg",
  });
  shapes.push({ kind: "text", x: width, y: TOP - 5, text: "cells", anchor: "end", ink: "muted" });
  parts.forEach((part, row) => {
    const y = at(middle(row) + TEXT * 0.36);
    if (named) {
      const name = part.name === "" ? EMPTY : part.name;
      shapes.push({
        kind: "text",
        x: at(room),
        y,
        text: fitting(name, room + 0.5, measure),
        whole: name,
        anchor: "end",
        ink: "fg",
      });
    }
    shapes.push({ kind: "text", x: width, y, text: numbers[row] as string, anchor: "end", ink: "muted" });
  });
  return { left, right, top: TOP, bottom, rowHeight, middle, x, height: bottom + AXIS, shapes };
}

const EMPTY = "(empty)";

export function nameOf(part: Part): string {
  return part.name === "" ? EMPTY : part.name;
}

/// What was too much to draw, and what is in no row.
export function notesOf(parts: Parts, of: string): string[] {
  const { left, missing } = parts;
  const notes: string[] = [];
  if (parts.parts.length === 0) notes.push("There are no cells to plot.");
  if (left.parts > 0) {
    notes.push(
      `The ${count(parts.parts.length)} largest of ${count(parts.parts.length + left.parts)} are shown; the others have ${count(left.cells)} cells.`,
    );
  }
  if (missing > 0) notes.push(`${count(missing)} cells without a value of ${of} are left out.`);
  return notes;
}
