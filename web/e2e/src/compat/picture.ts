/// What a picture of the page shows in a part of it: how many colours, how much of it is not paper. Reads PNG as browsers
/// write it: eight bits, RGB or RGBA, not interlaced.

import { inflateSync } from "node:zlib";
import type { Box } from "../page";

export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly pixels: Buffer;
}

export function decode(png: Buffer): Picture {
  const parts: Buffer[] = [];
  let [width, height, channels] = [0, 0, 0];
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    const type = png.toString("latin1", at + 4, at + 8);
    const data = png.subarray(at + 8, at + 8 + length);
    if (type === "IHDR") {
      [width, height] = [data.readUInt32BE(0), data.readUInt32BE(4)];
      channels = data[9] === 6 ? 4 : 3;
      if (data[8] !== 8 || (data[9] !== 6 && data[9] !== 2)) throw new Error("a PNG of another kind");
    } else if (type === "IDAT") parts.push(data);
    at += length + 12;
  }
  const raw = inflateSync(Buffer.concat(parts));
  const row = width * channels;
  const pixels = Buffer.alloc(row * height);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (row + 1)] ?? 0;
    for (let x = 0; x < row; x++) {
      const left = x >= channels ? (pixels[y * row + x - channels] ?? 0) : 0;
      const up = y > 0 ? (pixels[(y - 1) * row + x] ?? 0) : 0;
      const corner = x >= channels && y > 0 ? (pixels[(y - 1) * row + x - channels] ?? 0) : 0;
      const value = raw[y * (row + 1) + 1 + x] ?? 0;
      pixels[y * row + x] = (value + predicted(filter, left, up, corner)) & 255;
    }
  }
  return { width, height, channels, pixels };
}

function predicted(filter: number, left: number, up: number, corner: number): number {
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >> 1;
  if (filter !== 4) return 0;
  const [a, b, c] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

export interface Ink {
  /// In steps of 16, so that one smoothed letter is a few.
  readonly colours: number;
  /// Part of it that has not the commonest colour.
  readonly inked: number;
}

export function ink({ width, height, channels, pixels }: Picture, box: Box): Ink {
  const counts = new Map<number, number>();
  let all = 0;
  const [right, bottom] = [
    Math.min(width, Math.floor(box.x + box.width)),
    Math.min(height, Math.floor(box.y + box.height)),
  ];
  for (let y = Math.max(0, Math.ceil(box.y)); y < bottom; y++)
    for (let x = Math.max(0, Math.ceil(box.x)); x < right; x++) {
      const at = (y * width + x) * channels;
      const colour =
        (((pixels[at] ?? 0) >> 4) << 8) | (((pixels[at + 1] ?? 0) >> 4) << 4) | ((pixels[at + 2] ?? 0) >> 4);
      counts.set(colour, (counts.get(colour) ?? 0) + 1);
      all += 1;
    }
  const most = Math.max(0, ...counts.values());
  return { colours: counts.size, inked: all === 0 ? 0 : 1 - most / all };
}
