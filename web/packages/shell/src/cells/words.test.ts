import { describe, expect, it } from "vitest";
import { cellLabel, duration, prompt } from "./words.js";

const SAID = { type: "code", position: 3, count: 5, status: "ok", stale: false, selected: false } as const;

describe("what a cell says of itself", () => {
  it.each([
    [SAID, "Code cell 3, executed 5, finished"],
    [{ ...SAID, status: "running" }, "Code cell 3, executed 5, running"],
    [{ ...SAID, stale: true, selected: true }, "Code cell 3, executed 5, finished, edited since it ran, selected"],
    [{ ...SAID, type: "markdown", count: null, status: "" }, "Markdown cell 3"],
    [{ ...SAID, position: null, count: null, status: "queued" }, "Code cell, waiting to run"],
    [{ ...SAID, status: "made up" }, "Code cell 3, executed 5"],
  ] as const)("%o", (said, words) => {
    expect(cellLabel(said)).toBe(words);
  });

  it("is a star in the prompt while it waits or runs", () => {
    expect([prompt("", null), prompt("", 3), prompt("queued", 3), prompt("running", null), prompt("ok", 4)]).toEqual([
      "[ ]",
      "[3]",
      "[*]",
      "[*]",
      "[4]",
    ]);
  });

  it.each([
    [0.0401, "40 ms"],
    [1.24, "1.2 s"],
    [2, "2 s"],
    [42.4, "42 s"],
    [187, "3:07"],
    [7205, "2:00:05"],
    [-1, "0 ms"],
  ])("a run of %d seconds took %s", (seconds, words) => {
    expect(duration(seconds)).toBe(words);
  });
});
