import { expect, test } from "vitest";
import { typedAhead } from "./typeahead.js";

const names = ["Cut", "Copy", "Paste", "Delete", "Collapse"];

test("one letter again and again goes round those that begin with it", () => {
  expect(typedAhead(names, "c", -1)).toBe(0);
  expect(typedAhead(names, "cc", 0)).toBe(1);
  expect(typedAhead(names, "ccc", 1)).toBe(4);
  expect(typedAhead(names, "c", 4)).toBe(0);
});

test("a word finds the first that begins with it, also the one where one is", () => {
  expect(typedAhead(names, "col", 0)).toBe(4);
  expect(typedAhead(names, "pa", 2)).toBe(2);
});

test("what is not there is not found", () => {
  expect(typedAhead(names, "x", 0)).toBe(-1);
  expect(typedAhead([], "x", -1)).toBe(-1);
});
