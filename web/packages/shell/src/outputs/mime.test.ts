import type { Content, Output } from "@fumehood/protocol";
import { describe, expect, it } from "vitest";
import { choose } from "./mime.js";

const blob = { blob: "a".repeat(64), size: 10 };
const display = (data: Record<string, Content>): Output => ({ type: "display_data", data });

describe("what is shown of an output", () => {
  it("is in the page only for what becomes text nodes or decoded rasters", () => {
    const page = ["text/plain", "application/json", "image/png", "image/jpeg", "image/gif", "image/webp"];
    for (const mime of page)
      expect(choose(display({ [mime]: mime.startsWith("image/") ? blob : "1" })).place).toBe("page");
    const framed = [
      "text/html",
      "text/markdown",
      "text/latex",
      "image/svg+xml",
      "application/javascript",
      "text/javascript",
      "application/pdf",
      "audio/wav",
      "video/mp4",
      "image/avif",
      "image/x-hostile",
      "text/x-hostile",
      "application/x-shockwave-flash",
      "TEXT/HTML",
      "text/html; charset=utf-8",
      "__proto__",
      "",
      "<img src=x onerror=alert(1)>",
    ];
    for (const mime of framed)
      expect([mime, choose(display(JSON.parse(JSON.stringify({ [mime]: "x" }))))]).toMatchObject([
        mime,
        { place: "frame" },
      ]);
  });

  it("is the richest representation", () => {
    const all = { "text/plain": "x", "image/png": blob, "image/svg+xml": "x", "text/latex": "x", "text/markdown": "x" };
    expect(choose(display({ ...all, "text/html": "x" }))).toEqual({ place: "frame", mime: "text/html" });
    expect(choose(display(all))).toMatchObject({ mime: "text/markdown" });
    expect(choose(display({ "text/plain": "x", "image/png": blob }))).toMatchObject({
      kind: "image",
      mime: "image/png",
    });
    expect(choose(display({ "application/json": "{}", "text/plain": "x" }))).toMatchObject({ kind: "json" });
  });

  it("is what comes along with a type that has no renderer, else its data", () => {
    const other = "application/vnd.some.viewer+json";
    expect(choose(display({ [other]: "{}", "text/plain": "A" }))).toMatchObject({ kind: "text", mime: "text/plain" });
    expect(choose(display({ [other]: "{}", "text/html": "x" }))).toMatchObject({ mime: "text/html" });
    expect(choose(display({ [other]: "{}" }))).toMatchObject({ place: "page", kind: "json" });
  });

  it("is a widget or a chart before its text and its HTML", () => {
    for (const mime of ["application/vnd.jupyter.widget-view+json", "application/vnd.plotly.v1+json"])
      expect(choose(display({ "text/plain": "A", "text/html": "x", [mime]: "{}" }))).toMatchObject({
        place: "frame",
        mime,
      });
  });

  it("is text where a raster is none", () => {
    expect(choose(display({ "image/png": "<svg onload=alert(1)>" }))).toMatchObject({ place: "page", kind: "text" });
  });

  it("is nothing of an empty bundle, and nothing that is said to machines", () => {
    expect(choose(display({}))).toEqual({ place: "page", kind: "empty" });
    expect(choose(display({ "text/llm+plain": "x" }))).toEqual({ place: "page", kind: "empty" });
  });
});
