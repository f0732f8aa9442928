/// JSON as a tree to be opened step by step. Pure: a node knows its children only when they are asked for.

/// A larger text is shown as text: parsing stops the page.
export const TREE_BYTES = 4 * 1024 * 1024;
/// Children shown at once.
export const CHILDREN = 100;
const VALUE_CHARS = 300;
const KEY_CHARS = 120;

export interface Entry {
  readonly key: string;
  readonly value: unknown;
}

export function isBranch(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

export function childCount(value: object): number {
  return Array.isArray(value) ? value.length : Object.keys(value).length;
}

/// The children `from` to `until`.
export function children(value: object, until: number): readonly Entry[] {
  if (Array.isArray(value))
    return value.slice(0, until).map((item: unknown, index) => ({ key: String(index), value: item }));
  return Object.keys(value)
    .slice(0, until)
    .map((key) => ({ key, value: (value as Record<string, unknown>)[key] }));
}

export function shortKey(key: string): string {
  return key.length > KEY_CHARS ? `${key.slice(0, KEY_CHARS)}…` : key;
}

/// A value in one line.
export function summary(value: unknown, whole = false): string {
  if (typeof value === "string") {
    const shown = whole ? value : value.slice(0, VALUE_CHARS);
    return JSON.stringify(shown) + (shown.length < value.length ? `… (${value.length} characters)` : "");
  }
  if (!isBranch(value)) return String(value);
  const count = childCount(value);
  if (Array.isArray(value)) return count === 1 ? "[1 item]" : `[${count} items]`;
  return count === 1 ? "{1 key}" : `{${count} keys}`;
}

export function kindOf(value: unknown): string {
  return value === null ? "null" : typeof value;
}

export function isLong(value: unknown): boolean {
  return typeof value === "string" && value.length > VALUE_CHARS;
}
