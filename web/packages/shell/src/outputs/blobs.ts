/// Text of blobs, fetched by hash from the blob server, in ranges; never more of it than was asked for, and of that only
/// the newest stays in memory; nothing while the daemon is gone. A hash is 64 hex digits by the protocol's types; it is checked here all the same, because
/// it becomes part of a URL.

import type { BlobRef } from "@fumehood/protocol";
import { served, whenServed } from "./served.js";

/// Reads kept at once, each of at most `KEPT_BYTES`.
const KEPT = 48;
const KEPT_BYTES = 131072;
/// Bytes of one read of something long.
export const MOST = 1 << 20;
/// A read may fail a moment before the loss of the daemon is known.
const LOSS_MS = 1000;

export class BlobError extends Error {}

const kept = new Map<string, Promise<Uint8Array>>();

export function blobUrl(base: string, ref: BlobRef): string {
  if (!/^[0-9a-f]{64}$/.test(ref.blob)) throw new BlobError("That is no hash.");
  return `${base}/blob/${ref.blob}`;
}

/// Bytes `from` to `until` of the blob. Rejects with `BlobError`.
export function readBytes(base: string, ref: BlobRef, from = 0, until = ref.size): Promise<Uint8Array> {
  if (until - from > KEPT_BYTES) return fetchBytes(base, ref, from, until);
  const key = `${ref.blob}:${from}-${until}`;
  let bytes = kept.get(key);
  if (bytes === undefined) {
    bytes = fetchBytes(base, ref, from, until);
    bytes.catch(() => kept.delete(key));
  }
  kept.delete(key);
  kept.set(key, bytes);
  for (const oldest of kept.keys()) {
    if (kept.size <= KEPT) break;
    kept.delete(oldest);
  }
  return bytes;
}

async function fetchBytes(base: string, ref: BlobRef, from: number, until: number): Promise<Uint8Array> {
  if (until <= from) return new Uint8Array();
  const whole = from === 0 && until >= ref.size;
  const url = blobUrl(base, ref);
  const headers: Record<string, string> = whole ? {} : { Range: `bytes=${from}-${until - 1}` };
  await whenServed();
  let answer: Response;
  let bytes: Uint8Array;
  try {
    answer = await fetch(url, { credentials: "omit", referrerPolicy: "no-referrer", redirect: "error", headers });
    bytes = new Uint8Array(await answer.arrayBuffer());
  } catch {
    await new Promise((resolve) => setTimeout(resolve, LOSS_MS));
    if (!served()) return fetchBytes(base, ref, from, until);
    throw new BlobError("The output's data could not be reached.");
  }
  if (answer.status === 404) throw new BlobError("The output's data is no longer kept.");
  if (answer.status !== (whole ? 200 : 206))
    throw new BlobError(`The output's data could not be read (${answer.status}).`);
  return bytes;
}

/// Text of a range; what is cut at its ends is left out when it is no whole character.
export async function readText(base: string, ref: BlobRef, from = 0, until = ref.size): Promise<string> {
  const bytes = await readBytes(base, ref, from, until);
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(
    bytes.subarray(from === 0 ? 0 : wholeFrom(bytes), wholeUntil(bytes)),
  );
}

function wholeFrom(bytes: Uint8Array): number {
  let at = 0;
  while (at < 3 && at < bytes.length && ((bytes[at] ?? 0) & 0xc0) === 0x80) at++;
  return at;
}

/// Where the last whole UTF-8 character of `bytes` ends.
export function wholeUntil(bytes: Uint8Array): number {
  for (let back = 1; back <= 4 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

export function sizeOf(content: string | BlobRef): number {
  return typeof content === "string" ? content.length : content.size;
}
