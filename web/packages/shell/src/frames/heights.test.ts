import { describe, expect, it } from "vitest";
import { Heights, HIGHEST, LOWEST } from "./heights.js";

describe("a frame's height", () => {
  it("follows its content within bounds", () => {
    const heights = new Heights(96, 0);
    expect(heights.report(240.2, 0)).toBe(241);
    expect(heights.report(241, 0)).toBeNull();
    expect(heights.report(9_000_000, 10)).toBe(HIGHEST);
    expect(heights.report(0, 20)).toBe(LOWEST);
  });

  it("is none that is no number or no height", () => {
    const heights = new Heights(96, 0);
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, -1, 1e12]) expect(heights.report(bad, 0)).toBeNull();
    expect(heights.height).toBe(96);
  });

  it("follows an animation", () => {
    const heights = new Heights(100, 0);
    for (let frame = 1; frame <= 20; frame++)
      expect(heights.report(100 + frame * frame, frame * 16)).toBe(100 + frame * frame);
  });

  it("goes back and stays where content grows by as much as its frame does", () => {
    const heights = new Heights(100, 0);
    let reported = 100;
    for (let step = 0; step < 50; step++)
      reported = (heights.report(reported + 16, step * 16) ?? heights.height) as number;
    expect(heights.settled).toBe(true);
    expect(heights.height).toBe(100);
  });

  it("comes to rest where content swings without end", () => {
    const heights = new Heights(100, 0);
    let changes = 0;
    for (let step = 0; step < 10_000; step++)
      if (heights.report(step % 2 === 0 ? 300 : 200, step * 16) !== null) changes++;
    expect(heights.settled).toBe(true);
    expect(changes).toBeLessThan(200);
  });

  it("is free again with other content", () => {
    const heights = new Heights(100, 0);
    for (let step = 0; step < 10_000; step++) heights.report(step % 2 === 0 ? 300 : 200, step * 16);
    heights.renew(200_000);
    expect(heights.settled).toBe(false);
    expect(heights.report(500, 200_000)).toBe(500);
  });
});
