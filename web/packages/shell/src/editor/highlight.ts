/// Colours a source that no editor shows yet: lines of text nodes and spans, of the same classes that the editor uses.

import type { Language } from "@codemirror/language";
import { classHighlighter, highlightCode } from "@lezer/highlight";
import type { Span } from "../find/search.js";

/// Longer sources stay plain until their editor comes.
export const STATIC_CHARACTERS = 40_000;
/// Lines that are drawn without an editor, which draws only those in view.
export const STATIC_LINES = 5_000;

export interface Piece {
  readonly text: string;
  readonly classes: string;
}

export function pieces(source: string, language: Language): readonly (readonly Piece[])[] {
  const lines: Piece[][] = [[]];
  highlightCode(
    source,
    language.parser.parse(source),
    classHighlighter,
    (text, classes) => void lines.at(-1)?.push({ text, classes }),
    () => void lines.push([]),
  );
  return lines;
}

export function plainLines(source: string): readonly (readonly Piece[])[] {
  const all = source.split("\n");
  const lines = all.slice(0, STATIC_LINES).map((text) => [{ text, classes: "" }]);
  const more = all.length - lines.length;
  if (more > 0) lines.push([{ text: `… ${more} more lines`, classes: "" }]);
  return lines;
}

/// The same lines with the matches of a search cut out of their pieces.
export function marked(
  lines: readonly (readonly Piece[])[],
  spans: readonly Span[],
  current: Span | null,
): typeof lines {
  if (spans.length === 0) return lines;
  let at = 0;
  let next = 0;
  return lines.map((line) => {
    const out: Piece[] = [];
    for (const piece of line) {
      const end = at + piece.text.length;
      let from = at;
      while (from < end) {
        while ((spans[next]?.to ?? end) <= from) next++;
        const span = spans[next];
        const inside = span !== undefined && span.from <= from;
        const to = Math.min(end, span === undefined ? end : inside ? span.to : span.from);
        const match = inside ? ` search-match${span.from === current?.from ? " search-current" : ""}` : "";
        out.push({ text: piece.text.slice(from - at, to - at), classes: `${piece.classes}${match}`.trim() });
        from = to;
      }
      at = end;
    }
    // The line end.
    at++;
    return out;
  });
}

/// Replaces what `parent` holds by a line element per line.
export function paint(parent: HTMLElement, lines: readonly (readonly Piece[])[]): void {
  parent.replaceChildren(
    ...lines.map((line) => {
      const element = document.createElement("div");
      element.className = "cm-line";
      if (line.length === 0 || (line.length === 1 && line[0]?.text === ""))
        element.append(document.createElement("br"));
      for (const { text, classes } of line) {
        if (classes === "") element.append(text);
        else {
          const span = document.createElement("span");
          span.className = classes;
          span.append(text);
          element.append(span);
        }
      }
      return element;
    }),
  );
}
