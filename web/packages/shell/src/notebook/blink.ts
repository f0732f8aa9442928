/// A run that is over within a blink shows its end alone: its beginning is kept back that long. A mark that comes and goes
/// between two frames tells nobody anything, and its frame would delay the result's by a turn of the display.
/// Must keep the order of the events, and must keep nothing back that is not the beginning of a run.

import type { AnyEvent } from "@fumehood/protocol";

/// Two turns of a display and a bit.
const BLINK_MS = 40;
const BEGINNINGS: ReadonlySet<AnyEvent["type"]> = new Set(["queued", "started", "counted"]);
const TURNS: ReadonlySet<string> = new Set(["busy", "idle"]);

const isBeginning = (event: AnyEvent): boolean =>
  BEGINNINGS.has(event.type) || (event.type === "kernel" && TURNS.has(event.status));

export class Blink {
  readonly #deliver: (events: readonly AnyEvent[]) => void;
  #kept: AnyEvent[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(deliver: (events: readonly AnyEvent[]) => void) {
    this.#deliver = deliver;
  }

  happened(events: readonly AnyEvent[]): void {
    this.#kept.push(...events);
    if (!events.every(isBeginning)) this.#end();
    else this.#timer ??= setTimeout(() => this.#end(), BLINK_MS);
  }

  /// What was kept is in the snapshot that comes instead, or nobody is there any more.
  forget(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#kept = [];
  }

  #end(): void {
    const events = this.#kept;
    this.forget();
    this.#deliver(events);
  }
}
