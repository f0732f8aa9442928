import { describe, expect, it } from "vitest";
import { replacement, snap, toPoints, toUnits } from "./text.js";
import { sourceText, tame } from "./values.js";

const TEXT = "a🧫b細c";

describe("positions", () => {
  it("UTF-16 units become code points and come back", () => {
    for (const [units, points] of [
      [0, 0],
      [1, 1],
      [3, 2],
      [4, 3],
      [5, 4],
      [6, 5],
    ] as const) {
      expect(toPoints(TEXT, units)).toBe(points);
      expect(toUnits(TEXT, points)).toBe(units);
    }
    expect(toUnits(TEXT, 99)).toBe(TEXT.length);
    expect(toPoints(TEXT, 99)).toBe(5);
  });

  it("never lie inside a character of two units", () => {
    expect(snap(TEXT, 2)).toBe(1);
    expect(snap(TEXT, 3)).toBe(3);
    expect(snap(TEXT, -4)).toBe(0);
    expect(snap(TEXT, 99)).toBe(6);
  });
});

describe("a replacement", () => {
  for (const [old, now] of [
    ["", "abc"],
    ["abc", ""],
    ["abab", "ab"],
    ["x🧫y", "x🧬y"],
    ["🧫🧫", "🧫"],
    ["same", "same"],
  ] as const)
    it(`turns ${JSON.stringify(old)} into ${JSON.stringify(now)} and cuts no character`, () => {
      const found = replacement(old, now);
      if (old === now) return expect(found).toBeNull();
      expect(found).not.toBeNull();
      if (found === null) return;
      expect(old.slice(0, found.from) + found.insert + old.slice(found.to)).toBe(now);
      for (const at of [found.from, found.to]) expect(snap(old, at)).toBe(at);
    });
});

describe("what goes into the document", () => {
  it("has LF line ends and no lone surrogates", () => {
    expect(sourceText("a\r\nb\rc\n")).toBe("a\nb\nc\n");
    expect(sourceText("x\ud83ey")).toBe("x\ufffdy");
    expect(sourceText("🧫")).toBe("🧫");
  });

  it("is JSON", () => {
    const value = { a: undefined, b: Number.NaN, c: 10n, d: [1, "x\udc00", null, () => 1], e: true };
    expect(tame(value, "It")).toEqual({ b: null, c: 10, d: [1, "x\ufffd", null, null], e: true });
  });

  it("is not nested deeper than the daemon takes", () => {
    let deep: unknown = 1;
    for (let level = 0; level < 101; level++) deep = [deep];
    expect(() => tame(deep, "It")).toThrow(/too deep/);
  });
});
