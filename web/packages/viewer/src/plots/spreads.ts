/// The spread of values as violins, boxes or histograms: one row a part, one axis for all.

import { count, measured } from "../words/numbers";
import type { Axis } from "./axes";
import { inkOf } from "./bars";
import { BINS, type Distribution, type Spread, STEPS } from "./distribution";
import { at, box, type Drawing, type Item, type Measure, type Shape, through } from "./drawing";
import { nameOf, notesOf, type Rows, rows } from "./rows";

export type SpreadKind = "violin" | "box" | "histogram";

export interface SpreadsWish {
  readonly width: number;
  readonly measure: Measure;
  readonly kind: SpreadKind;
  /// What is measured, and by what it is told apart.
  readonly value: string;
  readonly by: string;
  readonly order: "legend" | "median";
}

const ROW: Readonly<Record<SpreadKind, number>> = { violin: 30, box: 24, histogram: 38 };
/// A single row has the panel for itself.
const ALONE = 110;

export function spreads(found: Distribution, wish: SpreadsWish): Drawing {
  const all = found.spreads.filter((one) => one.n > 0 || one.missing > 0 || one.below > 0);
  if (wish.order === "median") all.sort((a, b) => valueOr(b.median) - valueOr(a.median));
  const [low, high] = found.range ?? (found.logarithmic ? [1, 10] : [0, 1]);
  const axis: Axis = { low, high, logarithmic: found.logarithmic };
  const frame = rows({
    parts: all.map((one) => one.part),
    totals: all.map((one) => one.n),
    width: wish.width,
    rowHeight: all.length === 1 ? ALONE : ROW[wish.kind],
    axis,
    title: found.logarithmic ? `${wish.value} (logarithmic)` : wish.value,
    measure: wish.measure,
  });
  const shapes: Shape[] = [...frame.shapes];
  const items: Item[] = [];
  all.forEach((spread, row) => {
    if (spread.n > 0) shapes.push(...drawn(spread, row, frame, wish.kind));
    items.push({
      x: 0,
      y: frame.middle(row) - frame.rowHeight / 2,
      width: wish.width,
      height: frame.rowHeight,
      told: sentence(spread),
    });
  });
  return {
    width: wish.width,
    height: frame.height,
    shapes,
    items,
    table: {
      columns: [
        wish.by,
        "cells",
        "mean",
        "least",
        "lower quartile",
        "median",
        "upper quartile",
        "most",
        "no value",
        ...(found.logarithmic ? ["0 or less"] : []),
      ],
      rows: all.map((one) => [
        nameOf(one.part) || "all",
        one.n,
        ...[one.mean, one.least, one.q1, one.median, one.q3, one.most].map((value) =>
          Number.isFinite(value) ? Number(value.toPrecision(7)) : "",
        ),
        one.missing,
        ...(found.logarithmic ? [one.below] : []),
      ]),
    },
    summary: summary(all, wish),
    caption: caption(all),
    notes: notes(found, all, wish),
  };
}

function drawn(spread: Spread, row: number, frame: Rows, kind: SpreadKind): Shape[] {
  const middle = frame.middle(row);
  const tall = frame.rowHeight * 0.82;
  const ink = inkOf(spread.part.colour);
  if (kind === "histogram") return histogram(spread, middle + tall / 2, tall, frame, ink);
  const half = tall / 2;
  if (kind === "box") return boxed(spread, middle, Math.min(half, 16), frame, ink, 0.75);
  if (spread.density === undefined) return boxed(spread, middle, Math.min(half, 4), frame, ink, 1);
  const most = spread.density.reduce((a, b) => Math.max(a, b), 0);
  const [from, to] = [frame.x(spread.least), frame.x(spread.most)];
  const upper: number[] = [];
  const lower: number[] = [];
  // Equal steps on the axis are equal steps in pixels, on a logarithmic one, too.
  for (let step = 0; step < STEPS; step++) {
    const x = from + ((to - from) * step) / (STEPS - 1);
    const reach = most > 0 ? ((spread.density[step] as number) / most) * half : 0;
    upper.push(x, middle - reach);
    lower.unshift(x, middle + reach);
  }
  return [
    { kind: "area", path: through([...upper, ...lower], true), ink, opacity: 0.7, edge: ink },
    ...inner(spread, middle, Math.min(4, half / 3), frame),
  ];
}

/// Quartiles and median within a violin.
function inner(spread: Spread, middle: number, half: number, frame: Rows): Shape[] {
  const [q1, median, q3] = [frame.x(spread.q1), frame.x(spread.median), frame.x(spread.q3)];
  return [
    { kind: "line", path: `M${at(q1)} ${at(middle)}H${at(q3)}`, ink: "fg", width: 2 },
    { kind: "area", path: box(median - 1.5, middle - half - 1, 3, half * 2 + 2), ink: "bg", edge: "fg" },
  ];
}

