/// A plot as a value: shapes in pixels, what each place of it says to the pointer and to the keyboard, its numbers as a
/// table, and itself in words. The page shows it as SVG, a file is written of the same shapes.

/// A colour of the theme by what it is for, or one of the data as `#rrggbb`.
export type Ink = "fg" | "muted" | "line" | "bg" | `#${string}`;

export type Shape =
  | { readonly kind: "area"; readonly path: string; readonly ink: Ink; readonly opacity?: number; readonly edge?: Ink }
  | { readonly kind: "line"; readonly path: string; readonly ink: Ink; readonly width: number }
  | {
      readonly kind: "text";
      readonly x: number;
      readonly y: number;
      readonly text: string;
      /// What the text was before it was cut.
      readonly whole?: string;
      readonly anchor: "start" | "middle" | "end";
      readonly ink: Ink;
      readonly bold?: boolean;
      /// It runs upwards.
      readonly turned?: boolean;
    };

/// A place that has something to say.
export interface Item {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly told: string;
}

export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly shapes: readonly Shape[];
  readonly items: readonly Item[];
  /// All of it in words, for who does not see it.
  readonly summary: string;
  /// What is worth saying to who does; "": nothing.
  readonly caption: string;
  readonly table: Table;
  /// What is not in the picture: cells without a value, parts that are too many.
  readonly notes: readonly string[];
}

/// A text's width in pixels.
export type Measure = (text: string) => number;

export const TEXT = 11;
/// No name of so many characters fits anywhere.
const LONG = 400;

export function box(x: number, y: number, width: number, height: number): string {
  return `M${at(x)} ${at(y)}h${at(width)}v${at(height)}h${at(-width)}z`;
}

/// Through points, as many numbers as twice the points.
export function through(points: readonly number[], closed = false): string {
  let path = "";
  for (let one = 0; one + 1 < points.length; one += 2) {
    path += `${one === 0 ? "M" : "L"}${at(points[one] as number)} ${at(points[one + 1] as number)}`;
  }
  return closed ? `${path}z` : path;
}

export function at(value: number): number {
  return Math.round(value * 100) / 100;
}

/// With an ellipsis in its middle where it does not fit: names of cell types begin alike. Cut between characters, not
/// within one.
export function fitting(text: string, width: number, measure: Measure): string {
  if (text.length < LONG && measure(text) <= width) return text;
  const letters = text.length < 2 * LONG ? [...text] : [...text.slice(0, LONG), ...text.slice(-LONG)];
  const cut = (count: number) => {
    const end = Math.floor(count * 0.45);
    const before = letters.slice(0, count - end).join("");
    return `${before.trimEnd()}…${letters
      .slice(letters.length - end)
      .join("")
      .trimStart()}`;
  };
  let [low, high] = [0, letters.length];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (measure(cut(middle)) <= width) low = middle;
    else high = middle - 1;
  }
  return cut(low);
}

/// The item that holds a point, else the nearest within a few pixels.
export function itemAt(items: readonly Item[], x: number, y: number): number {
  let [best, least] = [-1, 6];
  items.forEach((item, index) => {
    const away = Math.hypot(
      Math.max(item.x - x, 0, x - item.x - item.width),
      Math.max(item.y - y, 0, y - item.y - item.height),
    );
    if (away < least || (away === 0 && least === 0)) [best, least] = [index, away];
  });
  return best;
}
