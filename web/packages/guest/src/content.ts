/// One MIME type's content of one output: inline, or bytes on the blob server that are fetched when they are needed.

import type { GuestBlob, GuestOutput } from "@fumehood/bridge";
import type { WidgetPort } from "./widgets/port.js";

const MIB = 1024 * 1024;
/// More text than this no renderer survives.
const LARGEST_TEXT = 64 * MIB;
const LARGEST_FILE = 512 * MIB;

/// What nbformat writes as base64.
const BINARY = /^(?:image\/(?!svg)|audio\/|video\/|application\/pdf$)/;

export class TooLarge extends Error {
  override readonly name = "TooLarge";
}

export class Blobs {
  /// `http://127.0.0.1:PORT`.
  base = "";

  url(hash: string): string {
    return `${this.base}/blob/${hash}`;
  }

  async fetch({ blob, size }: GuestBlob, most: number, signal: AbortSignal): Promise<Blob> {
    if (size > most) throw new TooLarge(`${sizeText(size)} are more than can be shown (${sizeText(most)}).`);
    const answer = await fetch(this.url(blob), { signal, credentials: "omit", referrerPolicy: "no-referrer" });
    if (!answer.ok) throw new Error(answer.status === 404 ? "Its data is gone." : `Its data came as ${answer.status}.`);
    return answer.blob();
  }
}

/// What a renderer may use beside its output.
export interface Surroundings {
  readonly blobs: Blobs;
  readonly widgets: WidgetPort;
  /// For the person to read below the output.
  readonly failed: (message: string) => void;
  /// Shows outputs of nbformat in an element of a renderer, until the signal.
  readonly show: (root: HTMLElement, signal: AbortSignal) => (outputs: readonly GuestOutput[]) => void;
}

export class Content {
  readonly mime: string;
  readonly surroundings: Surroundings;
  /// The text that stands for the output where nothing better can be shown.
  readonly beside: string;
  /// Jupyter writes renderers' options under the MIME type, older kernels beside it.
  readonly options: Readonly<Record<string, unknown>>;
  readonly #value: string | GuestBlob;
  /// Inline, a binary type is base64.
  readonly #encoded: boolean;
  readonly #blobs: Blobs;
  readonly #signal: AbortSignal;

  constructor(
    output: GuestOutput,
    mime: string,
    value: string | GuestBlob,
    surroundings: Surroundings,
    signal: AbortSignal,
    encoded = false,
  ) {
    this.mime = mime;
    this.surroundings = surroundings;
    const plain = output.data["text/plain"];
    this.beside = typeof plain === "string" ? plain : (output.text ?? "");
    this.#encoded = encoded && BINARY.test(mime);
    const own = output.metadata[mime];
    this.options = { ...output.metadata, ...(typeof own === "object" && own !== null ? own : {}) };
    this.#value = value;
    this.#blobs = surroundings.blobs;
    this.#signal = signal;
  }

  get size(): number {
    return typeof this.#value === "string" ? this.#value.length : this.#value.size;
  }

  /// Whether it came as text, which is then here at once.
  get inline(): string | null {
    return typeof this.#value === "string" ? this.#value : null;
  }

  /// The address of the bytes, where they are on the blob server.
  get url(): string | null {
    return typeof this.#value === "string" ? null : this.#blobs.url(this.#value.blob);
  }

  /// Rejects with `TooLarge`, or with what fetch says.
  async text(most = LARGEST_TEXT): Promise<string> {
    if (typeof this.#value === "string") return this.#value;
    return (await this.#blobs.fetch(this.#value, most, this.#signal)).text();
  }

  async json(): Promise<unknown> {
    return JSON.parse(await this.text());
  }

  async bytes(): Promise<ArrayBuffer> {
    return (await this.file()).arrayBuffer();
  }

  /// The bytes under the type that the output gives them; the blob server knows none.
  async file(): Promise<Blob> {
    if (typeof this.#value === "string") {
      const bytes = this.#encoded ? Uint8Array.from(atob(this.#value), (char) => char.charCodeAt(0)) : this.#value;
      return new Blob([bytes], { type: this.mime });
    }
    return (await this.#blobs.fetch(this.#value, LARGEST_FILE, this.#signal)).slice(0, undefined, this.mime);
  }
}

export function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  const step = bytes < 1e6 ? 1 : bytes < 1e9 ? 2 : 3;
  return `${(bytes / 1000 ** step).toPrecision(3)} ${["", "kB", "MB", "GB"][step]}`;
}
