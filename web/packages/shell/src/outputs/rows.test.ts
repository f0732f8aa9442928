import { describe, expect, it } from "vitest";
import { countLines, countRows, ROW_CHARS, splitRows, styleAt, tailStart } from "./rows.js";
import { PLAIN } from "./sgr.js";

const texts = (text: string) => splitRows(text).map((row) => row.text);

describe("rows", () => {
  it("are lines; a line's end at the end begins none", () => {
    expect(texts("")).toEqual([]);
    expect(texts("a")).toEqual(["a"]);
    expect(texts("a\n")).toEqual(["a"]);
    expect(texts("a\n\nb\n")).toEqual(["a", "", "b"]);
    expect(texts("\n")).toEqual([""]);
  });

  it("are pieces of a long line", () => {
    const long = "x".repeat(2 * ROW_CHARS + 1);
    expect(texts(`${long}\nend`).map((row) => row.length)).toEqual([ROW_CHARS, ROW_CHARS, 1, 3]);
  });

  it("are counted as they are split", () => {
    for (const text of [
      "",
      "a",
      "a\n",
      "\n\n",
      "a\n\nb",
      "x".repeat(ROW_CHARS),
      `${"x".repeat(ROW_CHARS)}\n`,
      "x".repeat(3 * ROW_CHARS + 5),
    ])
      expect([text.length, countRows(text)]).toEqual([text.length, splitRows(text).length]);
  });

  it("stop where enough of them were made", () => {
    expect(splitRows("a\nb\nc", PLAIN, 2).map((row) => row.text)).toEqual(["a", "b"]);
  });

  it("begin in the style in which the one before ended", () => {
    const [first, second, third] = splitRows("\x1b[31ma\nb\x1b[0m\nc");
    expect([first?.style.fg, second?.style.fg, third?.style.fg]).toEqual([-1, 1, -1]);
  });

  it("show what a terminal leaves of carriage returns and backspaces", () => {
    expect(texts(" 10%\r 20%\r100%\n")).toEqual(["100%"]);
    expect(texts("abcdef\rXY")).toEqual(["XYcdef"]);
    expect(texts("a\r\nb\r\n")).toEqual(["a", "b"]);
    expect(texts("\x1b[32m10%\x1b[0m\r\x1b[32m20%\x1b[0m")).toEqual(["\x1b[32m20%\x1b[0m"]);
    expect(texts("abc\b\bX")).toEqual(["aX"]);
    expect(texts("\b\ba")).toEqual(["a"]);
  });

  it("of lines are counted as lines", () => {
    expect([countLines(""), countLines("a"), countLines("a\n"), countLines("a\nb"), countLines("\n\n")]).toEqual([
      0, 1, 1, 2, 2,
    ]);
  });
});

describe("the end of a text", () => {
  it("begins where its last rows begin", () => {
    const tail = (text: string, count: number) => text.slice(tailStart(text, count));
    expect(tail("a\nb\nc\n", 2)).toBe("b\nc\n");
    expect(tail("a\nb\nc", 2)).toBe("b\nc");
    expect(tail("a\nb", 5)).toBe("a\nb");
    expect(tail("\n\n", 1)).toBe("\n");
    expect(tail("", 3)).toBe("");
  });

  it("is never more rows than were asked for, also of long lines", () => {
    for (const text of [
      `a\n${"x".repeat(5 * ROW_CHARS)}\nb\n`,
      "x".repeat(9 * ROW_CHARS + 7),
      `${"y".repeat(3 * ROW_CHARS)}\nb\nc`,
    ])
      for (const count of [1, 2, 3, 4]) {
        const rows = countRows(text.slice(tailStart(text, count)));
        expect(rows).toBeGreaterThan(0);
        expect(rows).toBeLessThanOrEqual(count);
      }
  });

  it("has the style that the text before it left", () => {
    const text = "\x1b[31mred\x1b[0mplain\x1b[1mbold\nend";
    expect(styleAt(text, text.indexOf("end"), PLAIN)).toEqual({ ...PLAIN, flags: 1 });
    expect(styleAt(text, 0, PLAIN)).toEqual(PLAIN);
  });
});
