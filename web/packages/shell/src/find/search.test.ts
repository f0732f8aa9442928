import { describe, expect, it } from "vitest";
import { compile, NO_QUERY, type Query, replacement, search, turn } from "./search.js";

function pattern(query: Partial<Query>): RegExp {
  const made = compile({ ...NO_QUERY, ...query });
  if (!(made instanceof RegExp)) throw new Error(JSON.stringify(made));
  return made;
}

function found(text: string, query: Partial<Query>): readonly string[] {
  return search(text, pattern(query)).map(({ from, to }) => text.slice(from, to));
}

describe("searching", () => {
  it("takes signs for what they are", () => {
    expect(found("a.b axb (a.b)", { text: "a.b" })).toEqual(["a.b", "a.b"]);
    expect(found("x[0] + y[0]-z", { text: "[0]-" })).toEqual(["[0]-"]);
  });

  it("minds case only where asked", () => {
    expect(found("Run run RUN", { text: "run" })).toHaveLength(3);
    expect(found("Run run RUN", { text: "run", matchCase: true })).toEqual(["run"]);
  });

  it("finds whole words, of any letters", () => {
    expect(found("über übergang über_x", { text: "über", word: true })).toEqual(["über"]);
  });

  it("takes regular expressions, line by line", () => {
    expect(found("a1\nb2\nc3", { text: "^\\w\\d$", regex: true })).toEqual(["a1", "b2", "c3"]);
  });

  it("says what is wrong with an expression", () => {
    expect(compile({ ...NO_QUERY, text: "(", regex: true })).toMatchObject({ error: expect.stringMatching(/group/i) });
  });

  it("finds no empty matches, and ends", () => {
    expect(found("aab", { text: "x*", regex: true })).toEqual([]);
  });

  it("stops at the bound", () => {
    expect(search("aaaa", pattern({ text: "a" }), 2)).toHaveLength(2);
    expect(search("aaaa", pattern({ text: "a" }), 0)).toEqual([]);
  });

  it("looks for nothing where nothing is typed", () => {
    expect(compile(NO_QUERY)).toBeNull();
  });
});

describe("replacing", () => {
  const query: Query = { ...NO_QUERY, text: "(\\w+)=(?<v>\\d+)", regex: true };

  it("fills in groups of an expression", () => {
    const made = pattern(query);
    const text = "let x=12";
    const [span] = search(text, made);
    expect(span && replacement(text, span, made, query, "$1: $<v> ($&) $$")).toBe("x: 12 (x=12) $");
  });

  it("takes a plain replacement as it is", () => {
    const plain: Query = { ...NO_QUERY, text: "x" };
    expect(replacement("x", { from: 0, to: 1 }, pattern(plain), plain, "$1 $&")).toBe("$1 $&");
  });
});

describe("going through matches", () => {
  it("goes around the ends", () => {
    expect(turn(3, 2, 1)).toBe(0);
    expect(turn(3, 0, -1)).toBe(2);
    expect(turn(3, -1, 1)).toBe(0);
    expect(turn(0, -1, 1)).toBe(-1);
  });
});
