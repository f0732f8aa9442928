/// Which commands a palette lists for what was typed: the best matches first, and without anything typed those used
/// last. Pure.

import { fuzzy } from "./fuzzy.js";

export interface Titled {
  readonly id: string;
  readonly title: string;
}

export interface Entry<T extends Titled = Titled> {
  readonly command: T;
  /// Indices of the matched characters of the title.
  readonly at: readonly number[];
}

/// What was used lately wins between equals.
const USED = 3;

export function entries<T extends Titled>(
  commands: readonly T[],
  query: string,
  recent: readonly string[],
): readonly Entry<T>[] {
  const rank = new Map(recent.map((id, at) => [id, recent.length - at]));
  return commands
    .filter((command) => command.id !== "palette")
    .map((command, at) => ({ command, at, match: fuzzy(query, command.title) }))
    .flatMap(({ command, at, match }) => {
      if (match === null) return [];
      const used = rank.get(command.id) ?? 0;
      const score = query === "" ? used : match.score + Math.min(USED, used);
      return [{ command, at: match.at, score, place: at }];
    })
    .sort((a, b) => b.score - a.score || a.place - b.place)
    .map(({ command, at }) => ({ command, at }));
}

/// Runs of matched and other characters of a title.
export function runs(
  title: string,
  at: readonly number[],
): readonly { readonly text: string; readonly hit: boolean }[] {
  const hits = new Set(at);
  const found: { text: string; hit: boolean }[] = [];
  [...title].forEach((char, i) => {
    const last = found.at(-1);
    const hit = hits.has(i);
    if (last !== undefined && last.hit === hit) last.text += char;
    else found.push({ text: char, hit });
  });
  return found;
}
