/// What may be drawn besides points, as items of a menu; what the dataset or the embedding does not have cannot be chosen.

import type { MenuAction } from "@fumehood/ui";
import type { Model } from "../model/model";
import type { Look } from "../state/document";

/// Fields of directions in the menu.
const MOST = 12;

export function scenery(model: Model): readonly MenuAction[] {
  const { look } = model.document();
  const embedding = model.active()?.view().embedding;
  const change = (part: Partial<Look>) => model.do({ do: "look", change: part });
  return [
    {
      label: "Edges between neighbours",
      checked: look.edges,
      disabled: !model.shelf.hasGraph,
      run: () => change({ edges: !look.edges }),
    },
    {
      label: "Smoke instead of points",
      checked: look.smoke,
      disabled: embedding?.dimensions !== 3,
      run: () => change({ smoke: !look.smoke }),
    },
    ...model.shelf.fields.slice(0, MOST).map((field) => ({
      label: `Flow: ${field.label}`,
      checked: look.flow === field.id,
      disabled: embedding === undefined || !field.fits(embedding),
      run: () => change({ flow: look.flow === field.id ? null : field.id }),
    })),
  ];
}
