/// Several genes beside each other: a view for each, of the same embedding and place, that move together. Pure.

import type { View } from "../state/document";

export const MOST_GENES = 12;

/// The first keeps the view that was there, so that what refers to it still does.
export function beside(view: View, genes: readonly string[], fresh: () => string): View[] {
  return genes
    .slice(0, MOST_GENES)
    .map((name, at) => ({ ...view, id: at === 0 ? view.id : fresh(), colour: { by: "gene", name } }));
}
