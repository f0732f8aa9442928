import { expect, test } from "vitest";
import { Pending } from "./pending.js";

const blob = (letter: string) => ({ blob: letter.repeat(64), size: 1_000_000 });

test("the latest value of each trait stays, and with a replaced one its bytes go", () => {
  const pending = new Pending({ value: 1, other: "a" }, [{ path: ["data", "0"], data: blob("a") }], ["data"]);
  pending.fold({ value: 2 }, [], []);
  pending.fold({}, [{ path: ["data", "0"], data: blob("b") }], ["data"]);
  expect(pending.state).toEqual({ data: null, value: 2, other: "a" });
  expect(pending.buffers).toEqual([{ path: ["data", "0"], data: blob("b") }]);
  pending.fold({ data: [] }, [], []);
  expect(pending.state).toEqual({ data: [], value: 2, other: "a" });
  expect(pending.buffers).toEqual([]);
});

test("a trait that has no value any more has none, whatever it had", () => {
  const pending = new Pending({ value: 1 }, [], []);
  pending.fold({}, [], ["value"]);
  expect(pending.state).toEqual({ value: null });
});
