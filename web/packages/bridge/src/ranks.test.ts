import { describe, expect, it } from "vitest";
import { preferred } from "./ranks.js";

const WIDGET = "application/vnd.jupyter.widget-view+json";

describe("the type of an output that is shown", () => {
  const cases: readonly (readonly [string, readonly string[], string | undefined])[] = [
    ["a widget before everything", ["text/html", WIDGET], WIDGET],
    ["HTML before plain text", ["text/plain", "text/html"], "text/html"],
    [
      "a chart of Altair 6, whose type ends in another way",
      ["text/plain", "application/vnd.vegalite.v6.json"],
      "application/vnd.vegalite.v6.json",
    ],
    ["a formula before its picture", ["text/plain", "image/png", "text/latex"], "text/latex"],
    ["the drawing before the raster", ["image/png", "image/svg+xml", "text/plain"], "image/svg+xml"],
    ["a picture before the same as PDF", ["application/pdf", "image/png"], "image/png"],
    ["plain text before what nobody knows", ["application/vnd.some+json", "text/plain"], "text/plain"],
    ["what nobody knows, if there is nothing else", ["application/vnd.some+json"], "application/vnd.some+json"],
    ["JSON before its text", ["text/plain", "application/json"], "application/json"],
    ["nothing of what is meant for machines", ["text/llm+plain"], undefined],
    ["nothing of nothing", [], undefined],
  ];
  for (const [what, mimes, best] of cases) it(what, () => expect(preferred(mimes)[0]).toBe(best));

  it("among equals the bundle's own order counts", () => {
    expect(preferred(["image/webp", "image/png"])).toEqual(["image/webp", "image/png"]);
  });
});
