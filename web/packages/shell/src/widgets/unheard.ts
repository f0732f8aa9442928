/// Messages of widgets that no frame shows yet: a canvas is drawn on before it is displayed. They wait for the first frame that
/// shows their widget, within bounds; who is shown it later missed them, as in Jupyter who opens the page later.

import type { BlobRef } from "@fumehood/protocol";

/// A message of a widget's own, from the kernel.
export interface Message {
  readonly content: unknown;
  readonly buffers: readonly (string | BlobRef)[];
}

export const MESSAGES = 2000;
export const CHARS = 8_000_000;

export class Unheard {
  readonly #waiting = new Map<string, Message[]>();
  #count = 0;
  #chars = 0;

  /// What does not fit any more is lost, and what came before it stays.
  add(model: string, message: Message): void {
    if (this.#count >= MESSAGES) return;
    const chars = weight(message);
    if (this.#chars + chars > CHARS) return;
    this.#count += 1;
    this.#chars += chars;
    const known = this.#waiting.get(model);
    if (known === undefined) this.#waiting.set(model, [message]);
    else known.push(message);
  }

  /// They are the caller's from now on.
  take(model: string): readonly Message[] {
    const found = this.#waiting.get(model) ?? [];
    this.#waiting.delete(model);
    this.#count -= found.length;
    for (const one of found) this.#chars -= weight(one);
    return found;
  }
}

/// Roughly what it takes. Blobs are elsewhere.
function weight({ content, buffers }: Message): number {
  const text = JSON.stringify(content) ?? "";
  return buffers.reduce((sum, one) => sum + (typeof one === "string" ? one.length : 0), text.length);
}
