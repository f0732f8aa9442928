/// Colours as numbers: `#rrggbb`, linear light, and OKLab (B. Ottosson, 2020), in which distances are as eyes see them;
/// also as eyes with a red-green deficiency see them (Machado, Oliveira, Fernandes, 2009, severity 1).

export type Rgb = readonly [number, number, number];
export type Lab = readonly [number, number, number];
type Rows = readonly [Rgb, Rgb, Rgb];

const HEX = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i;

const TO_CONES: Rows = [
  [0.4122214708, 0.5363325363, 0.0514459929],
  [0.2119034982, 0.6806995451, 0.1073969566],
  [0.0883024619, 0.2817188376, 0.6299787005],
];
const TO_LAB: Rows = [
  [0.2104542553, 0.793617785, -0.0040720468],
  [1.9779984951, -2.428592205, 0.4505937099],
  [0.0259040371, 0.7827717662, -0.808675766],
];
const FROM_LAB: Rows = [
  [1, 0.3963377774, 0.2158037573],
  [1, -0.1055613458, -0.0638541728],
  [1, -0.0894841775, -1.291485548],
];
const FROM_CONES: Rows = [
  [4.0767416621, -3.3077115913, 0.2309699292],
  [-1.2684380046, 2.6097574011, -0.3413193965],
  [-0.0041960863, -0.7034186147, 1.707614701],
];

/// Of linear light.
export const PROTAN: Rows = [
  [0.152286, 1.052583, -0.204868],
  [0.114503, 0.786281, 0.099216],
  [-0.003882, -0.048116, 1.051998],
];
export const DEUTAN: Rows = [
  [0.367322, 0.860646, -0.227968],
  [0.280085, 0.672501, 0.047413],
  [-0.01182, 0.04294, 0.968881],
];

/// Bytes of `#rrggbb`; undefined for anything else.
export function parsed(text: string): Rgb | undefined {
  const found = HEX.exec(text);
  return found === null ? undefined : (found.slice(1).map((part) => Number.parseInt(part, 16)) as unknown as Rgb);
}

/// As the GPU takes it; grey for what is no colour.
export function rgba(text: string): readonly [number, number, number, number] {
  const [r, g, b] = parsed(text) ?? [128, 128, 128];
  return [r / 255, g / 255, b / 255, 1];
}

export function written(bytes: Rgb): string {
  return `#${bytes.map((byte) => Math.round(byte).toString(16).padStart(2, "0")).join("")}`;
}

export function linear(bytes: Rgb): Rgb {
  return bytes.map((byte) => {
    const value = byte / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as unknown as Rgb;
}

/// Undefined where no screen shows it.
export function bytesOf(light: Rgb): Rgb | undefined {
  if (light.some((value) => value < -1e-4 || value > 1.0001)) return undefined;
  return light.map((value) => {
    const held = Math.max(0, Math.min(1, value));
    return Math.round(255 * (held <= 0.0031308 ? 12.92 * held : 1.055 * held ** (1 / 2.4) - 0.055));
  }) as unknown as Rgb;
}

export function times(rows: Rows, [x, y, z]: Rgb): Rgb {
  return rows.map(([a, b, c]) => a * x + b * y + c * z) as unknown as Rgb;
}

export function labOf(light: Rgb): Lab {
  return times(TO_LAB, times(TO_CONES, light).map(Math.cbrt) as unknown as Rgb);
}

export function lightOf(lab: Lab): Rgb {
  return times(FROM_CONES, times(FROM_LAB, lab).map((value) => value ** 3) as unknown as Rgb);
}

export function apart(one: Lab, other: Lab): number {
  return Math.hypot(one[0] - other[0], one[1] - other[1], one[2] - other[2]);
}
