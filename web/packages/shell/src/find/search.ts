/// Finds and replaces in plain strings. Pure; knows nothing of cells. A match of nothing (`x*`) is no match.

export interface Query {
  readonly text: string;
  readonly matchCase: boolean;
  readonly word: boolean;
  readonly regex: boolean;
}

export interface Span {
  readonly from: number;
  readonly to: number;
}

/// What a thread of its own is asked, and its answer: the matches in each text. The first answer, to nothing, says that
/// the thread is there.
export interface Asked {
  readonly pattern: RegExp;
  readonly texts: readonly string[];
}
export type Answer = readonly (readonly Span[])[];

/// More matches than this are not listed: nobody goes through them, and `a` in a big log has millions.
export const MATCHES = 20_000;

export const NO_QUERY: Query = { text: "", matchCase: false, word: false, regex: false };

/// Null for nothing to look for; the message where the expression is wrong.
export function compile(query: Query): RegExp | null | { readonly error: string } {
  if (query.text === "") return null;
  const plain = query.regex ? query.text : escaped(query.text);
  const source = query.word ? `(?<![\\p{L}\\p{N}_])(?:${plain})(?![\\p{L}\\p{N}_])` : plain;
  try {
    return new RegExp(source, query.matchCase ? "gmu" : "gimu");
  } catch (error) {
    const message = error instanceof Error ? error.message : "";
    return { error: message.replace(/^Invalid regular expression: .*?: /, "") };
  }
}

/// As a part of an expression that means just this text.
export function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

/// At most `most` matches.
export function search(text: string, pattern: RegExp, most = MATCHES): readonly Span[] {
  const found: Span[] = [];
  if (most <= 0) return found;
  for (const match of text.matchAll(pattern)) {
    if (match[0] === "") continue;
    found.push({ from: match.index, to: match.index + match[0].length });
    if (found.length >= most) break;
  }
  return found;
}

/// What stands for the match at `span` afterwards: `$1`, `$<name>` and `$&` count in regular expressions only.
export function replacement(text: string, span: Span, pattern: RegExp, query: Query, by: string): string {
  if (!query.regex) return by;
  pattern.lastIndex = span.from;
  const match = pattern.exec(text);
  pattern.lastIndex = 0;
  if (match === null || match.index !== span.from) return by;
  return by.replace(/\$(?:\$|&|(\d{1,2})|<([^>]*)>)/g, (whole, number?: string, name?: string) => {
    if (whole === "$$") return "$";
    if (whole === "$&") return match[0];
    if (number !== undefined) return match[Number(number)] ?? "";
    return match.groups?.[name ?? ""] ?? "";
  });
}

/// The index of the match to go to from `at`; around the ends.
export function turn(count: number, at: number, by: 1 | -1): number {
  if (count === 0) return -1;
  if (at < 0) return by > 0 ? 0 : count - 1;
  return (at + by + count) % count;
}
