/// Follows links of Markdown to headings of cells that are not on the page yet.

import { go } from "../commands/place.js";
import type { Bench } from "../commands/types.js";
import { ANCHOR, slug } from "../markdown/anchor.js";
import type { Notebook } from "../notebook/types.js";
import { headings } from "../outline/headings.js";

/// Returns how to stop.
export function followAnchors(bench: Bench, root: HTMLElement): () => void {
  const onAnchor = (event: Event) => {
    if (!(event instanceof CustomEvent) || typeof event.detail !== "string") return;
    const id = cellOfHeading(bench.notebook, event.detail);
    if (id === undefined) {
      bench.announce("This notebook has no such heading");
      return;
    }
    bench.ensure(id);
    bench.move((place) => go(place, id));
    bench.cells.get(id)?.element.scrollIntoView({ block: "start" });
    bench.refocus();
  };
  root.addEventListener(ANCHOR, onAnchor);
  return () => root.removeEventListener(ANCHOR, onAnchor);
}

/// The first cell with a heading of this address; where there is none, with one that differs in case only.
export function cellOfHeading(notebook: Pick<Notebook, "order" | "cell">, anchor: string): string | undefined {
  const wanted = anchor.toLowerCase();
  let near: string | undefined;
  for (const id of notebook.order()) {
    const cell = notebook.cell(id);
    if (cell?.type() !== "markdown") continue;
    // As the page counts them: in each cell anew.
    const seen = new Map<string, number>();
    for (const { text } of headings(cell.source())) {
      const name = slug(text);
      const before = seen.get(name) ?? 0;
      seen.set(name, before + 1);
      const address = before === 0 ? name : `${name}-${before}`;
      if (address === anchor) return id;
      if (address.toLowerCase() === wanted) near ??= id;
    }
  }
  return near;
}
