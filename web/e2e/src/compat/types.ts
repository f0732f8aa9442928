/// One real output and what shows that it lives.

export type Verdict = "works" | "works after a policy lever" | "does not work";

export interface Sign {
  /// In the frame, in its shadow trees, or in a frame inside it.
  readonly css: string;
  readonly count?: number;
  /// In the text of one that is found.
  readonly text?: string;
}

export interface Case {
  readonly name: string;
  readonly group: string;
  /// As the registry names it.
  readonly packages?: readonly string[];
  /// Each a cell; the last one's outputs are judged. Or a saved notebook of the collection.
  readonly cells?: readonly string[];
  readonly saved?: string;
  readonly signs: readonly Sign[];
  /// At least so many colours, in steps of 16, in the picture of the output: 6 by itself, 2 for text.
  readonly colours?: number;
  /// In the page itself, not in a frame.
  readonly plain?: boolean;
  /// A press on what is found, and what is there then: it works and is not only drawn.
  readonly press?: { readonly css: string; readonly gives: Sign };
  readonly verdict?: Verdict;
  readonly why?: string;
  /// Loads from the network, under the policy of one's own outputs.
  readonly loads?: string;
}
