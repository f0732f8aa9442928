/// A value of one cell that is computed when it is read, and whose signal exists only where somebody listens: a
/// notebook of thousands of cells opens without making tens of thousands of signals.

import { createSignal, getListener, type Signal, untrack } from "solid-js";

export class Facet<T> {
  readonly #id: string;
  readonly #compute: (id: string, before: T | undefined) => T;
  readonly #same: ((one: T, other: T) => boolean) | null;
  #value: T | undefined;
  #fresh = false;
  #signal: Signal<undefined> | undefined;

  /// `compute` gets the cell's id and the last value. With `same`, a value that is the same as before stays the very
  /// same one and nobody is told.
  constructor(
    id: string,
    compute: (id: string, before: T | undefined) => T,
    same: ((one: T, other: T) => boolean) | null = null,
  ) {
    this.#id = id;
    this.#compute = compute;
    this.#same = same;
  }

  readonly read = (): T => {
    if (getListener() !== null) {
      this.#signal ??= createSignal<undefined>(undefined, { equals: false });
      this.#signal[0]();
    }
    if (!this.#fresh) {
      this.#value = this.#computed();
      this.#fresh = true;
    }
    return this.#value as T;
  };

  /// What it was computed from is another now.
  changed(): void {
    if (this.#fresh && this.#same !== null) {
      const now = this.#computed();
      if (this.#same(this.#value as T, now)) return;
      this.#value = now;
    } else this.#fresh = false;
    this.#signal?.[1](undefined);
  }

  /// Who reads it listens to this value, and not to what it is computed from.
  #computed(): T {
    if (getListener() === null) return this.#compute(this.#id, this.#value);
    return untrack(() => this.#compute(this.#id, this.#value));
  }
}
