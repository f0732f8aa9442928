/// A token bucket: `burst` at once, `perSecond` in the long run. The clock is the caller's, in milliseconds.

export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

export class Bucket {
  readonly #rate: Rate;
  #tokens: number;
  #filled: number;

  constructor(rate: Rate, now: number) {
    this.#rate = rate;
    this.#tokens = rate.burst;
    this.#filled = now;
  }

  /// Whether there were `count` tokens, which are gone then. A clock that goes back adds nothing.
  take(now: number, count = 1): boolean {
    const passed = Math.max(0, now - this.#filled);
    this.#tokens = Math.min(this.#rate.burst, this.#tokens + (passed * this.#rate.perSecond) / 1000);
    this.#filled = now;
    if (this.#tokens < count) return false;
    this.#tokens -= count;
    return true;
  }
}
