/// A pasted list of genes, as people have them: lines, commas, quotation marks, names in another case or of another kind.

import type { Names } from "./names";

export interface Pasted {
  /// Names that were read, each once.
  readonly asked: number;
  /// As the dataset calls them.
  readonly found: readonly string[];
  readonly lost: readonly string[];
  /// Those that the dataset calls otherwise: what was pasted, and what it is.
  readonly renamed: readonly string[];
}

export const MOST_PASTED = 1000;

export function pasted(text: string, names: Pick<Names, "meant"> | undefined): Pasted {
  const wanted = new Set<string>();
  for (const part of text.split(/[\s,;|]+/)) {
    const name = part.replace(/^["'`]+|["'`]+$/g, "");
    if (name !== "" && wanted.size < MOST_PASTED) wanted.add(name);
  }
  const found = new Set<string>();
  const lost: string[] = [];
  const renamed: string[] = [];
  for (const name of wanted) {
    const hit = names?.meant(name);
    if (hit === undefined) {
      lost.push(name);
      continue;
    }
    if (hit.name !== name && !found.has(hit.name)) renamed.push(`${name} → ${hit.name}`);
    found.add(hit.name);
  }
  return { asked: wanted.size, found: [...found], lost, renamed };
}
