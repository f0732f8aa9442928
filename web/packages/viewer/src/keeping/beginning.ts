/// Where a page begins: with the view of a link that was opened, else with what Python has, else with what this tab had
/// of the same dataset. The tab's own memory may be missing, full or forbidden, and nothing depends on it.

import type { Overview } from "../data/overview";

/// Letters: more is no matter of a reload.
const LONGEST = 2_000_000;

/// Of the datasets that this tab showed: what they are called, how large they are and what they have.
export function keyOf(about: Overview): string {
  const said = JSON.stringify([
    ...[about.id, about.name, about.cells, about.genes],
    about.columns.map((one) => [one.key, one.kind, one.categories.length]),
    about.embeddings.map((one) => [one.key, one.dimensions]),
  ]);
  let [a, b] = [0x811c9dc5, 0x1b873593];
  for (let at = 0; at < said.length; at++) {
    a = Math.imul(a ^ said.charCodeAt(at), 0x01000193);
    b = Math.imul(b ^ said.charCodeAt(said.length - 1 - at), 0x85ebca6b);
  }
  return `fumehood.view.state.${(a >>> 0).toString(16)}${(b >>> 0).toString(16)}`;
}

export function remember(key: string, state: unknown): void {
  try {
    const said = JSON.stringify(state);
    if (said.length <= LONGEST) sessionStorage.setItem(key, said);
    else sessionStorage.removeItem(key);
  } catch {
    // No storage in this frame, or no room: a reload begins anew.
  }
}

/// Undefined where there is none.
export function recalled(key: string): unknown {
  try {
    const said = sessionStorage.getItem(key);
    return said === null ? undefined : JSON.parse(said);
  } catch {
    return undefined;
  }
}
