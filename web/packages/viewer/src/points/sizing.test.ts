import { expect, it } from "vitest";
import { autoLook, type Pace, paced, THINNEST, thinned } from "./sizing";

const size = { width: 1000, height: 700 };

it("draws few points large and many small, and fades them when they can shrink no more", () => {
  const [few, many, most] = [200, 100_000, 10_000_000].map((count) => autoLook(count, size));
  expect(few?.size).toBeGreaterThan(many?.size as number);
  expect(most?.size).toBe(1);
  expect(most?.opacity).toBeLessThan(many?.opacity as number);
  expect(most?.opacity).toBeGreaterThan(0);
});

it("draws fewer points when frames are long, more when they are short, by powers of two", () => {
  expect(thinned(1, 60, 16, 1e6, 4e6)).toBe(2);
  expect(thinned(2, 60, 16, 1e6, 4e6)).toBe(4);
  expect(thinned(4, 5, 16, 1e6, 4e6)).toBe(2);
  expect(thinned(1, 5, 16, 1e6, 4e6)).toBe(1);
});

it("begins thin where there are more points than the budget, and never thinner than WebGL can", () => {
  expect(thinned(1, 16, 16, 10e6, 4e6)).toBe(4);
  let step = 1;
  for (let frame = 0; frame < 20; frame++) step = thinned(step, 500, 16, 10e6, 4e6);
  expect(step).toBe(THINNEST);
});

it("leaves nothing out of a picture of few points, however slow it is", () => {
  expect(thinned(1, 500, 16, 50_000, 4e6)).toBe(1);
});

it("goes to as few points as it takes at once", () => {
  expect(thinned(1, 500, 16, 1e6, 4e6)).toBe(THINNEST);
  expect(thinned(1, 130, 16, 1e6, 4e6)).toBe(8);
});

it("tries more points where a display keeps every frame at its turn, and keeps to fewer where that was too slow", () => {
  let pace: Pace = { step: 4, good: 0 };
  const frames = (count: number, took: (step: number) => number) => {
    for (let frame = 0; frame < count; frame++) pace = paced(pace, took(pace.step), 16, 1e6, 4e6);
  };
  frames(60, () => 16.7);
  expect(pace.step).toBe(1);
  const slow = (step: number) => (step < 4 ? 40 : 16.7);
  const steps: number[] = [];
  for (let frame = 0; frame < 200; frame++) {
    frames(1, slow);
    steps.push(pace.step);
  }
  expect(steps.filter((step) => step < 4).length).toBeLessThan(20);
  frames(50, () => 500);
  expect(pace.step).toBe(THINNEST);
});
