/// Makes a hostile output sendable, so that one odd key of a stranger's notebook does not keep a cell from being shown.

import type { GuestBundle, GuestOutput } from "./methods.js";
import { MIME_TYPE_CHARS, MIME_TYPES } from "./methods.js";
import { POISON } from "./plain.js";

const METADATA_DEPTH = 60;
const METADATA_NODES = 50_000;
const METADATA_KEYS = 1000;
const KEY_CHARS = 1000;

/// Drops MIME types and keys that the bridge does not take; metadata that is too large becomes empty.
export function tameOutput(
  id: string,
  data: GuestBundle,
  metadata: Readonly<Record<string, unknown>>,
  text?: string,
): GuestOutput {
  const kept = Object.entries(data).filter(([mime]) => !POISON.has(mime) && mime.length <= MIME_TYPE_CHARS);
  const output = { id, data: Object.fromEntries(kept.slice(0, MIME_TYPES)), metadata: tameMetadata(metadata) };
  return text === undefined ? output : { ...output, text };
}

function tameMetadata(metadata: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  let nodes = METADATA_NODES;

  const copy = (value: unknown, depth: number): unknown => {
    nodes -= 1;
    if (nodes < 0 || depth < 0) throw new RangeError("too much");
    if (Array.isArray(value)) return value.map((item) => copy(item, depth - 1));
    if (typeof value === "number") return Number.isFinite(value) ? value : null;
    if (typeof value !== "object" || value === null) return value ?? null;
    const kept = Object.entries(value).filter(([key]) => !POISON.has(key) && key.length <= KEY_CHARS);
    return Object.fromEntries(kept.slice(0, METADATA_KEYS).map(([key, item]) => [key, copy(item, depth - 1)]));
  };

  try {
    return copy(metadata, METADATA_DEPTH) as Readonly<Record<string, unknown>>;
  } catch {
    return {};
  }
}
