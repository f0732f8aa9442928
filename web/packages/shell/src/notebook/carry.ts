/// From the state before a connection was lost to the snapshot after it, keeping the objects that mean the same: an
/// output that did not change keeps its frame, and a cell that did not change tells nobody.

import type { Room, Run } from "@fumehood/protocol";
import { same } from "./values.js";

/// Puts the old objects into `next` where they still hold. Returns the cells that changed.
export function carryOver(before: Room, next: Room): Set<string> {
  const changed = new Set<string>();
  for (const cell of before.cells.keys()) if (!next.cells.has(cell)) changed.add(cell);
  for (const [cell, run] of next.cells) {
    const old = before.cells.get(cell);
    if (old !== undefined && same(old, run)) next.cells.set(cell, old);
    else {
      changed.add(cell);
      if (old !== undefined && old.execution === run.execution) next.cells.set(cell, merged(old, run));
    }
  }
  if (same(before.kernel, next.kernel)) next.kernel = before.kernel;
  if (same(before.languageInfo, next.languageInfo)) next.languageInfo = before.languageInfo;
  if (same(before.notices, next.notices)) next.notices = before.notices;
  return changed;
}

/// The same execution went on: its object stays, with what is new.
function merged(old: Run, run: Run): Run {
  const outputs = run.outputs.map((output, at) => {
    const known = old.outputs[at];
    return known !== undefined && same(known, output) ? known : output;
  });
  return Object.assign(old, run, { outputs });
}
