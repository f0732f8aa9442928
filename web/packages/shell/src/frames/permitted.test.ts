import { expect, test } from "vitest";
import { permitted } from "./permitted.js";

const HTML = { id: "0", data: { "text/html": "<b>x</b>", "text/plain": "x" }, metadata: {} };
const VEGA = { id: "1", data: { "application/vnd.vegalite.v5+json": "{}" }, metadata: {} };

test("an output of a listed type is left as it is", () => {
  expect(permitted(HTML, ["all"])).toBe(HTML);
  expect(permitted(HTML, ["text/html"])).toBe(HTML);
  expect(permitted(VEGA, ["application/vnd.vega*"])).toBe(VEGA);
});

test("one of another type is its plain text, or a sentence, and the same object each time", () => {
  const shown = permitted(HTML, ["image/svg+xml"]);
  expect(shown).toEqual({ id: "0", data: { "text/plain": "x" }, metadata: {} });
  expect(permitted(HTML, ["image/svg+xml"])).toBe(shown);
  expect(permitted(VEGA, []).text).toContain("does not let this type");
  expect(permitted(HTML, ["text/*"])).toBe(HTML);
});
