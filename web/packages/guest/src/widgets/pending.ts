/// What the page said of one model and the widget has not taken in yet: of each trait the latest value. Pure.

import type { GuestBuffer } from "@fumehood/bridge";

export class Pending {
  #state: Record<string, unknown>;
  #buffers: readonly GuestBuffer[];
  readonly #gone: Set<string>;

  constructor(state: Readonly<Record<string, unknown>>, buffers: readonly GuestBuffer[], gone: readonly string[]) {
    this.#state = { ...state };
    this.#buffers = buffers;
    this.#gone = new Set(gone);
  }

  get buffers(): readonly GuestBuffer[] {
    return this.#buffers;
  }

  /// With null for what has no value but a binary one.
  get state(): Readonly<Record<string, unknown>> {
    return { ...Object.fromEntries([...this.#gone].map((trait) => [trait, null])), ...this.#state };
  }

  /// Bytes that were replaced before anybody fetched them never travel.
  fold(state: Readonly<Record<string, unknown>>, buffers: readonly GuestBuffer[], gone: readonly string[]): void {
    const traits = new Set([...Object.keys(state), ...gone, ...buffers.map(({ path }) => String(path[0]))]);
    const kept = Object.entries(this.#state).filter(([trait]) => !traits.has(trait));
    this.#state = { ...Object.fromEntries(kept), ...state };
    this.#buffers = [...this.#buffers.filter(({ path }) => !traits.has(String(path[0]))), ...buffers];
    for (const trait of traits) this.#gone.delete(trait);
    for (const trait of gone) this.#gone.add(trait);
  }
}
