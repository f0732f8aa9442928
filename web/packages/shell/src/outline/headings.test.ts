import { describe, expect, it } from "vitest";
import { headings } from "./headings.js";
import { currentHeading, summed } from "./outline.js";

function titles(source: string): readonly string[] {
  return headings(source).map(({ level, text }) => `${level} ${text}`);
}

describe("headings", () => {
  it("have the level of their marks", () => {
    expect(titles("# One\n\ntext\n### Three ###\n#not one\n####### seven")).toEqual(["1 One", "3 Three"]);
  });

  it("end without the marks that close the line", () => {
    expect(titles("# a # b ##  \n# ###\n#\n# c#\n## d \\#")).toEqual(["1 a # b", "1 c#", "2 d #"]);
  });

  it("are read from lines that were written to take for ever", () => {
    const spaces = " ".repeat(20_000);
    for (const line of [`#${spaces}a${spaces}b`, `# ${" #".repeat(20_000)}x`, `# ${"[".repeat(100_000)}`])
      expect(headings(line).length).toBeLessThan(2);
    expect(headings(`# ${"[](".repeat(100_000)}`).length).toBe(1);
  });

  it("may be underlined", () => {
    expect(titles("One\n===\n\nTwo\n---\n\n- item\n---\n")).toEqual(["1 One", "2 Two"]);
  });

  it("are none inside of code", () => {
    expect(titles("```\n# no\n```\n# yes\n~~~~\n# no\n```\n~~~~\n## too")).toEqual(["1 yes", "2 too"]);
  });

  it("lose the marks of emphasis, links and markup", () => {
    expect(titles("# The **big** `x` [link](http://x) <b>it</b>")).toEqual(["1 The big x link it"]);
  });

  it("know their line", () => {
    expect(headings("a\n\n# b").map((heading) => heading.line)).toEqual([2]);
  });
});

describe("the outline", () => {
  const code = { code: {} as never };
  const heading = (level: number, cell: string) => ({ level, text: cell, line: 0, cell });

  it("says at every heading above what runs or failed", () => {
    const rows = [heading(1, "a"), heading(2, "b"), code, heading(2, "c"), code, heading(1, "d"), code];
    const entries = summed(rows, ["", "", "error", "", "running", "", ""]);
    expect(entries.map((entry) => entry.mark)).toEqual(["running", "error", "running", ""]);
  });

  it("knows the heading that a cell stands under", () => {
    const entries = summed([heading(1, "a"), heading(1, "c")], ["", ""]);
    const order = ["x", "a", "b", "c", "d"];
    expect(order.map((id) => currentHeading(entries, order, id))).toEqual([-1, 0, 0, 1, 1]);
    expect(currentHeading(entries, order, null)).toBe(-1);
  });
});
