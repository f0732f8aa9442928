import { describe, expect, it } from "vitest";
import { above, type Row, sections } from "./sections.js";

/// `#a` is a heading, `-#a` a folded one.
const rows = (text: string): readonly Row[] =>
  text.split(" ").map((word) => {
    const level = /^-?(#+)/.exec(word)?.[1]?.length ?? null;
    return { id: word.replace(/^-?#*/, ""), level, folded: word.startsWith("-") };
  });

const hidden = (text: string) => [...sections(rows(text)).hidden].join(" ");

describe("a folded heading", () => {
  it("hides what is below it, to the next heading of its level or above", () => {
    expect(hidden("x #a b -##c d ###e f ##g h")).toBe("d e f");
    expect(hidden("-##a b #c d")).toBe("b");
    expect(hidden("-#a b")).toBe("b");
  });

  it("hides folded headings below it, which stay folded", () => {
    expect(hidden("-#a b -##c d #e")).toBe("b c d");
    expect([...sections(rows("-#a b -##c d #e")).below]).toEqual([["a", ["b", "c", "d"]]]);
    expect(hidden("#a b -##c d #e")).toBe("d");
  });

  it("that is none any more hides nothing", () => {
    expect(hidden("-a b c")).toBe("");
  });
});

describe("the headings above a cell", () => {
  it("are those that it stands under", () => {
    const at = (id: string) => above(rows("#a ##b x #c ##d ###e y ##f z"), id).map((row) => row.id);
    expect(at("y")).toEqual(["e", "d", "c"]);
    expect(at("z")).toEqual(["f", "c"]);
    expect(at("f")).toEqual(["c"]);
    expect(at("a")).toEqual([]);
    expect(at("gone")).toEqual([]);
  });
});
