/// A widget's state as JSON has it: numbers that JSON has not become null, as when a kernel is told them.

export function jsonOf(value: unknown): unknown {
  return value === undefined ? null : JSON.parse(JSON.stringify(value));
}
