/// The keys are those that Python would have made (golden/order.json).

import { describe, expect, it } from "vitest";
import golden from "./golden/order.json" with { type: "json" };
import { between, LONG, spread } from "./order.js";
import { random } from "./testing.js";

describe("order keys", () => {
  for (const { low, high, draw, key } of golden.between)
    it(`between ${low} and ${high} is what Python says`, () =>
      expect(between(low, high, (below) => draw % below)).toBe(key));

  for (const { low, high, count, keys } of golden.spread)
    it(`${count} between ${low} and ${high} are what Python says`, () =>
      expect(spread(low, high, count)).toEqual(keys));

  it("a thousand cells written one below the other keep short keys in order", () => {
    const draw = random(1);
    const keys = [between(null, null, draw) ?? ""];
    while (keys.length < 1000) keys.push(between(keys.at(-1) ?? null, null, draw) ?? "");
    expect([...keys].sort()).toEqual(keys);
    expect(Math.max(...keys.map((key) => key.length))).toBeLessThan(10);
  });

  it("always lies strictly between, at whatever place", () => {
    const draw = random(2);
    const keys = [between(null, null, draw) ?? ""];
    for (let step = 0; step < 500; step++) {
      const at = draw(keys.length + 1);
      const key = between(keys[at - 1] ?? null, keys[at] ?? null, draw);
      if (key === null || key.length > LONG) continue;
      expect(key).toMatch(/^[0-9A-Za-z]{0,199}[1-9A-Za-z]$/);
      keys.splice(at, 0, key);
    }
    expect([...keys].sort()).toEqual(keys);
    expect(new Set(keys).size).toBe(keys.length);
  });
});
