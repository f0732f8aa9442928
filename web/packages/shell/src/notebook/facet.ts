/// A value of one cell that is computed when it is read, and whose signal exists only where somebody listens: a
/// notebook of thousands of cells opens without making tens of thousands of signals.

import { createSignal, getListener, type Signal, untrack } from "solid-js";

export class Facet<T> {
  readonly #compute: () => T;
  readonly #same: ((one: T, other: T) => boolean) | null;
  #value: T | undefined;
  #fresh = false;
  #signal: Signal<undefined> | undefined;

  /// With `same`, a value that is the same as before stays the very same one and nobody is told.
  constructor(compute: () => T, same: ((one: T, other: T) => boolean) | null = null) {
    // Who reads it listens to this value, and not to what it is computed from.
    this.#compute = () => untrack(compute);
    this.#same = same;
  }

  readonly read = (): T => {
    if (getListener() !== null) {
      this.#signal ??= createSignal<undefined>(undefined, { equals: false });
      this.#signal[0]();
    }
    if (!this.#fresh) {
      this.#value = this.#compute();
      this.#fresh = true;
    }
    return this.#value as T;
  };

  /// What it was computed from is another now.
  changed(): void {
    if (this.#fresh && this.#same !== null) {
      const now = this.#compute();
      if (this.#same(this.#value as T, now)) return;
      this.#value = now;
    } else this.#fresh = false;
    this.#signal?.[1](undefined);
  }
}
