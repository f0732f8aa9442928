import { describe, expect, it } from "vitest";
import { IN_LATEX, IN_MARKDOWN, mathsAt } from "./maths.js";

describe("formulas in a text", () => {
  it("stand between dollars", () => {
    expect(mathsAt("a $x^2$ b", 2, IN_MARKDOWN)).toEqual({ tex: "x^2", display: false, end: 7 });
    expect(mathsAt("$$x$$", 0, IN_MARKDOWN)).toEqual({ tex: "x", display: true, end: 5 });
  });

  it("may hold a dollar behind a backslash", () => {
    expect(mathsAt("$a \\$ b$", 0, IN_MARKDOWN)?.tex).toBe("a \\$ b");
  });

  it("are not prices", () => {
    expect(mathsAt("$5 and $6", 0, IN_MARKDOWN)).toBeNull();
  });

  it("do not reach over an empty line, nor over nothing", () => {
    expect(mathsAt("$a\n\nb$", 0, IN_MARKDOWN)).toBeNull();
    expect(mathsAt("$ $", 0, IN_MARKDOWN)).toBeNull();
    expect(mathsAt("$a", 0, IN_MARKDOWN)).toBeNull();
  });

  it("are written with one backslash in LaTeX and with two in Markdown", () => {
    expect(mathsAt("\\(x\\)", 0, IN_LATEX)?.tex).toBe("x");
    expect(mathsAt("\\(x\\)", 0, IN_MARKDOWN)).toBeNull();
    expect(mathsAt("\\\\[x\\\\]", 0, IN_MARKDOWN)).toEqual({ tex: "x", display: true, end: 7 });
  });

  it("may be an environment with the same one inside", () => {
    const text = "\\begin{a}\\begin{a}1\\end{a}\\end{a} after";
    expect(mathsAt(text, 0, IN_MARKDOWN)?.end).toBe(text.length - " after".length);
  });

  it("are found in a text full of dollars without reading it again for each", () => {
    const text = "$ ".repeat(200_000);
    let found = 0;
    for (let at = 0; at < 2000; at++) found += mathsAt(text, at, IN_MARKDOWN) ? 1 : 0;
    expect(found).toBe(0);
  });
});
