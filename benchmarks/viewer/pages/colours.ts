/// Ten colours of kinds, and a ramp of 256, as hexadecimal; and the size of every picture.

export const WIDTH = 900;
export const HEIGHT = 700;

const hex = (rgb: readonly number[]) =>
  `#${rgb.map((value) => Math.round(value).toString(16).padStart(2, "0")).join("")}`;
const hue = (at: number) => [0, 1, 2].map((part) => 140 + 100 * Math.cos(at * 2.4 + part * 2.1));

export const KINDS = Array.from({ length: 12 }, (_, at) => hex(hue(at)));
export const RAMP = Array.from({ length: 256 }, (_, at) => hex([at, 90 + at / 3, 255 - at]));

/// As RGBA bytes, one after the other.
export function bytes(colours: readonly string[]): Uint8Array<ArrayBuffer> {
  const found = new Uint8Array(colours.length * 4);
  colours.forEach((colour, at) => {
    const value = Number.parseInt(colour.slice(1), 16);
    found.set([value >> 16, (value >> 8) & 255, value & 255, 255], at * 4);
  });
  return found;
}
