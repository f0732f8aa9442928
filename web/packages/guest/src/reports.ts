/// What did not work, for the page to show on the output: renderers' failures and what the policy kept in. Said once
/// each and a bounded number of times, so that an output that fails in a loop does not use up the frame's credit.

import type { GuestEnd } from "@fumehood/bridge";
import { type Violation, watchInner } from "./inner.js";

const FAILURES = 40;
const BLOCKED = 30;
const MESSAGE_CHARS = 1000;
const HOST_CHARS = 200;

export class Reports {
  readonly #bridge: GuestEnd;
  readonly #failed = new Set<string>();
  readonly #blocked = new Set<string>();

  constructor(bridge: GuestEnd) {
    this.#bridge = bridge;
    document.addEventListener("securitypolicyviolation", (event) => this.blocked(event));
    watchInner((violation) => this.blocked(violation));
  }

  reset(): void {
    this.#failed.clear();
    this.#blocked.clear();
  }

  failed(id: string, message: string): void {
    const short = message.slice(0, MESSAGE_CHARS);
    if (once(this.#failed, `${id} ${short}`, FAILURES)) this.#bridge.notify("failed", { id, message: short });
  }

  blocked({ effectiveDirective: directive, blockedURI }: Violation): void {
    const host = hostOf(blockedURI).slice(0, HOST_CHARS);
    if (once(this.#blocked, `${directive} ${host}`, BLOCKED)) this.#bridge.notify("blocked", { directive, host });
  }
}

function once(said: Set<string>, what: string, most: number): boolean {
  if (said.has(what) || said.size >= most) return false;
  said.add(what);
  return true;
}

/// An address is reported by its host, everything else ("inline", "eval", "data") as it is.
function hostOf(blocked: string): string {
  try {
    return new URL(blocked).host || blocked.slice(0, blocked.indexOf(":"));
  } catch {
    return blocked;
  }
}
