import { expect, test } from "vitest";
import { count, measured, signed, typed } from "./numbers";

test("counts have their thousands", () => expect(count(1_234_567)).toBe("1,234,567"));

test.each([
  [-0.81834, "−0.8183"],
  [0, "0"],
  [12_345, "12,350"],
  [-3.2e-7, "−3.20e−7"],
  [4e9, "4.00e9"],
  [Number.NaN, "–"],
  [-Infinity, "–"],
])("%f is read as %s", (value, said) => expect(measured(value)).toBe(said));

test("fewer digits where there is little room", () => expect(measured(-1234.5, 3)).toBe("−1,230"));

test("signs are signs", () => expect(signed("-1e-5")).toBe("−1e−5"));

test.each([-0.5, 12_345, 1e-9, 4e9])("what a field shows of %f is that number again", (value) =>
  expect(Number(typed(value))).toBe(value),
);
