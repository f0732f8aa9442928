import { describe, expect, it } from "vitest";
import { all, type Column, matching, ordered, shown } from "./rows.js";

const column = (...values: unknown[]): Column => ({ name: "a", kind: "other", at: (row) => values[row] });
const on = async () => true;

describe("the rows of a table", () => {
  it("are found by a text in any column, without regard to case", async () => {
    const columns = [column("Anna", "Bert", null), column(1.5, 20, "ANN")];
    expect([...((await matching(columns, 3, "ann", on)) ?? [])]).toEqual([0, 2]);
    expect([...((await matching(columns, 3, "20", on)) ?? [])]).toEqual([1]);
    expect([...((await matching(columns, 3, " ", on)) ?? [])]).toEqual([0, 1, 2]);
  });

  it("are not looked for any longer once nobody waits", async () => {
    let asked = 0;
    const stop = async () => ++asked < 2;
    expect(await matching([column()], 100_000, "x", stop)).toBeNull();
    expect(asked).toBe(2);
  });

  it("are ordered by number, text or time, with what is missing last both ways", () => {
    const values = column(3, null, 1, Number.NaN, 20);
    expect([...ordered(all(5), values, false)]).toEqual([2, 0, 4, 1, 3]);
    expect([...ordered(all(5), values, true)]).toEqual([4, 0, 2, 1, 3]);
    expect([...ordered(all(3), column("b", "a", "c"), true)]).toEqual([2, 0, 1]);
    expect([...ordered(all(2), column(new Date(5), new Date(1)), false)]).toEqual([1, 0]);
    expect([...ordered(all(2), column(5n, 1n), false)]).toEqual([1, 0]);
  });

  it("keep their order where they are equal", () => {
    expect([...ordered(all(4), column(1, 0, 1, 0), true)]).toEqual([0, 2, 1, 3]);
  });
});

describe("a value", () => {
  const cases: readonly (readonly [unknown, string])[] = [
    [null, ""],
    [1234567.891, "1234570"],
    [12345678, "12345678"],
    [0.1 + 0.2, "0.3"],
    [true, "true"],
    [new Date(Date.UTC(2024, 0, 2)), "2024-01-02"],
    [new Date(Date.UTC(2024, 0, 2, 3, 4, 5)), "2024-01-02 03:04:05"],
    [{ a: 1n }, '{"a":"1"}'],
    ["<b>", "<b>"],
  ];
  for (const [value, text] of cases) it(`reads as ${JSON.stringify(text)}`, () => expect(shown(value)).toBe(text));
});
