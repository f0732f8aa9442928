import { describe, expect, it } from "vitest";
import { childCount, children, isBranch, isLong, kindOf, shortKey, summary } from "./json.js";

describe("JSON as a tree", () => {
  it("knows its children when they are asked for, and only so many", () => {
    const big = JSON.parse(`[${"0,".repeat(99_999)}0]`) as unknown[];
    expect(childCount(big)).toBe(100_000);
    expect(children(big, 3)).toEqual([0, 1, 2].map((index) => ({ key: String(index), value: 0 })));
    expect(children(JSON.parse('{"__proto__": 1, "a": 2}') as object, 9)).toEqual([
      { key: "__proto__", value: 1 },
      { key: "a", value: 2 },
    ]);
  });

  it("says a value in one bounded line", () => {
    expect(summary("a\n<b>")).toBe('"a\\n<b>"');
    expect(summary("x".repeat(1_000_000)).length).toBeLessThan(400);
    expect(summary("x".repeat(1000), true).length).toBe(1002);
    expect([summary(null), summary(1.5), summary([1]), summary([]), summary({ a: 1 }), summary({})]).toEqual([
      "null",
      "1.5",
      "[1 item]",
      "[0 items]",
      "{1 key}",
      "{0 keys}",
    ]);
    expect(shortKey("k".repeat(1000)).length).toBe(121);
  });

  it("tells branches, kinds and long values", () => {
    expect([isBranch([]), isBranch({}), isBranch(null), isBranch("x")]).toEqual([true, true, false, false]);
    expect([kindOf(null), kindOf("x"), kindOf(1), kindOf({})]).toEqual(["null", "string", "number", "object"]);
    expect([isLong("x".repeat(301)), isLong("x"), isLong([])]).toEqual([true, false, false]);
  });
});
