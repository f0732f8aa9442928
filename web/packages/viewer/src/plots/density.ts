/// How dense values lie: a kernel density of Gaussian bells (for violins), and counts in equal steps (for histograms).

import { moments } from "./values";

/// Steps into which values are sorted before the bells: the error is far below a pixel, the work no longer grows with the cells.
const FINE = 1024;
/// Beyond so many widths a bell is nothing.
const REACH = 5;

/// The density at equal steps from `low` to `high`, as scipy's gaussian_kde with Scott's rule has it; undefined where all
/// values are the same.
export function density(values: Float64Array, low: number, high: number, steps: number): Float64Array | undefined {
  const { deviation } = moments(values);
  if (!(deviation > 0) || !(high > low)) return undefined;
  const width = deviation * values.length ** (-1 / 5);
  const least = values.reduce((a, b) => Math.min(a, b), Infinity);
  const most = values.reduce((a, b) => Math.max(a, b), -Infinity);
  const step = (most - least) / (FINE - 1);
  if (!(step > 0)) return undefined;
  const weights = new Float64Array(FINE + 1);
  for (const value of values) {
    const place = (value - least) / step;
    const at = Math.floor(place);
    weights[at] = (weights[at] as number) + 1 - (place - at);
    weights[at + 1] = (weights[at + 1] as number) + place - at;
  }
  const found = new Float64Array(steps);
  const scale = 1 / (values.length * width * Math.sqrt(2 * Math.PI));
  for (let index = 0; index < steps; index++) {
    const here = low + ((high - low) * index) / (steps - 1);
    const from = Math.max(0, Math.ceil((here - REACH * width - least) / step));
    const to = Math.min(FINE - 1, Math.floor((here + REACH * width - least) / step));
    let sum = 0;
    for (let at = from; at <= to; at++) {
      const weight = weights[at] as number;
      if (weight > 0) sum += weight * Math.exp(-0.5 * ((here - least - at * step) / width) ** 2);
    }
    found[index] = sum * scale;
  }
  return found;
}

/// As numpy's histogram: the last step has its upper end, too.
export function histogram(values: Float64Array, low: number, high: number, steps: number): Uint32Array {
  const counts = new Uint32Array(steps);
  const factor = high > low ? steps / (high - low) : 0;
  for (const value of values) {
    if (!(value >= low && value <= high)) continue;
    const at = Math.min(steps - 1, Math.floor((value - low) * factor));
    counts[at] = (counts[at] as number) + 1;
  }
  return counts;
}
