/// Numbers of cells as they are, from bytes as they came; and what is said of many of them.

import { real, type Values } from "../colour/range";

export interface Column extends Values {
  readonly missing: number;
}

/// The finite values of these cells, in their order, and how many have none.
export function gathered(
  column: Column,
  cells: Uint32Array,
  from: number,
  to: number,
): { readonly values: Float64Array; readonly missing: number } {
  const { values: raw, top, missing } = column;
  const values = new Float64Array(to - from);
  let size = 0;
  for (let at = from; at < to; at++) {
    const found = raw[cells[at] as number] as number;
    if (found === missing || !Number.isFinite(found) || (top !== 0 && found > top)) continue;
    values[size++] = real(column, found);
  }
  return { values: values.subarray(0, size), missing: to - from - size };
}

/// Of ascending values, as numpy's default: between the two nearest, by their distance.
export function quantile(ascending: Float64Array, share: number): number {
  const place = share * (ascending.length - 1);
  const low = Math.floor(place);
  const below = ascending[low] ?? Number.NaN;
  const above = ascending[Math.min(low + 1, ascending.length - 1)] ?? Number.NaN;
  return below + (above - below) * (place - low);
}

export interface Moments {
  readonly mean: number;
  /// Of a sample: divided by one less.
  readonly deviation: number;
}

/// Twice through: differences from the mean lose nothing where values are large and alike.
export function moments(values: Float64Array): Moments {
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return { mean, deviation: values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : 0 };
}
