/// Binary values on their way in and out: base64 in messages, or bytes on the blob server.

import type { GuestBlob, GuestBuffer } from "@fumehood/bridge";

const SLICE = 0x6000;

export function toBase64(data: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < data.length; at += SLICE) parts.push(String.fromCharCode(...data.subarray(at, at + SLICE)));
  return btoa(parts.join(""));
}

export function fromBase64(text: string): DataView {
  const binary = atob(text);
  const data = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at++) data[at] = binary.charCodeAt(at);
  return new DataView(data.buffer);
}

/// Whatever a widget hands over as binary.
export function bytesOf(buffer: ArrayBuffer | ArrayBufferView): Uint8Array {
  return ArrayBuffer.isView(buffer)
    ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
    : new Uint8Array(buffer);
}

export type Fetch = (blob: GuestBlob) => Promise<ArrayBuffer>;

/// Done at once, without a turn of the loop, where nothing has to be fetched.
export function loaded(values: readonly (string | GuestBlob)[], fetch: Fetch): DataView[] | Promise<DataView[]> {
  if (values.every((value) => typeof value === "string")) return values.map(fromBase64);
  return Promise.all(
    values.map(async (value) => (typeof value === "string" ? fromBase64(value) : new DataView(await fetch(value)))),
  );
}

export function pathsOf(buffers: readonly GuestBuffer[]): (string | number)[][] {
  return buffers.map(({ path }) => [...path]);
}
