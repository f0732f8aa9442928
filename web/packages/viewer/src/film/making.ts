/// Films as files: each frame is drawn, and given on to what writes it. A video is encoded by the browser as fast as it
/// can, at the times that its frames have and not at those when they were drawn; where it encodes none, and for a clear
/// background, the frames are pictures in a ZIP. Between two frames the page lives on, and it can be told to stop.

import { encoded, paint } from "../figure/making";
import type { Size } from "../points/camera";
import type { Engine } from "../points/engine";
import { countOf, type Film, frameAt, wrong } from "./frames";
import { lengthOf } from "./path";
import { looking, type Reel } from "./reel";
import { type Colours, type Encoded, type Video, webm } from "./webm";
import { Zip } from "./zip";

export type Kind = "webm" | "zip";

export class FilmRefused extends Error {}

export interface Making {
  readonly engine: Engine;
  readonly reel: Reel;
  readonly film: Film;
  readonly kind: Kind;
  /// What made it; stands in the file.
  readonly provenance: Readonly<Record<string, unknown>>;
  readonly onFrame: (frame: number) => void;
  readonly signal: AbortSignal;
}

/// Takes frames one after another.
interface Sink {
  add(canvas: HTMLCanvasElement, frame: number): Promise<void>;
  end(): Promise<Blob>;
  close(): void;
}

/// Bits of a pixel: points on a plain ground are sharp everywhere.
const BITS = 0.18;
const [SLOWEST, FASTEST] = [1_000_000, 60_000_000];
/// Seconds from one frame that needs no other to the next.
const WHOLE = 2;
/// Frames that wait to be encoded.
const WAITING = 4;
const CODECS = [
  ["vp09.00.51.08", "V_VP9"],
  ["vp8", "V_VP8"],
] as const;

interface Codec {
  readonly config: VideoEncoderConfig;
  readonly name: Video["codec"];
}

/// Undefined where this browser encodes no such video.
export async function codecOf(size: Size, fps: number): Promise<Codec | undefined> {
  if (typeof VideoEncoder === "undefined" || typeof VideoFrame === "undefined") return undefined;
  const { width, height } = size;
  const bitrate = Math.round(Math.min(FASTEST, Math.max(SLOWEST, width * height * fps * BITS)));
  for (const [codec, name] of CODECS) {
    const config: VideoEncoderConfig = { codec, width, height, bitrate, framerate: fps };
    const found = await VideoEncoder.isConfigSupported(config).catch(() => undefined);
    if (found?.supported === true) return { config, name };
  }
  return undefined;
}

/// Throws FilmRefused, and what `signal` was aborted with.
export async function made(making: Making): Promise<Blob> {
  const { engine, reel, film, kind, signal } = making;
  const error = wrong(film, engine.largest);
  if (error !== undefined) throw new FilmRefused(error);
  const canvas = document.createElement("canvas");
  const sink = kind === "webm" ? await video(making) : pictures(making);
  try {
    const count = countOf(film.path, film.fps);
    for (let frame = 0; frame < count; frame++) {
      signal.throwIfAborted();
      const camera = frameAt(film.path, film.fps, frame, reel.box);
      if (camera === undefined) throw new FilmRefused("The way leads nowhere.");
      await paint(canvas, engine, looking(reel, camera), reel.ratio, soon);
      await sink.add(canvas, frame);
      making.onFrame(frame + 1);
      await soon();
    }
    signal.throwIfAborted();
    return await sink.end();
  } finally {
    sink.close();
    // Some browsers keep the pixels of a canvas for long after it was forgotten.
    canvas.width = 0;
  }
}

