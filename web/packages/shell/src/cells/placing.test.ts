import { describe, expect, it } from "vitest";
import { staying } from "./placing.js";

describe("what stays while cells move", () => {
  it("is everything where the order is kept", () => {
    expect(staying([0, 1, 2, 5, 9]).size).toBe(5);
  });

  it("is all but the one that moved", () => {
    expect([...staying([4, 0, 1, 2, 3])].sort()).toEqual([1, 2, 3, 4]);
    expect([...staying([1, 2, 3, 4, 0])].sort()).toEqual([0, 1, 2, 3]);
  });

  it("is in order, whatever comes", () => {
    let seed = 7;
    for (let round = 0; round < 50; round++) {
      const order = Array.from({ length: 40 }, (_, i) => i)
        .map((value) => {
          seed = (seed * 16807) % 2147483647;
          return { value, key: seed };
        })
        .sort((a, b) => a.key - b.key)
        .map(({ value }) => value);
      const kept = order.filter((_, at) => staying(order).has(at));
      expect(kept).toEqual([...kept].sort((a, b) => a - b));
      expect(kept.length).toBeGreaterThan(0);
    }
  });

  it("is nothing of nothing", () => {
    expect(staying([]).size).toBe(0);
  });
});
