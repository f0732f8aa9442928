/// Binary messages: Yjs sync and awareness. A frame is room id (16 bytes), document (1), kind (1), payload; the
/// payloads are those of y-protocols without their own type bytes.

import { Document, HEAD, Kind } from "./generated/frames.js";
import { limits } from "./generated/limits.js";
import { HoodError } from "./jsonrpc.js";

export interface Frame {
  /// 32 hex digits.
  readonly room: string;
  readonly document: (typeof Document)[keyof typeof Document];
  readonly kind: (typeof Kind)[keyof typeof Kind];
  readonly payload: Uint8Array;
}

const DOCUMENTS: ReadonlySet<number> = new Set(Object.values(Document));
const KINDS: ReadonlySet<number> = new Set(Object.values(Kind));

export function encodeFrame(frame: Frame): Uint8Array<ArrayBuffer> {
  if (!/^[0-9a-f]{32}$/.test(frame.room)) throw new HoodError("protocol.bad_message", "A room id has 32 hex digits.");
  const data = new Uint8Array(HEAD + frame.payload.length);
  for (let at = 0; at < 16; at++) data[at] = Number.parseInt(frame.room.slice(2 * at, 2 * at + 2), 16);
  data[16] = frame.document;
  data[17] = frame.kind;
  data.set(frame.payload, HEAD);
  return data;
}

/// The payload is a view of `data`, not a copy. Throws `HoodError`.
export function decodeFrame(data: Uint8Array): Frame {
  const document = data[16];
  const kind = data[17];
  if (data.length < HEAD || document === undefined || kind === undefined)
    throw new HoodError("protocol.bad_message", `A binary message has a head of ${HEAD} bytes.`);
  if (!DOCUMENTS.has(document) || !KINDS.has(kind))
    throw new HoodError("protocol.bad_message", "A binary message names an unknown document or kind.");
  const cap = kind === Kind.AWARENESS ? limits.AWARENESS_MESSAGE : limits.SYNC_MESSAGE;
  if (data.length - HEAD > cap) throw new HoodError("limit.exceeded", `Such a message may have ${cap} bytes.`);
  let room = "";
  for (let at = 0; at < 16; at++) room += (data[at] ?? 0).toString(16).padStart(2, "0");
  return {
    room,
    document: document as Frame["document"],
    kind: kind as Frame["kind"],
    payload: data.subarray(HEAD),
  };
}
