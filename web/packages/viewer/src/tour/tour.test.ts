import { expect, it } from "vitest";
import { wanted } from "./tour";

function storage(full = false): Storage {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => {
      if (full) throw new Error("full");
      kept.set(key, value);
    },
  } as Storage;
}

it("is shown once, on a wide page, to a person", () => {
  const there = storage();
  expect(wanted(1000, () => there, false)).toBe(true);
  expect(wanted(1000, () => there, false)).toBe(false);
  expect(wanted(480, () => storage(), false)).toBe(false);
  expect(wanted(1000, () => storage(), true)).toBe(false);
});

it("is not shown to whom it cannot be remembered that they saw it", () => {
  expect(wanted(1000, () => storage(true), false)).toBe(false);
  expect(
    wanted(
      1000,
      () => {
        throw new Error("SecurityError");
      },
      false,
    ),
  ).toBe(false);
});
