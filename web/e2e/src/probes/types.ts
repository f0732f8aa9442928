/// An attack by code in an output, as data. Each is run twice: in a page that seals nothing, where it must work (or it
/// would prove nothing), and in an output of the running product, where it must come to nothing.

import type { EngineName } from "../drivers";

export interface Env {
  /// Origin of a server on another port of this machine: `http://127.0.0.1:PORT`.
  readonly catcher: string;
  /// Unguessable mark of this one run; whoever carries it out of the frame has succeeded.
  readonly mark: string;
  /// Address of a sealed page whose policy lets more out than that of the frame under attack.
  readonly looser: string;
  /// A widget that another output shows.
  readonly victim: string;
}

/// How one sees that the attack worked:
/// loot     what it returned is not empty
/// arrival  the catcher got the mark
/// other    another output shows the mark
/// page     the top page is another one, or was changed
/// tab      another tab or window is there
/// dialog   a dialog came up
/// file     a file was saved
export type Seen = "loot" | "arrival" | "other" | "page" | "tab" | "dialog" | "file";

export interface Probe {
  readonly name: string;
  /// Runs in the output's window, sent as text. Errors count as refused.
  readonly attack: (env: Env) => unknown;
  readonly seen: Seen;
  /// The attack finds in `window.stolen` the port over which the frame speaks to the page: code in an output shares the
  /// window with the renderer, and takes it from there.
  readonly port?: boolean;
  /// Keys that the user presses afterwards, one by one, into whatever has the focus then.
  readonly keys?: readonly string[];
  /// What the output has in the end, where that is not known at once.
  readonly loot?: (env: Env) => unknown;
  /// What the seal does not stop: the beginning of a change that may be seen in the product, and why. The test holds that it
  /// is no more than this. The threat model says the same.
  readonly limit?: { readonly change: string; readonly why: string };
  /// The sentence by which the product stops it, where it does so aloud.
  readonly says?: string;
  /// Engines that let it through whatever the product does, and why. The test holds that they still do: an engine that has
  /// learned to stop it is a reason to take the entry away. The threat model says the same.
  readonly through?: Readonly<Partial<Record<EngineName, string>>>;
  /// Engines in which it fails even unsealed; there it is run in the product only.
  readonly tame?: readonly EngineName[];
}
