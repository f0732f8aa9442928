/// Two values against each other: how many cells lie in each field, darker or lighter by the logarithm of their number.

import { mapBytes } from "../colour/maps";
import { written } from "../colour/rgb";
import { count, measured } from "../words/numbers";
import { type Axis, along, ticks } from "./axes";
import { type Correlation, FIELDS, type Together } from "./correlation";
import { at, box, type Drawing, fitting, type Ink, type Item, type Measure, type Shape, TEXT } from "./drawing";
import { nameOf, notesOf } from "./rows";

export interface FieldsWish {
  readonly width: number;
  readonly measure: Measure;
  readonly x: string;
  readonly y: string;
  readonly by: string;
  /// On a dark page the fullest fields are the lightest.
  readonly dark: boolean;
}

const LEVELS = 24;
const FOOT = 34;
const HEAD = 22;
/// Wider, it would leave no room for its table.
const MOST = 460;

export function fields(found: Correlation, wish: FieldsWish): Drawing {
  const { measure } = wish;
  const [axisX, axisY] = [axisOf(found.x), axisOf(found.y)];
  const ticksY = ticks(axisY, Math.max(4, Math.floor(Math.min(MOST, wish.width) / 60)));
  const left = at(Math.max(...ticksY.map((tick) => measure(tick.text))) + TEXT + 14);
  const side = Math.max(60, Math.min(MOST, wish.width) - left - 10);
  const [top, bottom, right] = [HEAD, HEAD + side, left + side];
  const field = side / FIELDS;
  const shapes: Shape[] = [];
  for (const tick of ticks(axisX, Math.max(2, Math.floor(side / 60)))) {
    const x = at(left + along(axisX, tick.at) * side);
    shapes.push({ kind: "line", path: `M${x} ${top}V${bottom + 3}`, ink: "line", width: 1 });
    shapes.push({ kind: "text", x, y: bottom + 15, text: tick.text, anchor: "middle", ink: "muted" });
  }
  for (const tick of ticksY) {
    const y = at(bottom - along(axisY, tick.at) * side);
    shapes.push({ kind: "line", path: `M${left - 3} ${y}H${right}`, ink: "line", width: 1 });
    shapes.push({ kind: "text", x: left - 6, y: y + TEXT * 0.36, text: tick.text, anchor: "end", ink: "muted" });
  }
  const title = (text: string) => fitting(text, side, measure);
  const middle = left + side / 2;
  shapes.push(
    { kind: "text", x: middle, y: bottom + 30, text: title(wish.x), whole: wish.x, anchor: "middle", ink: "fg" },
    {
      kind: "text",
      x: TEXT,
      y: top + side / 2,
      text: title(wish.y),
      whole: wish.y,
      anchor: "middle",
      ink: "fg",
      turned: true,
    },
  );
  shapes.push({
    kind: "text",
    x: left,
    y: 12,
    text: fitting(short(found.all), right - left, measure),
    anchor: "start",
    ink: "muted",
  });
  const items: Item[] = [];
  const most = found.fields.reduce((a, b) => Math.max(a, b), 0);
  const paths = new Array<string>(LEVELS).fill("");
  found.fields.forEach((cells, index) => {
    if (cells === 0) return;
    const [column, row] = [index % FIELDS, Math.floor(index / FIELDS)];
    const [x, y] = [left + column * field, bottom - (row + 1) * field];
    const level = most > 1 ? Math.round((Math.log(cells) / Math.log(most)) * (LEVELS - 1)) : LEVELS - 1;
    paths[level] += box(x, y, field - 0.25, field - 0.25);
    const span = ([low, high]: readonly [number, number], place: number) =>
      high > low
        ? `${measured(low + ((high - low) * place) / FIELDS)} to ${measured(low + ((high - low) * (place + 1)) / FIELDS)}`
        : measured(low);
    items.push({
      x,
      y,
      width: field,
      height: field,
      told: `${count(cells)} cells, ${wish.x} ${span(found.x, column)}, ${wish.y} ${span(found.y, row)}`,
    });
  });
  paths.forEach((path, level) => {
    if (path !== "") shapes.push({ kind: "area", path, ink: shade(level / (LEVELS - 1), wish.dark) });
  });
  const end = scale(shapes, left, bottom + FOOT + 6, most, wish);
  return {
    width: wish.width,
    height: end,
    shapes,
    items,
    table: {
      columns: [wish.by === "" ? "cells of" : wish.by, "n", "Pearson r", "Spearman rho"],
      rows: [
        ["all", found.all.n, cell(found.all.pearson), cell(found.all.spearman)],
        ...found.byPart.map((one) => [nameOf(one.part), one.n, cell(one.pearson), cell(one.spearman)]),
      ],
    },
    caption: sentence(found.all),
    summary: `Correlation of ${wish.x} and ${wish.y}: ${sentence(found.all)}.`,
    notes: [
      ...(found.missing > 0 ? [`${count(found.missing)} cells lack one of the two values.`] : []),
      ...(found.byPart.length > 0 ? notesOf(found.parts, wish.by) : []),
    ],
  };
}

/// Within the picture: a file of it tells, too.
function short(one: Together): string {
  const r = Number.isNaN(one.pearson) ? "" : `r ${signed(one.pearson)} · ρ ${signed(one.spearman)} · `;
  return `${r}n ${count(one.n)}`;
}

export function signed(value: number, digits = 3): string {
  // What rounds to nothing has no sign.
  return value
    .toFixed(digits)
    .replace(/^-(?=0\.0*$)/, "")
    .replace("-", "−");
}

function sentence(one: Together): string {
  if (one.n < 2) return `${count(one.n)} cells have both values, which is too few`;
  if (Number.isNaN(one.pearson)) return `n ${count(one.n)}; one of the two is the same everywhere`;
  return `Pearson r ${signed(one.pearson)}, Spearman ρ ${signed(one.spearman)}, n\u00A0${count(one.n)}`;
}

/// What the colours mean: one cell to the fullest field. Gives where it ends.
function scale(into: Shape[], left: number, top: number, most: number, wish: FieldsWish): number {
  if (most <= 1) return top;
  const words = ["1", `${count(most)} cells a field`];
  const from = left + wish.measure("1") + 4;
  const wide = Math.max(20, Math.min(120, wish.width - from - 4 - wish.measure(words[1] as string)));
  for (let level = 0; level < LEVELS; level++) {
    const step = wide / LEVELS;
    into.push({
      kind: "area",
      path: box(from + level * step, top, step + 0.3, 8),
      ink: shade(level / (LEVELS - 1), wish.dark),
    });
  }
  into.push({ kind: "text", x: left, y: top + 8, text: words[0] as string, anchor: "start", ink: "muted" });
  into.push({ kind: "text", x: from + wide + 4, y: top + 8, text: words[1] as string, anchor: "start", ink: "muted" });
  return top + 18;
}

/// Few cells are near the page's own colour, many are far from it; neither end is lost on it.
function shade(share: number, dark: boolean): Ink {
  const map = mapBytes("viridis");
  const step = Math.round((dark ? 0.2 + share * 0.8 : 0.92 - share * 0.92) * 255) * 4;
  return written([map[step] as number, map[step + 1] as number, map[step + 2] as number]) as Ink;
}

function axisOf([low, high]: readonly [number, number]): Axis {
  return { low, high, logarithmic: false };
}

function cell(value: number): number | string {
  return Number.isFinite(value) ? Number(value.toFixed(6)) : "";
}
