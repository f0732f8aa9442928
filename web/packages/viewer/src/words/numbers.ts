/// Numbers as they are read. In English everywhere, as all words here are.

const whole = new Intl.NumberFormat("en");

/// How many there are of something.
export function count(value: number): string {
  return whole.format(value);
}
