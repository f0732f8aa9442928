/// What the cells of one list share: handed down as a value, so that a cell can be built alone.

import type { Bench } from "../commands/types.js";
import type { Approach } from "./approach.js";
import type { Pool } from "./pool.js";

export interface Page {
  readonly bench: Bench;
  readonly approach: Approach;
  readonly pool: Pool;
  /// Where tooltips of editors go.
  readonly tips: HTMLElement;
  /// Answers that were typed for `input()`, the newest last; never passwords.
  readonly answers: string[];
  /// How high a cell is, roughly, before it was shown.
  readonly heights: WeakMap<HTMLElement, number>;
}