async function video({ film, provenance }: Making): Promise<Sink> {
  const { width, height, fps, path } = film;
  const codec = await codecOf(film, fps);
  if (codec === undefined) throw new FilmRefused("This browser makes no video of that size. Take the pictures.");
  const frames: Encoded[] = [];
  let failed: Error | undefined;
  let wake = () => {};
  let colours: Colours | undefined;
  const encoder = new VideoEncoder({
    output: (chunk, about) => {
      const data = new Uint8Array(chunk.byteLength);
      chunk.copyTo(data);
      frames.push({ data, time: Math.round(chunk.timestamp / 1000), whole: chunk.type === "key" });
      colours ??= coloursOf(about?.decoderConfig?.colorSpace);
    },
    error: (error) => {
      failed = error;
      wake();
    },
  });
  encoder.ondequeue = () => wake();
  const check = () => {
    if (failed !== undefined) throw new FilmRefused(`The browser could not make the video: ${failed.message}`);
  };
  encoder.configure(codec.config);
  return {
    async add(canvas, frame) {
      const each = 1e6 / fps;
      const picture = new VideoFrame(canvas, { timestamp: Math.round(frame * each), duration: Math.round(each) });
      try {
        check();
        encoder.encode(picture, { keyFrame: frame % Math.round(WHOLE * fps) === 0 });
      } finally {
        picture.close();
      }
      while (encoder.encodeQueueSize > WAITING && failed === undefined)
        await new Promise<void>((go) => {
          wake = go;
        });
    },
    async end() {
      check();
      await encoder.flush();
      check();
      const count = countOf(path, fps);
      if (frames.length !== count) throw new FilmRefused("The browser lost frames of the video. Take the pictures.");
      const length = (count * 1000) / fps;
      const tags = { ...title(provenance), COMMENT: JSON.stringify(provenance) };
      const parts = webm({ width, height, fps, length, codec: codec.name, colours, tags }, frames);
      return new Blob(parts, { type: "video/webm" });
    },
    close() {
      if (encoder.state !== "closed") encoder.close();
    },
  };
}

function title({ dataset }: Readonly<Record<string, unknown>>): { readonly TITLE?: string } {
  return typeof dataset === "string" ? { TITLE: dataset } : {};
}

const MATRICES: Readonly<Record<string, number>> = { rgb: 0, bt709: 1, bt470bg: 5, smpte170m: 6 };
const TRANSFERS: Readonly<Record<string, number>> = { bt709: 1, smpte170m: 6, "iec61966-2-1": 13 };
const PRIMARIES: Readonly<Record<string, number>> = { bt709: 1, bt470bg: 5, smpte170m: 6 };

function coloursOf(space: VideoColorSpaceInit | undefined): Colours | undefined {
  const matrix = MATRICES[space?.matrix ?? ""];
  const transfer = TRANSFERS[space?.transfer ?? ""];
  const primaries = PRIMARIES[space?.primaries ?? ""];
  if (matrix === undefined || transfer === undefined || primaries === undefined) return undefined;
  return { matrix, transfer, primaries, full: space?.fullRange === true };
}

function pictures({ film, provenance }: Making): Sink {
  const zip = new Zip(new Date());
  const digits = String(countOf(film.path, film.fps)).length;
  const add = (name: string, bytes: Uint8Array<ArrayBuffer>) => {
    if (!zip.room(bytes.length + name.length))
      throw new FilmRefused("The pictures take more than 2 GB. Take a smaller size, or fewer of them.");
    zip.add(name, bytes);
  };
  const about = { ...provenance, film: { fps: film.fps, seconds: lengthOf(film.path) } };
  add("film.json", new TextEncoder().encode(JSON.stringify(about, null, 1)));
  return {
    async add(canvas, frame) {
      const bytes = new Uint8Array(await (await encoded(canvas)).arrayBuffer());
      add(`frame-${String(frame + 1).padStart(digits, "0")}.png`, bytes);
    },
    end: async () => zip.end(),
    close() {},
  };
}

/// Lets the page live. Timers of pages that nobody looks at are slow; messages are not.
function soon(): Promise<void> {
  return new Promise((go) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      go();
    };
    port2.postMessage(null);
  });
}
