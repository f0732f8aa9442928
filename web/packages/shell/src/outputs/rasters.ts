/// What a raster says about itself in its first bytes: its real type and its size in pixels, so that nothing else is
/// given to a decoder, no image is larger than a page can bear, and the layout does not jump when it comes. Pure.

/// Bytes that are looked at.
export const HEAD = 16_384;
/// Width times height; browsers decode to four bytes each.
export const PIXELS = 120_000_000;
const SIDE = 32_768;

export interface Raster {
  readonly type: "image/png" | "image/jpeg" | "image/gif" | "image/webp";
  /// 0 where the first bytes do not say.
  readonly width: number;
  readonly height: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/// Null for what is none of the four.
export function readRaster(head: Uint8Array): Raster | null {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const starts = (...bytes: readonly number[]) => bytes.every((byte, index) => head[index] === byte);
  if (starts(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a))
    return head.length < 24 ? null : { type: "image/png", width: view.getUint32(16), height: view.getUint32(20) };
  if (starts(0x47, 0x49, 0x46, 0x38))
    return head.length < 10
      ? null
      : { type: "image/gif", width: view.getUint16(6, true), height: view.getUint16(8, true) };
  if (starts(0xff, 0xd8, 0xff)) return { type: "image/jpeg", ...jpegSize(view) };
  if (starts(0x52, 0x49, 0x46, 0x46) && ascii(head, 8, 4) === "WEBP")
    return { type: "image/webp", ...webpSize(head, view) };
  return null;
}

function ascii(head: Uint8Array, from: number, count: number): string {
  return String.fromCharCode(...head.subarray(from, from + count));
}

const UNKNOWN: Size = { width: 0, height: 0 };

function jpegSize(view: DataView): Size {
  let at = 2;
  while (at + 9 < view.byteLength && view.getUint8(at) === 0xff) {
    const marker = view.getUint8(at + 1);
    // Start of frame, of any kind but the three that are tables.
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker))
      return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    at += 2 + view.getUint16(at + 2);
  }
  return UNKNOWN;
}

function webpSize(head: Uint8Array, view: DataView): Size {
  if (head.length < 30) return UNKNOWN;
  const kind = ascii(head, 12, 4);
  const triple = (at: number) => view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
  if (kind === "VP8X") return { width: triple(24) + 1, height: triple(27) + 1 };
  if (kind === "VP8 ") return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  if (kind !== "VP8L") return UNKNOWN;
  const bits = view.getUint32(21, true);
  return { width: (bits & 0x3fff) + 1, height: ((bits >> 14) & 0x3fff) + 1 };
}

/// Why an image of this size is not decoded unasked; empty: it is.
export function tooLarge(size: Size): string {
  if (size.width * size.height <= PIXELS && Math.max(size.width, size.height) <= SIDE) return "";
  return `The image has ${size.width} × ${size.height} pixels.`;
}

/// `width` and `height` of an output's metadata for this MIME type, where they are numbers that make sense.
export function wantedSize(metadata: Readonly<Record<string, unknown>> | undefined, mime: string): Partial<Size> {
  const own = metadata?.[mime];
  if (typeof own !== "object" || own === null) return {};
  const { width, height } = own as Record<string, unknown>;
  return { ...(isSide(width) ? { width } : {}), ...(isSide(height) ? { height } : {}) };
}

function isSide(value: unknown): value is number {
  return typeof value === "number" && value >= 1 && value <= SIDE;
}

/// The size of the box: what the metadata wants, in the picture's own proportions where it names one side only.
export function boxSize(own: Size, wanted: Partial<Size>): Size {
  const ratio = own.width > 0 && own.height > 0 ? own.width / own.height : 0;
  if (wanted.width && wanted.height) return { width: wanted.width, height: wanted.height };
  if (wanted.width) return { width: wanted.width, height: ratio > 0 ? wanted.width / ratio : 0 };
  if (wanted.height) return { width: wanted.height * ratio, height: wanted.height };
  return own;
}

/// `needs_background` of the metadata, at either place where libraries write it.
export function background(
  metadata: Readonly<Record<string, unknown>> | undefined,
  mime: string,
): "light" | "dark" | undefined {
  const own = metadata?.[mime];
  for (const place of [metadata, own]) {
    if (typeof place !== "object" || place === null) continue;
    const value = (place as Record<string, unknown>).needs_background;
    if (value === "light" || value === "dark") return value;
  }
  return undefined;
}
