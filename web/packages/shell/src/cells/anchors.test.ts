import { describe, expect, it } from "vitest";
import { tryBench } from "../commands/testing.js";
import { cellOfHeading } from "./anchors.js";

const markdown = (source: string) => ({ type: "markdown", source }) as const;

describe("the cell of a heading", () => {
  const { notebook, ids, end } = tryBench([
    "# Methods is a comment of code",
    markdown("# Introduction\n\n## Methods used"),
    markdown("# introduction"),
    markdown("# Results\n\n# Results"),
  ]);

  it("is found by the heading's address, as Jupyter makes it", () => {
    expect(cellOfHeading(notebook, "Methods-used")).toBe(ids[1]);
    expect(cellOfHeading(notebook, "Introduction")).toBe(ids[1]);
    expect(cellOfHeading(notebook, "introduction")).toBe(ids[2]);
    expect(cellOfHeading(notebook, "Results-1")).toBe(ids[3]);
  });

  it("is found by another case where no heading has this one", () => {
    expect(cellOfHeading(notebook, "methods-USED")).toBe(ids[1]);
  });

  it("is none where no heading has the address", () => {
    expect(cellOfHeading(notebook, "Methods")).toBeUndefined();
    expect(cellOfHeading(notebook, "")).toBeUndefined();
    end();
  });
});
