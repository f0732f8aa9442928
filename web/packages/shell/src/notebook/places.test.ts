import { describe, expect, it } from "vitest";
import { LONG } from "./order.js";
import { Places } from "./places.js";
import { random } from "./testing.js";

function of(entries: readonly (readonly [string, string])[]): Places {
  const places = new Places();
  for (const [cell, order] of entries) places.put(cell, { order, deleted: null });
  return places;
}

describe("places", () => {
  it("sort by key, and equal keys by id", () =>
    expect(
      of([
        ["z", "B"],
        ["b", "A"],
        ["a", "A"],
      ]).living(),
    ).toEqual(["a", "b", "z"]));

  it("give the same array while the order is the same", () => {
    const places = of([
      ["a", "A"],
      ["b", "B"],
    ]);
    const before = places.living();
    places.put("b", { order: "C", deleted: null });
    places.put("c", { order: "D", deleted: 1 });
    expect(places.living()).toBe(before);
    places.put("b", { order: "A", deleted: 3 });
    expect(places.living()).toEqual(["a"]);
  });

  it("make room where two cells drew the same key", () => {
    const places = of([
      ["a", "V"],
      ["b", "V"],
      ["c", "X"],
    ]);
    const { keys, neighbours } = places.keysAfter("a", 2);
    for (const [cell, order] of neighbours) places.put(cell, { order, deleted: null });
    places.put("n", { order: keys[0] ?? "", deleted: null });
    places.put("o", { order: keys[1] ?? "", deleted: null });
    expect(places.living()).toEqual(["a", "n", "o", "b", "c"]);
  });

  it("keep keys short however often one inserts at one place", () => {
    const draw = random(5);
    const places = of([
      ["first", "V"],
      ["last", "W"],
    ]);
    for (let count = 0; count < 600; count++) {
      const { keys, neighbours } = places.keysAfter("first", 1, new Set(), draw);
      for (const [cell, order] of neighbours) places.put(cell, { order, deleted: null });
      places.put(`n${count}`, { order: keys[0] ?? "", deleted: null });
    }
    const living = places.living();
    expect(living.length).toBe(602);
    expect(living[1]).toBe("n599");
    expect(Math.max(...living.map((cell) => places.get(cell)?.order.length ?? 0))).toBeLessThanOrEqual(LONG);
  });

  it("leave those that move out of the way", () => {
    const places = of([
      ["a", "A"],
      ["b", "B"],
      ["c", "C"],
    ]);
    const { keys } = places.keysAfter("a", 1, new Set(["b"]));
    expect(keys[0] !== undefined && "A" < keys[0] && keys[0] < "C").toBe(true);
  });
});
