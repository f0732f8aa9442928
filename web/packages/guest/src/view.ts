/// The outputs of the frame, in order, one element each. Outputs that did not change keep their element, so that a cell
/// that goes on printing does not run its earlier outputs' scripts again.

import { type GuestOutput, preferred } from "@fumehood/bridge";
import { Content, type Surroundings } from "./content.js";
import { rendererOf } from "./registry.js";
import { renderText } from "./renderers/plain.js";

/// Scripts of one output run before those of the next, but one that never ends does not keep the next from being shown.
const TURN_MS = 5000;

interface Shown {
  readonly output: GuestOutput;
  readonly node: HTMLElement;
  readonly stop: AbortController;
}

export class View {
  readonly #root: HTMLElement;
  readonly #surroundings: Surroundings;
  readonly #encoded: boolean;
  readonly #failed: (id: string, message: string) => void;
  #shown = new Map<string, Shown>();
  #turn: Promise<void> = Promise.resolve();

  /// `encoded`: inline binary types are base64, as in nbformat.
  constructor(
    root: HTMLElement,
    surroundings: Surroundings,
    failed: (id: string, message: string) => void,
    encoded = false,
  ) {
    this.#root = root;
    this.#surroundings = surroundings;
    this.#encoded = encoded;
    this.#failed = failed;
  }

  render(outputs: readonly GuestOutput[]): void {
    const before = this.#shown;
    this.#shown = new Map();
    for (const output of outputs) {
      const known = before.get(output.id);
      before.delete(output.id);
      this.#shown.set(output.id, known ? this.#renewed(known, output) : this.#begun(output));
    }
    for (const { node, stop } of before.values()) {
      stop.abort();
      node.remove();
    }
    let place = this.#root.firstElementChild;
    for (const { node } of this.#shown.values()) {
      if (node === place) place = place.nextElementSibling;
      else this.#root.insertBefore(node, place);
    }
  }

  update(output: GuestOutput): void {
    const known = this.#shown.get(output.id);
    if (known) this.#shown.set(output.id, this.#renewed(known, output));
  }

  /// When everything that was sent so far has its first look, or `patience` is over.
  settled(patience: number): Promise<void> {
    return inTime(this.#turn, patience);
  }

  #renewed(known: Shown, output: GuestOutput): Shown {
    if (same(known.output, output)) return known;
    known.stop.abort();
    const { node } = known;
    // The old height stays until the new content is there: no jump.
    node.style.minHeight = `${node.offsetHeight}px`;
    return this.#fill(output, node);
  }

  #begun(output: GuestOutput): Shown {
    const node = document.createElement("div");
    this.#root.append(node);
    return this.#fill(output, node);
  }

  #fill(output: GuestOutput, node: HTMLElement): Shown {
    const stop = new AbortController();
    // Before it is its turn: what is needed for it may come meanwhile.
    const [mime] = preferred(Object.keys(output.data));
    if (mime !== undefined) rendererOf(mime).catch(() => undefined);
    this.#turn = this.#turn.then(() => inTime(this.#show(output, node, stop.signal), TURN_MS));
    return { output, node, stop };
  }

  /// Never rejects. Where a renderer fails, the next type of the bundle is tried.
  async #show(output: GuestOutput, node: HTMLElement, signal: AbortSignal): Promise<void> {
    const failures: string[] = [];
    for (const mime of preferred(Object.keys(output.data))) {
      if (signal.aborted) return;
      const value = output.data[mime];
      if (value === undefined) continue;
      node.replaceChildren();
      node.className = "output";
      node.dataset.mimeType = mime;
      try {
        const renderer = await rendererOf(mime);
        if (signal.aborted) return;
        await renderer(node, new Content(output, mime, value, this.#surroundings, signal, this.#encoded), signal);
        node.style.minHeight = "";
        return;
      } catch (error) {
        if (signal.aborted) return;
        const message = error instanceof Error ? error.message : String(error);
        failures.push(`${mime}: ${message}`);
        this.#failed(output.id, `${mime}: ${message}`);
      }
    }
    if (signal.aborted) return;
    node.replaceChildren();
    node.className = "output";
    node.style.minHeight = "";
    if (failures.length > 0) renderText(node, `This output cannot be shown. ${failures.join(" · ")}`, "fh-failure");
    else await renderTerminal(node, output.text ?? "");
  }
}

async function renderTerminal(node: HTMLElement, text: string): Promise<void> {
  const { renderAnsi } = await import("./renderers/ansi.js");
  renderAnsi(node, text);
}

function inTime(work: Promise<void>, patience: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, patience);
    void work.finally(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/// JSON of the same structure in the same order; anything else is shown anew.
function same(one: GuestOutput, other: GuestOutput): boolean {
  const types = Object.keys(one.data);
  return (
    one.text === other.text &&
    types.length === Object.keys(other.data).length &&
    types.every((type) => {
      const [a, b] = [one.data[type], other.data[type]];
      return a === b || (typeof a === "object" && typeof b === "object" && a.blob === b.blob);
    }) &&
    JSON.stringify(one.metadata) === JSON.stringify(other.metadata)
  );
}
