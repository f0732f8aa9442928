/// The numbers that numpy's `RandomState(seed)` draws, so that a score here has the controls of one in Python: MT19937,
/// and the shuffle of `choice(n, size, replace=False)`.

const LENGTH = 624;
const FAR = 397;

export class Draw {
  readonly #state = new Uint32Array(LENGTH);
  #at = LENGTH;

  constructor(seed: number) {
    const state = this.#state;
    state[0] = seed >>> 0;
    for (let at = 1; at < LENGTH; at++) {
      const last = state[at - 1] as number;
      state[at] = Math.imul(1_812_433_253, last ^ (last >>> 30)) + at;
    }
  }

  /// `size` of the numbers below `count`, each at most once.
  choice(count: number, size: number): number[] {
    const all = Array.from({ length: count }, (_, at) => at);
    for (let last = count - 1; last > 0; last--) {
      const other = this.#upTo(last);
      const kept = all[last] as number;
      all[last] = all[other] as number;
      all[other] = kept;
    }
    return all.slice(0, size);
  }

  /// One of 0 to `most`, both included: what is above is drawn again.
  #upTo(most: number): number {
    const mask = 2 ** (32 - Math.clz32(most)) - 1;
    for (;;) {
      const found = (this.#next() & mask) >>> 0;
      if (found <= most) return found;
    }
  }

  #next(): number {
    if (this.#at === LENGTH) this.#turn();
    let y = this.#state[this.#at] as number;
    this.#at += 1;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  #turn(): void {
    const state = this.#state;
    for (let at = 0; at < LENGTH; at++) {
      const y = ((state[at] as number) & 0x80000000) | ((state[(at + 1) % LENGTH] as number) & 0x7fffffff);
      state[at] = (state[(at + FAR) % LENGTH] as number) ^ (y >>> 1) ^ ((y & 1) === 0 ? 0 : 0x9908b0df);
    }
    this.#at = 0;
  }
}
