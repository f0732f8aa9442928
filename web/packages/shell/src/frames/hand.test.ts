import { expect, test } from "vitest";
import { Hand } from "./hand.js";

test("where the pointer is seen first, it may have rested", () => {
  expect(new Hand().moved(10, 10)).toBe(false);
});

test("seen elsewhere, it was moved", () => {
  const hand = new Hand();
  hand.moved(10, 10);
  expect(hand.moved(10, 11)).toBe(true);
});

test("seen again at the same place, it rests, also after it was moved", () => {
  const hand = new Hand();
  hand.moved(10, 10);
  expect(hand.moved(10, 10)).toBe(false);
  hand.moved(20, 20);
  expect(hand.moved(20, 20)).toBe(false);
});

test("after a key it may have rested elsewhere, where the page did not see it", () => {
  const hand = new Hand();
  hand.moved(10, 10);
  hand.pressed();
  expect(hand.moved(300, 300)).toBe(false);
  expect(hand.moved(301, 300)).toBe(true);
});
