import { describe, expect, it } from "vitest";
import { ticks } from "./axes";
import { bars } from "./bars";
import { composition } from "./composition";
import { correlation } from "./correlation";
import { csv } from "./csv";
import { distribution } from "./distribution";
import { type Drawing, fitting, itemAt, TEXT } from "./drawing";
import { fields } from "./fields";
import { paper } from "./paper";
import type { Division } from "./parts";
import { drained } from "./slices";
import { type SpreadKind, spreads } from "./spreads";

const measure = (text: string) => [...text].length * TEXT * 0.6;
const entry = (code: number, name: string) => ({ code, name, colour: "#336699", count: 1, merged: [] });
const hostile = ["<script>alert(1)</script>", '=HYPERLINK("x")', "", "\u202Eabc", "x".repeat(3000)];
const entries = hostile.map((name, code) => entry(code, name));
const codes = Uint8Array.from({ length: 50 }, (_, cell) => cell % 5);
const division: Division = { by: "category", codes, entries, categories: 5 };
const column = (values: ArrayLike<number>) => ({
  values: Float32Array.from(values),
  min: 0,
  max: 0,
  top: 0,
  missing: Number.NaN,
});
const ramp = column(Array.from({ length: 50 }, (_, cell) => cell - 5));

function spread(values: ReturnType<typeof column>, kind: SpreadKind, logarithmic = false): Drawing {
  const found = drained(distribution(values, division, null, 50, logarithmic));
  return spreads(found, { width: 248, measure, kind, value: "v", by: "k", order: "median" });
}
function stacked(width = 248): Drawing {
  const inner = { codes, entries, categories: 5, none: "#808080" };
  const found = drained(composition(division, inner, null, 50));
  return bars(found, { width, measure, percent: true, of: "k", within: "k" });
}
function together(width = 248): Drawing {
  const found = drained(correlation(ramp, ramp, division, null, 50));
  return fields(found, { width, measure, x: "a", y: hostile[4] as string, by: "k", dark: true });
}

/// Every text lies within the picture, and no coordinate is none.
function sound(drawing: Drawing): void {
  for (const shape of drawing.shapes) {
    if (shape.kind !== "text") {
      expect(shape.path).not.toMatch(/NaN|Infinity|undefined/);
      continue;
    }
    if (shape.turned) continue;
    const wide = measure(shape.text);
    const left = shape.anchor === "start" ? shape.x : shape.anchor === "end" ? shape.x - wide : shape.x - wide / 2;
    expect(left, shape.text).toBeGreaterThan(-1);
    expect(left + wide, shape.text).toBeLessThan(drawing.width + 1);
    expect(shape.y).toBeLessThanOrEqual(drawing.height);
  }
}

describe("a plot", () => {
  it.each([180, 248, 900])("keeps its words within %i pixels, whatever they are", (width) => {
    sound(stacked(width));
    sound(together(width));
  });

  it.each(["violin", "box", "histogram"] as const)("of values is sound as %s, also where there are none", (kind) => {
    const blank = column(new Array(50).fill(Number.NaN));
    for (const values of [ramp, blank, column(new Array(50).fill(3))]) {
      sound(spread(values, kind));
      sound(spread(values, kind, true));
    }
    expect(spread(blank, kind).summary).toContain("no cell has a value");
  });

  it("says what the pointer is on, and nothing where there is nothing", () => {
    const drawing = stacked();
    const first = drawing.items[0];
    if (first === undefined) throw new Error("no items");
    expect(itemAt(drawing.items, first.x + 1, first.y + 1)).toBe(0);
    expect(first.told).toContain("10 cells, 100\u00A0%");
    expect(itemAt(drawing.items, -50, -50)).toBe(-1);
  });

  it("tells by its table what its picture shows", () => {
    const { table, notes } = spread(ramp, "violin", true);
    expect(table.rows.length).toBe(5);
    expect(table.rows.reduce((sum, row) => sum + Number(row[1]), 0)).toBe(44);
    expect(notes.join()).toContain("6 cells at 0 or below");
    const { summary } = together();
    expect(summary).toContain("Pearson r 1.000, Spearman ρ 1.000, n\u00A050");
  });

  it("is a file in which names are text", () => {
    const text = paper(stacked(), { dataset: "</metadata><script>" });
    expect(text).not.toContain("<script");
    expect(text).toContain("&#60;script&#62;");
  });

  it("is a table whose names are no formulas", () => {
    const lines = csv(stacked().table).split("\r\n");
    expect(lines[0]).toBe("k,k,cells,percent");
    expect(lines[2]).toBe(`"'=HYPERLINK(""x"")","'=HYPERLINK(""x"")",10,100`);
  });
});

describe("axes", () => {
  it.each([
    [0, 1, ["0", "0.2", "0.4", "0.6", "0.8", "1"]],
    [-3, 7, ["−2", "0", "2", "4", "6"]],
    [0, 1e9, ["0", "2e8", "4e8", "6e8", "8e8", "1e9"]],
    [5, 5, ["5"]],
  ])("from %f to %f have round ticks", (low, high, expected) => {
    expect(ticks({ low, high, logarithmic: false }, 5).map((tick) => tick.text)).toEqual(expected);
  });

  it("that are logarithmic have powers of ten, or round values where they span less than two", () => {
    const texts = (low: number, high: number) => ticks({ low, high, logarithmic: true }, 5).map((tick) => tick.text);
    expect(texts(0.05, 2000)).toEqual(["0.1", "1", "10", "100", "1,000"]);
    expect(texts(20, 60)).toEqual(["20", "50"]);
    expect(texts(30, 40)).toEqual(["30", "32", "34", "36", "38", "40"]);
  });

  it("have a tick wherever numbers end", () => {
    for (const [low, high] of [
      [-1.7e308, 1.7e308],
      [5e-324, 1e-323],
      [1, 1 + 1e-15],
    ]) {
      const found = ticks({ low: low as number, high: high as number, logarithmic: false }, 5);
      expect(found.length).toBeGreaterThan(0);
      expect(found.length).toBeLessThan(60);
    }
  });
});

it("a name that is cut is cut between characters", () => {
  expect(fitting("abc", 100, measure)).toBe("abc");
  expect(fitting("😀a😀b😀", 4 * TEXT * 0.6, measure)).toBe("😀a…😀");
  expect(fitting("CD4+/CD45RA+ Naive T", 10 * TEXT * 0.6, measure)).toBe("CD4+/…ve T");
  expect(fitting("abc", 0, measure)).toBe("…");
});
