import { expect, test } from "vitest";
import { schemeOf } from "./looks.js";

const day = { dark: false, contrast: false };
const night = { dark: true, contrast: false };
const strong = { dark: true, contrast: true };

test("the system decides where nothing was chosen", () => {
  expect(schemeOf("system", day)).toBe("light");
  expect(schemeOf("system", night)).toBe("dark");
  expect(schemeOf("system", strong)).toBe("contrast-dark");
});

test("what was chosen wins over the system", () => {
  expect(schemeOf("light", strong)).toBe("light");
  expect(schemeOf("dark", day)).toBe("dark");
  expect(schemeOf("contrast-light", night)).toBe("contrast-light");
});

test("high contrast alone leaves light and dark to the system", () => {
  expect(schemeOf("contrast", day)).toBe("contrast-light");
  expect(schemeOf("contrast", night)).toBe("contrast-dark");
});
