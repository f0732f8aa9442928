import { pythonLanguage } from "@codemirror/lang-python";
import { describe, expect, it } from "vitest";
import { marked, pieces, plainLines, STATIC_LINES } from "./highlight.js";

const SOURCE = "def f(x):\n    return 'a' # b\n\nf(1)";

function text(lines: ReturnType<typeof pieces>): string {
  return lines.map((line) => line.map((piece) => piece.text).join("")).join("\n");
}

describe("a coloured source", () => {
  it("keeps every character", () => {
    expect(text(pieces(SOURCE, pythonLanguage))).toBe(SOURCE);
    expect(text(plainLines(SOURCE))).toBe(SOURCE);
  });

  it("has a bounded number of lines, and says how many more there are", () => {
    const lines = plainLines("a\n".repeat(400_000));
    expect(lines.length).toBe(STATIC_LINES + 1);
    expect(lines.at(-1)?.map((piece) => piece.text)).toEqual([`… ${400_001 - STATIC_LINES} more lines`]);
  });

  it("has the classes of the editor", () => {
    const classes = pieces(SOURCE, pythonLanguage)
      .flat()
      .filter((piece) => ["def", "'a'", "# b"].includes(piece.text))
      .map((piece) => piece.classes);
    expect(classes).toEqual(["tok-keyword", "tok-string", "tok-comment"]);
  });

  it("shows matches across pieces and lines, and the current one", () => {
    const spans = [
      { from: 4, to: 7 },
      { from: 14, to: 20 },
      { from: 30, to: 34 },
    ];
    const lines = marked(pieces(SOURCE, pythonLanguage), spans, spans[1] ?? null);
    expect(text(lines)).toBe(SOURCE);
    const hits = lines.flat().filter((piece) => piece.classes.includes("search-match"));
    expect(hits.map((piece) => piece.text).join("|")).toBe("f|(|x|return|f|(|1|)");
    const current = lines.flat().filter((piece) => piece.classes.includes("search-current"));
    expect(current.map((piece) => piece.text)).toEqual(["return"]);
  });
});
