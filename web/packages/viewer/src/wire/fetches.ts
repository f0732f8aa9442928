/// Resources through a comm: asked for by path, answered in chunks, of which only as many are on their way as the page
/// has given credit for. A question is answered in the same way, with words on how far it is before. Several displays of
/// a viewer share the comm, so what names another page is not ours.

import type { viewer } from "@fumehood/protocol";
import { viewOf } from "./afm";
import { type Answering, type AskOptions, FetchFailed, type FetchOptions, type Progress } from "./transport";

/// Chunks on their way to a page that has taken none of them yet.
export const CREDITS = 4;

interface Waiting {
  readonly parts: DataView[];
  readonly progress: Progress | undefined;
  readonly answering: Answering | undefined;
  readonly resolve: (fetched: Fetched) => void;
  readonly reject: (error: unknown) => void;
  have: number;
  encoding: string;
}

export interface Fetched {
  readonly data: Uint8Array<ArrayBuffer>;
  readonly encoding: string;
}

type Say = (message: Readonly<Record<string, unknown>>, buffers?: readonly Uint8Array[]) => void;
type Given = readonly (DataView | ArrayBuffer | Uint8Array)[];

export class Fetches {
  readonly #waiting = new Map<number, Waiting>();
  #last = 0;

  constructor(
    readonly page: string,
    readonly say: Say,
  ) {}

  fetch(path: string, { signal, progress }: FetchOptions = {}): Promise<Fetched> {
    return this.#begin({ type: "fetch", path }, [], signal, progress);
  }

  ask(
    question: viewer.Question,
    buffers: readonly Uint8Array[],
    { signal, progress, name }: AskOptions = {},
  ): Promise<Fetched> {
    return this.#begin({ type: "ask", question, name: name ?? "" }, buffers, signal, undefined, progress);
  }

  #begin(
    message: Readonly<Record<string, unknown>>,
    buffers: readonly Uint8Array[],
    signal?: AbortSignal,
    progress?: Progress,
    answering?: Answering,
  ): Promise<Fetched> {
    this.#last += 1;
    const request = this.#last;
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      signal?.addEventListener("abort", () => {
        if (!this.#waiting.delete(request)) return;
        this.say({ type: "cancel", request });
        reject(signal.reason);
      });
      this.#waiting.set(request, { parts: [], progress, answering, resolve, reject, have: 0, encoding: "" });
      this.say({ ...message, request, credits: CREDITS, accept: ["gzip"] }, buffers);
    });
  }

  /// Whether it was an answer to any page.
  hear(content: unknown, buffers: Given): boolean {
    const message = content as Readonly<Record<string, unknown>> | null;
    const type = message?.type;
    if (message === null || (type !== "chunk" && type !== "failure" && type !== "progress")) return false;
    const request = Number(message.request);
    const waiting = this.#waiting.get(request);
    if (message.page !== this.page || waiting === undefined) return true;
    if (type === "progress") {
      waiting.answering?.(Number(message.done), Number(message.total), String(message.what ?? ""));
      return true;
    }
    if (type === "failure") {
      this.#waiting.delete(request);
      waiting.reject(new FetchFailed(String(message.code), String(message.message)));
      return true;
    }
    const part = buffers[0];
    // Out of order there is nothing to be had; hosts keep the order of a comm's messages.
    if (part === undefined || message.index !== waiting.parts.length) {
      this.#waiting.delete(request);
      waiting.reject(new FetchFailed("broken", "A part of the data did not come."));
      this.say({ type: "cancel", request });
      return true;
    }
    const view = viewOf(part);
    waiting.parts.push(view);
    waiting.have += view.byteLength;
    if (typeof message.encoding === "string") waiting.encoding = message.encoding;
    waiting.progress?.(waiting.have, Number(message.size));
    if (message.last === true) {
      this.#waiting.delete(request);
      waiting.resolve({ data: joined(waiting.parts, waiting.have), encoding: waiting.encoding });
    } else {
      this.say({ type: "credit", request });
    }
    return true;
  }

  close(): void {
    for (const { reject } of this.#waiting.values()) reject(new FetchFailed("closed", "The viewer was closed."));
    this.#waiting.clear();
  }
}

function joined(parts: readonly DataView[], size: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), at);
    at += part.byteLength;
  }
  return whole;
}
