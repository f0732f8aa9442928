/// What frames did that they may not do, counted for the person who wants to know. Only constants of ours are keys:
/// nothing that a frame says is kept.

import type { Refused } from "@fumehood/bridge";
import { createSignal } from "solid-js";

export interface Diagnostics {
  /// Messages that were not taken, by reason.
  readonly refused: ReadonlyMap<string, number>;
  /// Frames that loaded a second page and were emptied.
  readonly reloaded: number;
  /// Frames that took the keyboard without having been clicked.
  readonly focused: number;
  /// Files that frames offered to save.
  readonly offered: number;
  /// Frames whose height came to no rest.
  readonly restless: number;
  /// Frames made since the page was opened, and the milliseconds from making one to its being ready.
  readonly made: number;
  readonly readyMs: number;
}

type Count = "reloaded" | "focused" | "offered" | "restless";

const [diagnostics, setDiagnostics] = createSignal<Diagnostics>({
  refused: new Map(),
  reloaded: 0,
  focused: 0,
  offered: 0,
  restless: 0,
  made: 0,
  readyMs: 0,
});

export { diagnostics };

export function countRefused({ reason, method }: Refused): void {
  setDiagnostics((old) => {
    const key = method === "" ? reason : `${method}: ${reason}`;
    return { ...old, refused: new Map(old.refused).set(key, (old.refused.get(key) ?? 0) + 1) };
  });
}

/// A frame asked for a widget that is none of its own.
export function countWidget(why: string): void {
  setDiagnostics((old) => ({ ...old, refused: new Map(old.refused).set(why, (old.refused.get(why) ?? 0) + 1) }));
}

export function count(what: Count): void {
  setDiagnostics((old) => ({ ...old, [what]: old[what] + 1 }));
}

export function countReady(milliseconds: number): void {
  setDiagnostics((old) => ({ ...old, made: old.made + 1, readyMs: old.readyMs + milliseconds }));
}
