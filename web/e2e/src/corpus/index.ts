/// Hostile outputs as data: what a notebook's outputs try in order to get out of their frame. `outputs.json` can be read
/// by tests of any engine and language; this file gives it its type.
///
/// CATCHER is the origin of a server on another port, MARK something unguessable. Each entry is shown twice: by a page
/// that seals nothing, where it works, and by the guest, where nothing of it may be seen.

import type { EngineName } from "../drivers";
import outputs from "./outputs.json" with { type: "json" };

/// arrival  the catcher got the mark
/// page     the page is another one, or holds the mark
/// tab      another tab is there
/// dialog   a dialog came up
/// ran      a script ran where there should be none: `window.ran` is set in the output's own window
export type Seen = "arrival" | "page" | "tab" | "dialog" | "ran";

export interface HostileOutput {
  readonly name: string;
  /// What is tried with: html, svg, markdown, javascript, text (which must run nothing at all), bridge.
  readonly class: string;
  readonly data: Readonly<Record<string, string>>;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly seen: Seen;
  /// What a careless page would make of it, where that is not the HTML itself.
  readonly naive?: string;
  /// Is clicked on after it is shown.
  readonly click?: string;
  /// Engines in which it does nothing even unsealed, or nothing that a test can see.
  readonly tame?: readonly EngineName[];
}

export const HOSTILE_OUTPUTS = outputs as unknown as readonly HostileOutput[];

/// Fills in where the loot goes.
export function armed<T>(value: T, catcher: string, mark: string): T {
  const text = JSON.stringify(value).replaceAll("CATCHER", catcher).replaceAll("MARK", mark);
  return JSON.parse(text) as T;
}
