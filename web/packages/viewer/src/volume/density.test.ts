import { describe, expect, it } from "vitest";
import { bounds } from "../points/camera";
import type { Colour } from "../points/scene";
import { densityOf, SIDE } from "./density";

const grey = [0.5, 0.5, 0.5, 1] as const;
const palette = Uint8Array.of(255, 0, 0, 255, 0, 0, 255, 255, 0, 255, 0, 0);
const everyone = () => false;

/// Ten cells at one corner, ten at the other, one nowhere.
function cells() {
  const points = new Float32Array(3 * 21);
  points.fill(1, 30, 60);
  points.fill(Number.NaN, 60);
  return { points, around: bounds(points, 3) };
}

function coloured(codes: Uint8Array): Colour {
  return { kind: "codes", codes, palette, missing: 255 };
}

function at(boxes: Uint8Array, x: number, y: number, z: number): number[] {
  const box = 4 * (x + SIDE * (y + SIDE * z));
  return [...boxes.subarray(box, box + 4)];
}

function sum(boxes: Uint8Array): number {
  let all = 0;
  for (let one = 3; one < boxes.length; one += 4) all += boxes[one] as number;
  return all;
}

describe("smoke", () => {
  it("is where cells are, in their colours, and nowhere else", () => {
    const { points, around } = cells();
    const codes = new Uint8Array(21);
    codes.fill(1, 10);
    const { boxes, low, size } = densityOf(points, around, coloured(codes), grey, everyone);
    const box = (value: number) => Math.floor(((value - low[0]) / size) * SIDE);
    expect(at(boxes, box(0), box(0), box(0))).toEqual([255, 0, 0, 255]);
    expect(at(boxes, box(1), box(1), box(1)).slice(0, 3)).toEqual([0, 0, 255]);
    expect(at(boxes, SIDE / 2, SIDE / 2, SIDE / 2)).toEqual([0, 0, 0, 0]);
    // No side of the cube cuts it.
    expect(at(boxes, 0, 0, 0)[3]).toBe(0);
  });

  it("has nothing of cells that are hidden, by a filter or in the legend", () => {
    const { points, around } = cells();
    expect(sum(densityOf(points, around, coloured(new Uint8Array(21)), grey, () => true).boxes)).toBe(0);
    expect(sum(densityOf(points, around, coloured(new Uint8Array(21).fill(2)), grey, everyone).boxes)).toBe(0);
  });

  it("is grey where there is no value, and takes the colours of values", () => {
    const { points, around } = cells();
    const grown = densityOf(points, around, coloured(new Uint8Array(21).fill(255)), grey, everyone);
    const { low, size, boxes } = grown;
    const box = Math.floor(((0 - low[0]) / size) * SIDE);
    expect(at(boxes, box, box, box).slice(0, 3)).toEqual([128, 128, 128]);
    const map = Uint8Array.from({ length: 1024 }, (_, part) => part >> 2);
    const values = new Float32Array(21).fill(5);
    const colour: Colour = {
      kind: "values",
      values,
      map,
      low: 0,
      high: 10,
      logarithmic: false,
      missing: -1,
      ordered: true,
    };
    expect(at(densityOf(points, around, colour, grey, everyone).boxes, box, box, box)[0]).toBe(128);
  });

  it("bears one cell, and none", () => {
    for (const count of [0, 1]) {
      const points = new Float32Array(3 * count);
      const { size } = densityOf(points, bounds(points, 3), { kind: "plain", rgba: grey }, grey, everyone);
      expect(size).toBeGreaterThan(0);
    }
  });
});
