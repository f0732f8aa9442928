/// Which frames are alive. Each costs memory (0.5–1.7 MB) and time to make (13–85 ms), so that those far from what is
/// seen are given up, the longest unseen first; a frame that is near is never given up. Pure.

export interface Tenant {
  /// Told to empty its frame; it keeps the height.
  release(): void;
}

export class Budget<T extends Tenant> {
  readonly #most: number;
  /// Whether each is near, the longest untouched first.
  readonly #alive = new Map<T, boolean>();

  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#alive.size;
  }

  /// `tenant` has, or is about to have, a frame that is near.
  near(tenant: T): void {
    this.#alive.delete(tenant);
    this.#alive.set(tenant, true);
    this.#trim();
  }

  /// It may be given up from now on, after those that were left earlier.
  far(tenant: T): void {
    if (!this.#alive.has(tenant)) return;
    this.#alive.delete(tenant);
    this.#alive.set(tenant, false);
    this.#trim();
  }

  /// It has no frame any longer.
  gone(tenant: T): void {
    this.#alive.delete(tenant);
  }

  #trim(): void {
    for (const [tenant, near] of this.#alive) {
      if (this.#alive.size <= this.#most) return;
      if (near) continue;
      this.#alive.delete(tenant);
      tenant.release();
    }
  }
}
