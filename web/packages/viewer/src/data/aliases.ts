/// Other names of the genes, as the dataset has them: symbols, Ensembl ids.

import type { Aliases } from "../search/names";
import type { Transport } from "../wire/transport";

/// Rejects where there are none to be had.
export async function aliases(transport: Transport): Promise<readonly Aliases[]> {
  const found: unknown = JSON.parse(new TextDecoder().decode(await transport.fetch("genes/aliases")));
  if (!Array.isArray(found)) return [];
  return found.flatMap((one: { readonly column?: unknown; readonly names?: unknown } | null) =>
    Array.isArray(one?.names) ? [{ column: String(one.column ?? ""), names: one.names.map(String) }] : [],
  );
}
