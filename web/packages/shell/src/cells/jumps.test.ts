import { describe, expect, it } from "vitest";
import { offsetOf } from "./jumps.js";

describe("the offset of a line", () => {
  it("is where it begins", () => {
    expect([1, 2, 3].map((line) => offsetOf("ab\ncd\nef", line))).toEqual([0, 3, 6]);
  });

  it("is the last line's where there are fewer", () => {
    expect(offsetOf("ab\ncd", 9)).toBe(3);
  });
});
