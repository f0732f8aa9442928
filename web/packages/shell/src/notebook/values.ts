/// JSON values and text on their way into the document: what every peer can hold, and within the bounds that the
/// daemon keeps (`fumehood.document.values`). Throws `limit.exceeded` before anything was written.

import { HoodError, limits } from "@fumehood/protocol";
import type { Values } from "./types.js";

const LONE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

/// Text without lone surrogates, which UTF-8 cannot spell.
export function tameText(text: string): string {
  return text.replace(LONE, "\uFFFD");
}

/// A cell's source as the document holds it: LF line ends.
export function sourceText(text: string): string {
  return tameText(text.includes("\r") ? text.replaceAll("\r\n", "\n").replaceAll("\r", "\n") : text);
}

export function checkSource(source: string): void {
  // A UTF-16 unit is at most three bytes of UTF-8.
  if (source.length * 3 <= limits.CELL_SOURCE_BYTES) return;
  if (byteLength(source) > limits.CELL_SOURCE_BYTES)
    throw new HoodError("limit.exceeded", `A cell's source may have ${limits.CELL_SOURCE_BYTES} bytes.`);
}

/// What JSON has of a value: no undefined, functions, big integers or cycles.
export function tame(value: unknown, what: string): unknown {
  return tamed(value, what, limits.JSON_DEPTH);
}

function tamed(value: unknown, what: string, depth: number): unknown {
  if (typeof value === "string") return tameText(value);
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value === "boolean" || value === null) return value;
  if (typeof value === "bigint") return Number(value);
  if (typeof value !== "object") return null;
  if (depth <= 0) throw new HoodError("limit.exceeded", `${what} is nested too deep.`);
  if (Array.isArray(value)) return value.map((inner) => tamed(inner, what, depth - 1));
  const kept: [string, unknown][] = [];
  for (const [key, inner] of Object.entries(value))
    if (inner !== undefined) kept.push([tameText(key), tamed(inner, what, depth - 1)]);
  return Object.fromEntries(kept);
}

export function tameAll(values: Values, what: string): Record<string, unknown> {
  const found = tame(values, what) as Record<string, unknown>;
  checkSize(found, what);
  return found;
}

export function checkSize(values: Values, what: string): void {
  if (byteLength(JSON.stringify(values)) > limits.METADATA_BYTES)
    throw new HoodError("limit.exceeded", `${what} may have ${limits.METADATA_BYTES} bytes.`);
}

/// Whether two JSON values are the same, whatever the order of keys.
export function same(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const left = Object.keys(one);
  if (left.length !== Object.keys(other).length) return false;
  return left.every(
    (key) =>
      Object.hasOwn(other, key) && same((one as Record<string, unknown>)[key], (other as Record<string, unknown>)[key]),
  );
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
