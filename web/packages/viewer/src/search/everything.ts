/// What the palette finds beside commands: genes, columns, embeddings, groups and kept views, each as something that can
/// be done with it. Pure: a list of what there is, and what was typed.

import { type Entry, entries, type PaletteCommand } from "@fumehood/ui";
import type { Names } from "./names";

/// Genes that are listed at once.
const GENES = 8;

/// A gene that is called so comes first, then commands and columns, then genes whose names begin so.
export function everything(
  things: readonly PaletteCommand[],
  genes: Names | undefined,
  query: string,
  recent: readonly string[],
): readonly Entry<PaletteCommand>[] {
  const found = entries(things, query, recent);
  const wanted = query.replace(/^colou?r( by)?\s+/i, "").trim();
  if (wanted === "" || genes === undefined) return found;
  const hits = genes.find(wanted, GENES).map(({ name, at, alias }) => {
    const command = {
      id: `gene:${at}`,
      title: `Colour by ${name}`,
      hint: alias === undefined ? "gene" : `gene ${alias}`,
    };
    const from = name.toLowerCase().indexOf(wanted.toLowerCase());
    const marked =
      from < 0 ? [] : Array.from({ length: wanted.length }, (_, letter) => "Colour by ".length + from + letter);
    return { command, at: marked, exact: [name, alias].some((one) => one?.toLowerCase() === wanted.toLowerCase()) };
  });
  const exact = hits.filter((hit) => hit.exact);
  return [...exact, ...found, ...hits.filter((hit) => !hit.exact)];
}
