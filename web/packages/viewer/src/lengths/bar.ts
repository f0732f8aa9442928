/// A scale bar as a value: of which length it is, and how long on the screen or the paper. Both draw it from here.

/// Of an embedding that is of places: how long one unit of the picture's coordinates is, in which unit.
export interface Unit {
  readonly length: number;
  readonly name: string;
}

export interface Bar {
  /// In what the picture is measured in.
  readonly reach: number;
  readonly text: string;
}

const number = new Intl.NumberFormat("en", { maximumSignificantDigits: 3, useGrouping: false });
/// Letters of a unit's name: it may be a stranger's.
const LETTERS = 20;
/// What a micrometre is a thousand of, and a thousandth.
const METRIC = [
  { name: "mm", of: 1000 },
  { name: "µm", of: 1 },
  { name: "nm", of: 0.001 },
] as const;

/// The longest of 1, 2 and 5 times a power of ten that takes at most `most`, where `scale` is how long one unit of the
/// picture's coordinates is drawn; undefined where there is none that could be drawn.
export function barOf(unit: Unit, scale: number, most: number): Bar | undefined {
  const each = scale / unit.length;
  const length = rounded(most / each);
  const reach = length * each;
  if (!(reach > 0 && reach <= most * (1 + 1e-9) && Number.isFinite(length))) return undefined;
  return { reach, text: said(length, unit.name) };
}

function rounded(most: number): number {
  const power = 10 ** Math.floor(Math.log10(most));
  return (most >= 5 * power ? 5 : most >= 2 * power ? 2 : 1) * power;
}

function said(length: number, name: string): string {
  const short = [...name.slice(0, 2 * LETTERS)].slice(0, LETTERS).join("");
  const metric = name === "µm" ? (METRIC.find(({ of }) => length >= of * 0.999) ?? METRIC[2]) : { name: short, of: 1 };
  const value = length / metric.of;
  const text = value >= 1e9 || value < 1e-6 ? value.toExponential(0) : number.format(value);
  return `${text} ${metric.name}`.trim();
}
