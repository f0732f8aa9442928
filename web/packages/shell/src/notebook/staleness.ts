/// Whether a cell's source differs from the one that made its outputs. The daemon says that source by its hash; the
/// hash of ours is computed only when the answer cannot be had by comparing text, and not while somebody types.

import { sourceHash } from "@fumehood/protocol";

/// Typing pauses this long before a source is hashed.
const PAUSE_MS = 300;

interface Known {
  /// The hash of the run.
  readonly hash: string;
  /// A source that has it, once seen; null: none was seen yet.
  source: string | null;
  /// The last answer.
  stale: boolean;
  /// The source that the last answer is about.
  about: string | null;
  timer: ReturnType<typeof setTimeout> | undefined;
}

export class Staleness {
  readonly #known = new Map<string, Known>();
  readonly #changed: (cell: string) => void;

  /// `changed` is called when the answer for a cell may be another one.
  constructor(changed: (cell: string) => void) {
    this.#changed = changed;
  }

  /// This source was run: it has this hash.
  ran(cell: string, source: string, hash: string): void {
    this.#drop(cell);
    this.#known.set(cell, { hash, source, stale: false, about: source, timer: undefined });
  }

  /// `hash` is that of the cell's last run; empty where nothing of ours ran.
  stale(cell: string, source: string, hash: string): boolean {
    if (hash === "") return false;
    let known = this.#known.get(cell);
    if (known === undefined || known.hash !== hash) {
      this.#drop(cell);
      known = { hash, source: null, stale: false, about: null, timer: undefined };
      this.#known.set(cell, known);
    }
    if (known.source !== null) return known.source !== source;
    if (known.about !== source) this.#ask(cell, known, source);
    return known.stale;
  }

  close(): void {
    for (const cell of [...this.#known.keys()]) this.#drop(cell);
  }

  #drop(cell: string): void {
    clearTimeout(this.#known.get(cell)?.timer);
    this.#known.delete(cell);
  }

  #ask(cell: string, known: Known, source: string): void {
    const first = known.about === null;
    known.about = source;
    clearTimeout(known.timer);
    known.timer = setTimeout(() => void this.#compare(cell, known, source), first ? 0 : PAUSE_MS);
  }

  async #compare(cell: string, known: Known, source: string): Promise<void> {
    const same = (await sourceHash(source)) === known.hash;
    if (this.#known.get(cell) !== known || known.about !== source) return;
    if (same) known.source = source;
    if (known.stale === same) {
      known.stale = !same;
      this.#changed(cell);
    }
  }
}
