/// How high a frame is, against what its content says: a page that measures itself by its own window, or that was made
/// to annoy, must not move the notebook without end. Pure; the clock is the caller's, in milliseconds.

import { TALLEST } from "@fumehood/bridge";

/// A higher content scrolls inside its frame.
export const HIGHEST = 12_000;
export const LOWEST = 8;
/// Changes at once, and per second in the long run: an unfolding list is an animation of some twenty.
const BURST = 40;
const PER_SECOND = 5;
/// After so many equal steps behind our own changes, the content grows because the frame does.
const STEPS = 6;
/// How long a restless frame keeps its height; after `PATIENCE` such pauses it keeps it for good.
const PAUSE_MS = 2000;
const PATIENCE = 3;

export class Heights {
  #height: number;
  #tokens = BURST;
  #filled: number;
  #step = 0;
  #steps = 0;
  #before = 0;
  #pausedUntil = 0;
  #pauses = 0;
  #settled = false;

  constructor(height: number, now: number) {
    this.#height = height;
    this.#filled = now;
  }

  get height(): number {
    return this.#height;
  }

  /// It keeps its height whatever it says.
  get settled(): boolean {
    return this.#settled;
  }

  /// The height to give to the frame, or null where it stays as it is.
  report(reported: number, now: number): number | null {
    if (this.#settled || !Number.isFinite(reported) || reported < 0 || reported > TALLEST) return null;
    const wanted = Math.min(HIGHEST, Math.max(LOWEST, Math.ceil(reported)));
    if (wanted === this.#height || now < this.#pausedUntil) return null;
    this.#tokens = Math.min(BURST, this.#tokens + (Math.max(0, now - this.#filled) * PER_SECOND) / 1000);
    this.#filled = now;
    if (this.#tokens < 1) return this.#pause(now);
    if (this.#follows(wanted)) {
      this.#settled = true;
      this.#height = this.#before;
      return this.#height;
    }
    this.#tokens -= 1;
    this.#height = wanted;
    return wanted;
  }

  /// Other content: what was learned of the old one counts no longer.
  renew(now: number): void {
    this.#tokens = BURST;
    this.#filled = now;
    this.#step = 0;
    this.#steps = 0;
    this.#pausedUntil = 0;
    this.#pauses = 0;
    this.#settled = false;
  }

  #pause(now: number): null {
    this.#pauses += 1;
    this.#pausedUntil = now + PAUSE_MS;
    this.#settled = this.#pauses >= PATIENCE;
    return null;
  }

  /// Whether the content grew by the same amount each time that the frame did.
  #follows(wanted: number): boolean {
    const step = wanted - this.#height;
    if (step > 0 && step === this.#step) this.#steps += 1;
    else {
      this.#before = this.#height;
      this.#steps = 1;
    }
    this.#step = step;
    return this.#steps >= STEPS;
  }
}
