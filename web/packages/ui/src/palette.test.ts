import { expect, it } from "vitest";
import { runs } from "./palette.js";

it("marks the letters that matched", () => {
  expect(runs("Run all", [0, 1, 4])).toEqual([
    { text: "Ru", hit: true },
    { text: "n ", hit: false },
    { text: "a", hit: true },
    { text: "ll", hit: false },
  ]);
});
