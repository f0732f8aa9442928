/// Files in one ZIP, as they are: pictures are compressed already. Each file is given on as it comes; only where it lies is
/// kept. Small enough that no reader needs ZIP64: `room` says so before.

import { crc32 } from "../figure/png";

/// Bytes in all, and files.
export const MOST = { bytes: 2_000_000_000, files: 65_000 } as const;
const [LOCAL, CENTRAL, END] = [0x04034b50, 0x02014b50, 0x06054b50];
/// Names are UTF-8.
const FLAGS = 0x0800;
const VERSION = 20;

interface Entry {
  readonly name: Uint8Array<ArrayBuffer>;
  readonly size: number;
  readonly crc: number;
  readonly at: number;
}

export class Zip {
  readonly #parts: BlobPart[] = [];
  readonly #entries: Entry[] = [];
  readonly #stamp: readonly [time: number, date: number];
  #at = 0;

  constructor(now: Date) {
    // Two seconds is as finely as ZIPs tell the time; they begin in 1980.
    const year = Math.min(127, Math.max(0, now.getFullYear() - 1980));
    this.#stamp = [
      (now.getHours() << 11) | (now.getMinutes() << 5) | (now.getSeconds() >> 1),
      (year << 9) | ((now.getMonth() + 1) << 5) | now.getDate(),
    ];
  }

  /// Whether so many bytes more may be added.
  room(bytes: number): boolean {
    return this.#at + bytes <= MOST.bytes && this.#entries.length < MOST.files;
  }

  add(called: string, bytes: Uint8Array<ArrayBuffer>): void {
    const name = new TextEncoder().encode(called);
    const entry = { name, size: bytes.length, crc: crc32(bytes), at: this.#at };
    const head = [this.#head(LOCAL, entry, [VERSION], []), name];
    // A blob of its own: the browser may keep it on a disk.
    this.#parts.push(...head, new Blob([bytes]));
    this.#entries.push(entry);
    this.#at += 30 + name.length + bytes.length;
  }

  end(): Blob {
    const index: BlobPart[] = [];
    let size = 0;
    for (const entry of this.#entries) {
      // No comment, the first disk, nothing said of the file; then where it lies.
      const tail = [0, 0, 0, 0, 0, entry.at & 0xffff, entry.at >>> 16];
      index.push(this.#head(CENTRAL, entry, [VERSION, VERSION], tail), entry.name);
      size += 46 + entry.name.length;
    }
    const count = this.#entries.length;
    const end = shorts([END & 0xffff, END >>> 16, 0, 0, count, count, ...long(size), ...long(this.#at), 0]);
    return new Blob([...this.#parts, ...index, end], { type: "application/zip" });
  }

  /// What both heads have in common, between what they do not.
  #head(signature: number, { name, size, crc }: Entry, versions: number[], tail: number[]): Uint8Array<ArrayBuffer> {
    const sizes = [...long(crc), ...long(size), ...long(size), name.length, 0];
    return shorts([...long(signature), ...versions, FLAGS, 0, ...this.#stamp, ...sizes, ...tail]);
  }
}

const long = (value: number) => [value & 0xffff, value >>> 16] as const;

function shorts(values: readonly number[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(values.length * 2);
  const view = new DataView(whole.buffer);
  values.forEach((value, at) => {
    view.setUint16(at * 2, value, true);
  });
  return whole;
}
