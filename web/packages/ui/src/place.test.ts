import { expect, test } from "vitest";
import { place } from "./place.js";

const view = { width: 400, height: 300 };
const size = { width: 100, height: 50 };

test("a box lies below its anchor, and above where there is no room", () => {
  expect(place({ left: 10, top: 10, width: 20, height: 20 }, size, view)).toEqual({ left: 10, top: 34, side: "below" });
  expect(place({ left: 10, top: 260, width: 20, height: 20 }, size, view)).toEqual({
    left: 10,
    top: 206,
    side: "above",
  });
});

test("a box never leaves the window", () => {
  expect(place({ left: 390, top: 10, width: 20, height: 20 }, size, view).left).toBe(296);
  expect(place({ left: 0, top: 10, width: 20, height: 20 }, size, view, "below", "end").left).toBe(4);
});

test("a box larger than the window starts at its edge", () => {
  expect(place({ left: 50, top: 100, width: 20, height: 20 }, { width: 900, height: 900 }, view)).toMatchObject({
    left: 4,
    top: 4,
  });
});
