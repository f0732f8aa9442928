import { describe, expect, it } from "vitest";
import { lies } from "../model/shelf";
import { fresh } from "../state/document";
import { apply } from "../state/operations";
import { type Known, read, StateRefused, saved } from "../state/saved";
import { barOf } from "./bar";
import { isPlace, unitOf } from "./units";

const visium = { key: "spatial", unit: 6000, micrometres: 4000 };

describe("a scale bar", () => {
  it("is as long as its text says, a round length, and never longer than it may be", () => {
    for (let zoom = -12; zoom < 12; zoom += 0.13) {
      const scale = 10 ** zoom;
      const bar = barOf({ length: 4000, name: "µm" }, scale, 140);
      const [, length, unit] = /^([125]0*|0\.0*[125]|[125]e[+-]?\d+) (mm|µm|nm)$/.exec(bar?.text ?? "") ?? [];
      const micrometres = Number(length) * (unit === "mm" ? 1000 : unit === "nm" ? 0.001 : 1);
      expect((micrometres / 4000) * scale).toBeCloseTo(bar?.reach ?? Number.NaN, 6);
      expect(bar?.reach).toBeLessThanOrEqual(140.001);
      expect(bar?.reach).toBeGreaterThan(55);
    }
    expect(barOf({ length: 1, name: "µm" }, 0.14, 140)?.text).toBe("1 mm");
    expect(barOf({ length: 1, name: "px" }, 0.14, 140)?.text).toBe("1000 px");
  });

  it("is none of lengths that are none", () => {
    for (const bad of [0, -1, Number.NaN, Infinity, 1e-320]) {
      expect(barOf({ length: bad, name: "" }, 1, 140)).toBeUndefined();
      expect(barOf({ length: 1, name: "" }, bad, 140)).toBeUndefined();
      expect(barOf({ length: 1, name: "" }, 1, -Math.abs(bad))).toBeUndefined();
    }
  });
});

describe("a unit", () => {
  it("is had by just what is drawn as a place in a tissue", () => {
    const keys = ["spatial", "X_spatial", "spatial3d", "X_spatial_fov_2", "X_umap", "aspatial", "X_spatially"];
    expect(keys.filter(isPlace)).toEqual(keys.slice(0, 4));
    expect(keys.filter((key) => lies({ key, dimensions: 2 }))).toEqual(keys.slice(0, 4));
  });

  it("is what the person said, else the dataset, and none of what is no place", () => {
    const all = [visium, { ...visium, key: "X_spatial_2", micrometres: undefined }, { ...visium, key: "X_umap" }];
    expect(unitOf(all, {}, "spatial")).toEqual({ length: 4000, name: "µm" });
    expect(unitOf(all, { spatial: { each: 0.5, name: "nm" } }, "spatial")).toEqual({ length: 3000, name: "nm" });
    expect(unitOf(all, {}, "X_spatial_2")).toBeUndefined();
    expect(unitOf(all, { X_spatial_2: { each: 2, name: "mm" } }, "X_spatial_2")).toEqual({
      length: 12_000,
      name: "mm",
    });
    expect(unitOf(all, {}, "X_umap")).toBeUndefined();
  });

  it("is saved and read; of an older state, or another dataset, there is none", () => {
    const known: Known = {
      cells: 3,
      columns: new Set(),
      embeddings: new Map([["spatial", 2]]),
      hasGene: () => false,
    };
    const start = fresh({ key: "spatial", dimensions: 2 }, { by: "nothing" });
    const length = { each: 0.5, name: "µm" };
    const said = apply(start, { do: "length", embedding: "spatial", length });
    const json = JSON.parse(JSON.stringify(saved(said))) as Record<string, unknown>;
    expect(read(json, known).document.lengths).toEqual({ spatial: length });
    expect(read({ ...json, lengths: { other: length } }, known).document.lengths).toEqual({});
    const { lengths: _, ...older } = json;
    expect(read(older, known).document.lengths).toEqual({});
    for (const bad of [null, [], "", { spatial: null }, { spatial: { each: 0, name: "" } }, { spatial: { each: 1 } }])
      expect(() => read({ ...json, lengths: bad }, known)).toThrow(StateRefused);
    expect(apply(said, { do: "length", embedding: "spatial", length: null }).lengths).toEqual({});
  });
});
