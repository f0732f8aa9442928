import type { Output } from "@fumehood/protocol";
import { describe, expect, it } from "vitest";
import { arrange, FRAMES } from "./segments.js";

const html: Output = { type: "display_data", data: { "text/html": "<b>x</b>" } };
const image: Output = { type: "display_data", data: { "image/png": { blob: "a".repeat(64), size: 9 } } };
const error: Output = { type: "error", ename: "E", evalue: "" };
const print = (text = "x\n"): Output => ({ type: "stream", name: "stdout", text });
const long = print("line\n".repeat(1000));
const sealed: Output = { type: "stream", name: "stdout", parts: [{ blob: "a".repeat(64), size: 9 }], text: "" };

const plan = (...outputs: readonly Output[]) =>
  arrange(outputs).map(({ place, from, until }) => `${place} ${from}-${until}`);

describe("the outputs of a cell", () => {
  it("are in the page or in one frame", () => {
    expect(plan(print(), image, error)).toEqual(["page 0-3"]);
    expect(plan(html, html)).toEqual(["frame 0-2"]);
    expect(plan(print(), html, html, print())).toEqual(["page 0-1", "frame 1-3", "page 3-4"]);
  });

  it("share the frame where short text or an image stands between two of them", () => {
    expect(plan(html, print(), html)).toEqual(["frame 0-3"]);
    expect(plan(print(), html, image, print(), html, print())).toEqual(["page 0-1", "frame 1-5", "page 5-6"]);
  });

  it("stay in their order around what the page must show", () => {
    for (const between of [long, sealed, error])
      expect(plan(html, between, html)).toEqual(["frame 0-1", "page 1-2", "frame 2-3"]);
  });

  it("have a bounded number of frames, and lose nothing", () => {
    const many = Array.from({ length: 50 }, (_, index) => (index % 2 === 0 ? html : long));
    const segments = arrange(many);
    expect(segments.filter((segment) => segment.place === "frame").length).toBe(FRAMES);
    expect(segments[0]?.from).toBe(0);
    segments.slice(1).forEach((segment, index) => {
      expect(segment.from).toBe(segments[index]?.until);
    });
    expect(segments.at(-1)?.until).toBe(50);
  });

  it("keep their frame when more come", () => {
    const all = [print(), html, print(), html, long, html, error, print()];
    const frames = (count: number) =>
      arrange(all, count)
        .filter((segment) => segment.place === "frame")
        .map((segment) => segment.from);
    for (let count = 1; count < all.length; count++)
      expect(frames(count + 1).slice(0, frames(count).length)).toEqual(frames(count));
  });
});
