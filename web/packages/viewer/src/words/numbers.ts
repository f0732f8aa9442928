/// Numbers as they are read and typed. In English everywhere, as all words here are.

const whole = new Intl.NumberFormat("en");
const read = new Map<number, Intl.NumberFormat>();
const fields = new Intl.NumberFormat("en", { maximumSignificantDigits: 5, useGrouping: false });

/// How many there are of something.
export function count(value: number): string {
  return whole.format(value);
}

/// A value in words, tables and legends: four digits tell what there is to be seen.
export function measured(value: number, digits = 4): string {
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e7 || size < 1e-4)) return signed(value.toExponential(digits - 2));
  let format = read.get(digits);
  if (format === undefined) {
    format = new Intl.NumberFormat("en", { maximumSignificantDigits: digits });
    read.set(digits, format);
  }
  return signed(format.format(value));
}

/// With a minus, not a hyphen, which is short and breaks a line.
export function signed(text: string): string {
  return text.replace("e+", "e").replaceAll("-", "−");
}

/// In a field, where what stands there is read again as a number.
export function typed(value: number): string {
  return fields.format(value);
}
