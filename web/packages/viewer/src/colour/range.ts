/// From what values there are to the range that colours span: from bytes as they come, quantised or not, in one pass
/// over at most a sample, since percentiles of a million values need no million.

export interface Values {
  readonly values: Float32Array | Uint8Array | Uint16Array;
  /// Of the real value at step 0 and at the highest step, where quantised.
  readonly min: number;
  readonly max: number;
  /// The highest step that is a value; 0 where the values are themselves.
  readonly top: number;
}

const SAMPLE = 65_536;

/// The real value of a step.
export function real(column: Values, step: number): number {
  return column.top === 0 ? step : column.min + (step * (column.max - column.min)) / column.top;
}

/// The step of a real value, as the shader compares it.
export function step(column: Values, value: number): number {
  if (column.top === 0) return value;
  return ((value - column.min) / (column.max - column.min || 1)) * column.top;
}

/// Cells without a value.
export function missingOf({ values, top }: Values): number {
  let count = 0;
  for (const value of values) if (top === 0 ? !Number.isFinite(value) : value > top) count++;
  return count;
}

/// Real values at these percentiles (0–100) of what is finite; undefined where nothing is.
export function percentiles(column: Values, low: number, high: number): readonly [number, number] | undefined {
  const { values, top } = column;
  const stride = Math.max(1, Math.floor(values.length / SAMPLE));
  const seen = new Float64Array(Math.ceil(values.length / stride));
  let size = 0;
  for (let at = 0; at < values.length; at += stride) {
    const value = values[at] as number;
    if (Number.isFinite(value) && (top === 0 || value <= top)) seen[size++] = value;
  }
  if (size === 0) return undefined;
  const found = seen.subarray(0, size);
  if (low <= 0 && high >= 100) {
    // As most genes are drawn: the picture waits for it, and not for a sorting.
    const [least, most] = ends(found);
    return [real(column, least), real(column, most)];
  }
  found.sort();
  const place = (percent: number) => found[Math.round((percent / 100) * (found.length - 1))] as number;
  return [real(column, place(low)), real(column, place(high))];
}

function ends(values: Float64Array): readonly [number, number] {
  let [least, most] = [Infinity, -Infinity];
  for (let at = 0; at < values.length; at++) {
    const value = values[at] as number;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return [least, most];
}
