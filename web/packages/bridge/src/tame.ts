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
  const copy = tameJson(metadata, { depth: METADATA_DEPTH, nodes: METADATA_NODES, keys: METADATA_KEYS });
  return (copy ?? {}) as Readonly<Record<string, unknown>>;
}

export interface Room {
  readonly depth: number;
  readonly nodes: number;
  /// Of one object; more are dropped.
  readonly keys: number;
}

/// A copy that the bridge takes: without the keys that it refuses, numbers that JSON has not as null, and integers that
/// Yjs brought as BigInt as numbers. Undefined for a value that is larger than `room`.
export function tameJson(value: unknown, room: Room): unknown {
  let nodes = room.nodes;

  const copy = (one: unknown, depth: number): unknown => {
    nodes -= 1;
    if (nodes < 0 || depth < 0) throw new RangeError("too much");
    if (Array.isArray(one)) return one.map((item) => copy(item, depth - 1));
    if (typeof one === "number") return Number.isFinite(one) ? one : null;
    if (typeof one === "bigint") return Number(one);
    if (typeof one === "string" || typeof one === "boolean") return one;
    if (typeof one !== "object" || one === null) return null;
    const kept = Object.entries(one).filter(([key]) => !POISON.has(key) && key.length <= KEY_CHARS);
    return Object.fromEntries(kept.slice(0, room.keys).map(([key, item]) => [key, copy(item, depth - 1)]));
  };

  try {
    return copy(value, room.depth);
  } catch {
    return undefined;
  }
}
