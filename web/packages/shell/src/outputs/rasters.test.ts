import { describe, expect, it } from "vitest";
import { background, boxSize, readRaster, tooLarge, wantedSize } from "./rasters.js";

const bytes = (...values: readonly (number | string)[]) =>
  new Uint8Array(
    values.flatMap((value) => (typeof value === "number" ? [value] : [...value].map((c) => c.charCodeAt(0)))),
  );
const pad = (head: Uint8Array, length = 64) => {
  const all = new Uint8Array(length);
  all.set(head);
  return all;
};

describe("a raster's first bytes", () => {
  it("say what it is and how large", () => {
    const png = pad(bytes(0x89, "PNG\r\n", 0x1a, "\n", 0, 0, 0, 13, "IHDR", 0, 0, 2, 0x80, 0, 0, 1, 0xe0));
    expect(readRaster(png)).toEqual({ type: "image/png", width: 640, height: 480 });
    expect(readRaster(pad(bytes("GIF89a", 0x80, 2, 0xe0, 1)))).toEqual({ type: "image/gif", width: 640, height: 480 });
    const jpeg = pad(bytes(0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xc2, 0, 17, 8, 1, 0xe0, 2, 0x80));
    expect(readRaster(jpeg)).toEqual({ type: "image/jpeg", width: 640, height: 480 });
    const webp = pad(bytes("RIFF", 0, 0, 0, 0, "WEBPVP8X", 0, 0, 0, 0, 0, 0, 0, 0, 0x7f, 2, 0, 0xdf, 1, 0));
    expect(readRaster(webp)).toEqual({ type: "image/webp", width: 640, height: 480 });
  });

  it("of anything else say that it is none of them", () => {
    for (const text of [
      "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
      "<html>",
      "BM......",
      "%PDF-1.7",
      "",
      "\x89PNG",
    ])
      expect(readRaster(bytes(text))).toBeNull();
  });

  it("that lie or are cut do no harm", () => {
    expect(readRaster(bytes(0xff, 0xd8, 0xff, 0xe0, 0, 0))).toEqual({ type: "image/jpeg", width: 0, height: 0 });
    expect(readRaster(pad(bytes(0xff, 0xd8, 0xff, 0xe0, 0, 0, 0, 0), 4096))).toEqual({
      type: "image/jpeg",
      width: 0,
      height: 0,
    });
    expect(readRaster(bytes("RIFF....WEBPVP8X"))).toEqual({ type: "image/webp", width: 0, height: 0 });
  });
});

describe("a raster's box", () => {
  it("is the image's own size, or what the metadata wants in its proportions", () => {
    const own = { width: 640, height: 480 };
    expect(boxSize(own, {})).toEqual(own);
    expect(boxSize(own, { width: 320 })).toEqual({ width: 320, height: 240 });
    expect(boxSize(own, { height: 240 })).toEqual({ width: 320, height: 240 });
    expect(boxSize(own, { width: 10, height: 10 })).toEqual({ width: 10, height: 10 });
  });

  it("takes numbers only, and sensible ones", () => {
    const wanted = (width: unknown) => wantedSize({ "image/png": { width } }, "image/png");
    expect(wanted(100)).toEqual({ width: 100 });
    for (const bad of ["100%", "100", Number.POSITIVE_INFINITY, Number.NaN, 0, -5, 1e9, {}, null])
      expect(wanted(bad)).toEqual({});
    expect(wantedSize({ "image/png": "x" }, "image/png")).toEqual({});
    expect(wantedSize(undefined, "image/png")).toEqual({});
  });

  it("is not made unasked for an image that would fill the memory", () => {
    expect(tooLarge({ width: 4000, height: 3000 })).toBe("");
    expect(tooLarge({ width: 30_000, height: 30_000 })).toContain("30000");
    expect(tooLarge({ width: 100_000, height: 1 })).not.toBe("");
  });

  it("has the background that the metadata asks for, of two", () => {
    expect(background({ needs_background: "light" }, "image/png")).toBe("light");
    expect(background({ "image/png": { needs_background: "dark" } }, "image/png")).toBe("dark");
    expect(background({ needs_background: "url(https://x)" }, "image/png")).toBeUndefined();
  });
});
