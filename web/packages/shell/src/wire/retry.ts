/// When a lost connection is tried again, and what the person is told meanwhile. Pure: times come in, in milliseconds.

import type { Connection } from "../notebook/types.js";

const FIRST = 100;
const MOST = 5_000;
const GROWTH = 1.7;
/// After so long without any answer of the gateway, only `hood open` is likely to help.
export const GONE_AFTER = 10_000;
const GONE_EVERY = 15_000;

/// The close code by which the gateway says that it does not know the bearer (`fumehood.protocol.gateway`). With all
/// others the page comes again: 4001 means that the daemon ended, 4002 that it could not be reached, 4004 that
/// this page said nothing for too long, 1001 and 1006 that the gateway did not stay.
export const BEARER_REFUSED = 4003;

export interface Trouble {
  readonly since: number;
  readonly attempts: number;
  /// Since when the gateway has not answered at all; null while it does.
  readonly silent: number | null;
  readonly reason: string;
}

/// A connection has ended, or was not made. `answered`: the gateway took it before it ended.
export function troubled(before: Trouble | null, now: number, answered: boolean, reason: string): Trouble {
  return {
    since: before?.since ?? now,
    attempts: (before?.attempts ?? 0) + 1,
    silent: answered ? null : (before?.silent ?? now),
    reason,
  };
}

export function isGone(trouble: Trouble, now: number): boolean {
  return trouble.silent !== null && now - trouble.silent >= GONE_AFTER;
}

/// How long to wait. `random` is in [0, 1): windows that lost one daemon do not come back in one moment.
export function delay(trouble: Trouble, now: number, random: number): number {
  if (isGone(trouble, now)) return GONE_EVERY * (0.75 + 0.5 * random);
  return Math.min(FIRST * GROWTH ** (trouble.attempts - 1), MOST) * (0.5 + 0.5 * random);
}

export function connectionOf(trouble: Trouble, now: number): Connection {
  if (isGone(trouble, now))
    return { state: "gone", reason: "fumehood's gateway does not answer. Run `hood open` again." };
  return { state: "lost", since: trouble.since, reason: trouble.reason };
}
