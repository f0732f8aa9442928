/// How a page reaches Python: one interface, two ways. Whoever uses it does not know which. What comes from Python is
/// trusted with what is drawn and nothing else; what goes there names the viewer, the page and its number (`Talk`).

import type { viewer } from "@fumehood/protocol";

export type Heard = viewer.Command | viewer.Welcome;
export type Hearer = (message: Heard, buffers: readonly DataView[]) => void;

/// Bytes so far and in all, as the other end counts them; before they are inflated.
export type Progress = (have: number, size: number) => void;

export interface FetchOptions {
  readonly signal?: AbortSignal;
  readonly progress?: Progress;
}

/// How far a question is: `total` 0 where nobody knows; `what` in words.
export type Answering = (done: number, total: number, what: string) => void;

export interface AskOptions {
  readonly signal?: AbortSignal;
  readonly progress?: Answering;
  /// Under which Python keeps the answer, where there is one.
  readonly name?: string;
}

export interface Transport {
  readonly kind: "comm" | "http";
  readonly viewer: string;
  readonly page: string;
  send(event: viewer.ViewerEvent, buffers: readonly Uint8Array[]): Promise<void>;
  listen(hearer: Hearer): void;
  /// Of the one table of resources. Rejects with a `FetchFailed`, or with the signal's reason.
  fetch(path: string, options?: FetchOptions): Promise<Uint8Array<ArrayBuffer>>;
  /// Something of the whole dataset; `buffers` hold the question's sets of cells (`cells.ts`). Who aborts the signal ends
  /// the work too. Rejects as `fetch` does: the message of a `FetchFailed` is for the person who asked.
  ask(question: viewer.Question, buffers: readonly Uint8Array[], options?: AskOptions): Promise<viewer.Answer>;
  close(): void;
}

export class FetchFailed extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export function newPage(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export async function inflate(data: Uint8Array<ArrayBuffer>, encoding: string): Promise<Uint8Array<ArrayBuffer>> {
  if (encoding === "") return data;
  if (encoding !== "gzip") throw new FetchFailed("encoding", `No ${encoding} is read here.`);
  const stream = new Blob([data]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
