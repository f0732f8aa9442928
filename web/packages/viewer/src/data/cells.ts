/// Names of cells, in blocks, as the server gives them: the one under the pointer at once, all of them only when names
/// are looked for.

import { createSignal } from "solid-js";
import { Looking, type Outcome } from "../search/cells";
import type { Transport } from "../wire/transport";

/// Cells of a block: under the pointer, and when all are looked through.
const NEAR = 2000;
const FAR = 50_000;
/// Blocks that are kept of those near the pointer; the least lately read go first.
const KEPT = 64;

export interface Find {
  readonly signal: AbortSignal;
  readonly progress: (done: number, of: number) => void;
}

export class CellNames {
  readonly #blocks = new Map<number, () => readonly string[] | undefined>();

  constructor(
    private readonly transport: Pick<Transport, "fetch">,
    private readonly cells: number,
  ) {}

  /// The name, or undefined while it is not known; whoever read it under Solid reads again when it is.
  of(cell: number): string | undefined {
    const block = Math.floor(cell / NEAR);
    const read = this.#blocks.get(block) ?? this.#asked(block);
    // The one that was read last is the last one.
    this.#blocks.delete(block);
    this.#blocks.set(block, read);
    for (const oldest of this.#blocks.keys()) {
      if (this.#blocks.size <= KEPT) break;
      this.#blocks.delete(oldest);
    }
    return read()?.[cell % NEAR];
  }

  #asked(block: number): () => readonly string[] | undefined {
    const [names, setNames] = createSignal<readonly string[]>();
    this.#fetch(block * NEAR, NEAR).then(setNames, () => {
      if (this.#blocks.get(block) === names) this.#blocks.delete(block);
    });
    return names;
  }

  /// The cells that are meant by these names. Of the names of the dataset one block is held at a time, and no more are
  /// fetched than are needed. Rejects where they cannot be had, and when the signal says to stop.
  async find(wanted: readonly string[], { signal, progress }: Find): Promise<Outcome> {
    const looking = new Looking(wanted);
    for (let from = 0; from < this.cells && !looking.done; from += FAR) {
      looking.take(await this.#fetch(from, FAR, signal), from);
      progress(Math.min(this.cells, from + FAR), this.cells);
    }
    return looking.outcome(this.cells);
  }

  async #fetch(from: number, count: number, signal?: AbortSignal): Promise<readonly string[]> {
    const path = `cells/names/${from}-${Math.min(this.cells, from + count)}`;
    const data = await this.transport.fetch(path, signal && { signal });
    return JSON.parse(new TextDecoder().decode(data)) as readonly string[];
  }
}
