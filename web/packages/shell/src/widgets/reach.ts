/// Which models a frame may see: those that its outputs display, what these name, what that names, and the links that
/// begin at one of them. Pure.

import type { Link } from "./models.js";

export interface Graph {
  has(id: string): boolean;
  references(id: string): Iterable<string>;
  readonly links: ReadonlyMap<string, Link>;
}

/// More models than this one frame is not shown.
export const MOST = 5000;

/// Only models that exist.
export function reach(roots: Iterable<string>, graph: Graph): Set<string> {
  const found = new Set<string>();
  const waiting = [...roots];
  const follow = () => {
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
      if (found.has(id) || found.size >= MOST || !graph.has(id)) continue;
      found.add(id);
      for (const named of graph.references(id)) if (!found.has(named)) waiting.push(named);
    }
  };
  follow();
  for (let more = true; more; ) {
    more = false;
    for (const [id, { source, target, both }] of graph.links) {
      if (found.has(id) || !(found.has(source) || (both && found.has(target)))) continue;
      waiting.push(id);
      follow();
      more = found.has(id);
    }
  }
  return found;
}
