/// Matches what was typed against a title: all letters in order, with runs and beginnings of words counting more.

export interface Fuzzy {
  readonly score: number;
  /// Indices of the matched characters.
  readonly at: readonly number[];
}

const RUN = 5;
const WORD = 8;
const GAP = 1;

export function fuzzy(query: string, title: string): Fuzzy | null {
  // Preferring beginnings of words can run past letters that a plain walk finds.
  return walk(query, title, nextWord) ?? walk(query, title, (text, char, from) => text.indexOf(char, from));
}

type Next = (text: string, char: string, from: number) => number;

function walk(query: string, title: string, next: Next): Fuzzy | null {
  const wanted = query.toLowerCase().replaceAll(/\s+/g, "");
  const text = title.toLowerCase();
  if (wanted === "") return { score: 0, at: [] };
  const at: number[] = [];
  let score = 0;
  let from = 0;
  for (const char of wanted) {
    const index = next(text, char, from);
    if (index < 0) return null;
    if (at.at(-1) === index - 1) score += RUN;
    if (startsWord(text, index)) score += WORD;
    score -= Math.min(GAP * (index - from), WORD);
    at.push(index);
    from = index + 1;
  }
  return { score: score - title.length / 100, at };
}

/// The next place of `char`: right here, else at the beginning of a word, else the first.
function nextWord(text: string, char: string, from: number): number {
  if (text[from] === char) return from;
  const first = text.indexOf(char, from);
  for (let i = first; i >= 0; i = text.indexOf(char, i + 1)) if (startsWord(text, i)) return i;
  return first;
}

function startsWord(text: string, index: number): boolean {
  return index === 0 || /[\s\-/]/.test(text[index - 1] ?? "");
}
