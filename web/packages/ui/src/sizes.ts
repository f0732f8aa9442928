/// Sizes of files and messages as people read them: in steps of a thousand, two digits at least before there is no point.

const UNITS = ["kB", "MB", "GB", "TB"] as const;

export function byteSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  let value = bytes / 1000;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${UNITS[unit]}`;
}
