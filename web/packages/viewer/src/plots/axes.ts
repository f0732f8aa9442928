/// Where an axis has its ticks, and what they say.

import { signed } from "../words/numbers";

export interface Tick {
  readonly at: number;
  readonly text: string;
}

/// In values, from the least to the greatest of the axis.
export interface Axis {
  readonly low: number;
  readonly high: number;
  readonly logarithmic: boolean;
}

const STEPS = [1, 2, 2.5, 5, 10];
const plain = new Intl.NumberFormat("en", { maximumSignificantDigits: 6 });

/// About so many, at round values within the axis; at least one.
export function ticks(axis: Axis, about: number): Tick[] {
  const { low, high } = axis;
  if (!(high > low)) return [{ at: low, text: told(low) }];
  const found = axis.logarithmic ? decades(low, high, about) : [];
  if (found.length > 1) return found;
  // One number alone is no axis.
  for (let more = about; more < about + 4; more++) {
    const tried = even(low, high, more);
    if (tried.length > 1) return tried;
  }
  return even(low, high, about);
}

function even(low: number, high: number, about: number): Tick[] {
  const raw = (high - low) / Math.max(1, about);
  const power = 10 ** Math.floor(Math.log10(raw));
  if (!(power > 0) || !Number.isFinite(power)) return [{ at: low, text: told(low) }];
  const step = (STEPS.find((one) => one * power >= raw * 0.999) ?? 10) * power;
  const found: Tick[] = [];
  for (let at = Math.ceil(low / step - 1e-9); at * step <= high + step * 1e-9 && found.length < 50; at++) {
    // 3 × 0.1 is not 0.3.
    const value = Number((at * step).toPrecision(12));
    found.push({ at: value, text: told(value) });
  }
  return found;
}

function decades(low: number, high: number, about: number): Tick[] {
  const [from, to] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)];
  if (to - from < 2) return within(low, high);
  const step = Math.max(1, Math.ceil((to - from) / Math.max(1, about)));
  const found: Tick[] = [];
  for (let power = from; power <= to; power += step) found.push({ at: 10 ** power, text: told(10 ** power) });
  return found;
}

/// Once, twice and five times each power of ten.
function within(low: number, high: number): Tick[] {
  const found: Tick[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++) {
    for (const times of [1, 2, 5]) {
      const value = Number((times * 10 ** power).toPrecision(1));
      if (value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9)) found.push({ at: value, text: told(value) });
    }
  }
  return found;
}

/// A value on an axis: as short as it comes.
function told(value: number): string {
  const size = Math.abs(value);
  return signed(size !== 0 && (size >= 1e6 || size < 1e-4) ? value.toExponential() : plain.format(value));
}

/// The share of the way along an axis.
export function along(axis: Axis, value: number): number {
  const place = axis.logarithmic ? Math.log10 : (one: number) => one;
  const [low, high] = [place(axis.low), place(axis.high)];
  return high > low ? (place(value) - low) / (high - low) : 0.5;
}
