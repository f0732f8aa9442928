import { describe, expect, it } from "vitest";
import { MAPS, type MapName, mapBytes } from "./maps";
import { bytes, categorical, TOLD_APART } from "./palettes";
import { missingOf, percentiles, real, step } from "./range";
import { apart, bytesOf, DEUTAN, labOf, lightOf, linear, parsed, type Rgb, times, written } from "./rgb";

const lab = (colour: string) => labOf(linear(parsed(colour) as Rgb));
const deutan = (colour: string) => labOf(times(DEUTAN, linear(parsed(colour) as Rgb)));

function nearest(colours: readonly string[], seen: (colour: string) => readonly [number, number, number]): number {
  let least = Infinity;
  for (const one of colours)
    for (const other of colours) if (one !== other) least = Math.min(least, apart(seen(one), seen(other)));
  return least;
}

describe("colours of categories", () => {
  it.each([2, 8, 12, 25, TOLD_APART])("stay apart: %i of them", (count) => {
    const colours = categorical(count);
    expect(new Set(colours).size).toBe(count);
    expect(nearest(colours, lab)).toBeGreaterThan(count > 30 ? 0.045 : 0.07);
    expect(nearest(colours, deutan)).toBeGreaterThan(count > 30 ? 0.02 : 0.035);
  });

  it("repeat when no more can be told apart, and stay the same ones", () => {
    const many = categorical(1000);
    expect(many.slice(0, TOLD_APART)).toEqual(categorical(TOLD_APART));
    expect(many[TOLD_APART]).toBe(many[0]);
  });

  it("are bytes for the GPU, in which the hidden have no alpha", () => {
    expect([...bytes(["#010203", "nonsense"], new Set([1]))]).toEqual([1, 2, 3, 255, 128, 128, 128, 0]);
  });
});

describe("colours of values", () => {
  it.each(Object.keys(MAPS) as MapName[])("are 256 opaque steps, made once: %s", (name) => {
    const map = mapBytes(name);
    expect(map.length).toBe(1024);
    expect(mapBytes(name)).toBe(map);
    for (let at = 3; at < 1024; at += 4) expect(map[at]).toBe(255);
    expect([...mapBytes(name, true).slice(0, 4)]).toEqual([...map.slice(-4)]);
  });

  it("grow lighter along viridis", () => {
    const map = mapBytes("viridis");
    const light = (at: number) => labOf(linear([map[at * 4], map[at * 4 + 1], map[at * 4 + 2]] as unknown as Rgb))[0];
    for (let at = 16; at < 256; at += 16) expect(light(at)).toBeGreaterThan(light(at - 16));
  });
});

describe("ranges", () => {
  const column = { values: Uint8Array.from([0, 254, 127, 255, 10]), min: 2, max: 4, top: 254 };

  it("translate steps to values and back", () => {
    expect(real(column, 127)).toBe(3);
    expect(step(column, 3)).toBe(127);
  });

  it("leave out what is missing", () => {
    expect(missingOf(column)).toBe(1);
    expect(missingOf({ values: Float32Array.from([1, Number.NaN, -Infinity]), min: 0, max: 0, top: 0 })).toBe(2);
    expect(percentiles(column, 0, 100)).toEqual([2, 4]);
    expect(
      percentiles({ values: new Float32Array([Number.NaN, Infinity]), min: 0, max: 0, top: 0 }, 0, 100),
    ).toBeUndefined();
  });
});

it("colours go to OKLab and back", () => {
  for (const colour of ["#000000", "#ffffff", "#0a6169", "#e69f00"]) {
    expect(written(bytesOf(lightOf(lab(colour))) as Rgb)).toBe(colour);
  }
});
