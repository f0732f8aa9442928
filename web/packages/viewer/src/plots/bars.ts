/// The composition of parts as stacked bars: shares of each part, or cells.

import { count, measured } from "../words/numbers";
import type { Composition } from "./composition";
import { at, box, type Drawing, fitting, type Item, type Measure, type Shape, TEXT } from "./drawing";
import { nameOf, notesOf, rows } from "./rows";

export interface BarsWish {
  readonly width: number;
  readonly measure: Measure;
  readonly percent: boolean;
  /// What is told apart in rows, and within them.
  readonly of: string;
  readonly within: string;
}

const ROW = 22;
const BAR = 15;
const LEGEND = 16;
const SWATCH = 9;

export function bars(found: Composition, wish: BarsWish): Drawing {
  const { width, measure, percent } = wish;
  const { parts } = found.rows;
  const wide = found.columns.length;
  const most = percent ? 100 : Math.max(1, ...found.totals);
  const frame = rows({
    parts,
    totals: found.totals,
    width,
    rowHeight: ROW,
    axis: { low: 0, high: most, logarithmic: false },
    title: percent ? `${wish.within}, % of the cells` : `${wish.within}, cells`,
    measure,
  });
  const shapes: Shape[] = [...frame.shapes];
  const items: Item[] = [];
  const table: (string | number)[][] = [];
  const leading: string[] = [];
  parts.forEach((part, row) => {
    const total = found.totals[row] as number;
    const y = frame.middle(row) - BAR / 2;
    let before = 0;
    let [top, topAt] = [0, 0];
    found.columns.forEach((column, index) => {
      const here = found.counts[row * wide + index] as number;
      const share = total > 0 ? (100 * here) / total : 0;
      if (here > top) [top, topAt] = [here, index];
      if (here === 0) return;
      const x = frame.x(before);
      before += percent ? share : here;
      const right = frame.x(before);
      // A hair of the page between neighbours: some colours are alike, and some eyes see few.
      const gap = right - x > 3 ? 0.75 : 0;
      shapes.push({ kind: "area", path: box(x, y, Math.max(0.25, right - x - gap), BAR), ink: inkOf(column.colour) });
      items.push({
        x,
        y: frame.middle(row) - ROW / 2,
        width: right - x,
        height: ROW,
        told: `${nameOf(part)}: ${nameOf(column)}, ${count(here)} cells, ${percentText(share)}`,
      });
      table.push([nameOf(part), nameOf(column), here, Number(share.toFixed(3))]);
    });
    const leader = found.columns[topAt];
    if (leader && total > 0 && leading.length < 5) {
      leading.push(`${nameOf(part)} mostly ${nameOf(leader)} (${percentText((100 * top) / total)})`);
    }
  });
  const height = legend(found, wish, frame.height, shapes);
  return {
    width,
    height,
    shapes,
    items,
    table: { columns: [wish.of, wish.within, "cells", "percent"], rows: table },
    caption: "",
    summary: `Composition: ${wish.within} in ${count(parts.length)} ${parts.length === 1 ? "part" : "parts"} of ${wish.of}. ${leading.join("; ")}.`,
    notes: [
      ...notesOf(found.rows, wish.of),
      ...(found.others > 0 ? [`The ${count(found.drawn)} largest of ${wish.within} have colours of their own.`] : []),
    ],
  };
}

/// Below the axis, in as many lines as it takes; gives where it ends.
function legend(found: Composition, { width, measure }: BarsWish, top: number, into: Shape[]): number {
  let [x, y] = [0, top + 6];
  for (const column of found.columns) {
    const name = fitting(nameOf(column), width - SWATCH - 6, measure);
    const wide = SWATCH + 4 + measure(name) + 12;
    if (x > 0 && x + wide - 12 > width) {
      x = 0;
      y += LEGEND;
    }
    into.push(
      { kind: "area", path: box(x, y + 1, SWATCH, SWATCH), ink: inkOf(column.colour) },
      {
        kind: "text",
        x: at(x + SWATCH + 4),
        y: y + TEXT - 1,
        text: name,
        whole: nameOf(column),
        anchor: "start",
        ink: "fg",
      },
    );
    x += wide;
  }
  return y + LEGEND;
}

export function inkOf(colour: string): `#${string}` {
  return colour.startsWith("#") ? (colour as `#${string}`) : "#808080";
}

function percentText(share: number): string {
  return `${share > 0 && share < 0.1 ? "< 0.1" : measured(Number(share.toFixed(1)))}\u00A0%`;
}