function boxed(spread: Spread, middle: number, half: number, frame: Rows, ink: Shape["ink"], opacity: number): Shape[] {
  const [q1, median, q3] = [frame.x(spread.q1), frame.x(spread.median), frame.x(spread.q3)];
  const [low, high] = spread.whiskers.map((value) => frame.x(value)) as [number, number];
  const [least, most] = [frame.x(spread.least), frame.x(spread.most)];
  const cap = half * 0.5;
  return [
    // Beyond the whiskers lie single cells.
    {
      kind: "line",
      path: `M${at(least)} ${at(middle)}H${at(low)}M${at(high)} ${at(middle)}H${at(most)}`,
      ink: "line",
      width: 1.5,
    },
    {
      kind: "line",
      path: `M${at(low)} ${at(middle)}H${at(q1)}M${at(q3)} ${at(middle)}H${at(high)}M${at(low)} ${at(middle - cap)}v${at(cap * 2)}M${at(high)} ${at(middle - cap)}v${at(cap * 2)}`,
      ink: "muted",
      width: 1,
    },
    { kind: "area", path: box(q1, middle - half, Math.max(0.75, q3 - q1), half * 2), ink, opacity, edge: "muted" },
    { kind: "line", path: `M${at(median)} ${at(middle - half)}v${at(half * 2)}`, ink: "fg", width: 2 },
  ];
}

function histogram(spread: Spread, base: number, tall: number, frame: Rows, ink: Shape["ink"]): Shape[] {
  const most = spread.bins.reduce((a, b) => Math.max(a, b), 0);
  const step = (frame.right - frame.left) / BINS;
  let path = "";
  spread.bins.forEach((cells, index) => {
    if (cells === 0) return;
    const high = Math.max(0.75, (cells / most) * tall);
    path += box(frame.left + index * step, base - high, Math.max(0.5, step - 0.75), high);
  });
  const median = at(frame.x(spread.median));
  return [
    { kind: "area", path, ink, opacity: 0.85 },
    { kind: "line", path: `M${at(frame.left)} ${at(base)}H${at(frame.right)}`, ink: "line", width: 1 },
    { kind: "line", path: `M${median} ${at(base - tall)}V${at(base + 2)}`, ink: "fg", width: 1.5 },
  ];
}

function sentence(one: Spread): string {
  const name = one.part.name === "" ? "" : `${nameOf(one.part)}: `;
  if (one.n === 0) return `${name}no values`;
  return (
    `${name}n ${count(one.n)}, median ${measured(one.median)}, middle half ${measured(one.q1)} to ${measured(one.q3)}, ` +
    `all ${measured(one.least)} to ${measured(one.most)}, mean ${measured(one.mean)}` +
    (one.missing > 0 ? `, ${count(one.missing)} without a value` : "")
  );
}

function caption(all: readonly Spread[]): string {
  const full = all.filter((one) => one.n > 0);
  const [first] = full;
  if (first === undefined) return "No cell has a value.";
  return all.length === 1 ? sentence(first) : "";
}

function summary(all: readonly Spread[], wish: SpreadsWish): string {
  const full = all.filter((one) => one.n > 0);
  if (full.length === 0) return `Distribution of ${wish.value}: no cell has a value.`;
  const [first] = full;
  if (full.length === 1 && first) return `Distribution of ${wish.value}. ${sentence(first)}.`;
  const byMedian = [...full].sort((a, b) => b.median - a.median);
  const [high, low] = [byMedian[0] as Spread, byMedian.at(-1) as Spread];
  return (
    `Distribution of ${wish.value} by ${wish.by}, ${count(full.length)} parts. ` +
    `Highest median: ${nameOf(high.part)}, ${measured(high.median)}; lowest: ${nameOf(low.part)}, ${measured(low.median)}.`
  );
}

function notes(found: Distribution, all: readonly Spread[], wish: SpreadsWish): string[] {
  const sum = (of: (one: Spread) => number) => all.reduce((total, one) => total + of(one), 0);
  const [missing, below] = [sum((one) => one.missing), sum((one) => one.below)];
  return [
    ...notesOf(found.parts, wish.by),
    ...(missing > 0 ? [`${count(missing)} cells have no value of ${wish.value}.`] : []),
    ...(below > 0 ? [`${count(below)} cells at 0 or below are not on a logarithmic axis.`] : []),
  ];
}

function valueOr(value: number): number {
  return Number.isFinite(value) ? value : -Infinity;
}
