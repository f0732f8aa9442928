import { describe, expect, it } from "vitest";
import { bytesToCells, cellBytes, cellText, textToCells } from "./cells";
import { fresh, type Group, type Recipe } from "./document";
import { apply, type Operation } from "./operations";
import { type Known, read, StateRefused, saved } from "./saved";

const known: Known = {
  cells: 1000,
  columns: new Set(["louvain", "n_genes"]),
  embeddings: new Map([
    ["X_umap", 2],
    ["X_pca", 3],
  ]),
  hasGene: (name) => name === "MS4A1",
};
const embedding = { key: "X_pca", dimensions: 3 } as const;
const camera = { kind: "orbit", target: [0, 1, 2], distance: 4, azimuth: 1, elevation: 0.5 } as const;
const shape = {
  kind: "shape",
  tool: "lasso",
  embedding,
  camera,
  shape: [1, 2, 3, 4, 5, 6],
  width: 800,
  height: 600,
  radius: null,
  filters: [{ id: "f", on: true, kind: "categories", key: "louvain", hidden: [3], missing: true }],
} satisfies Recipe;
const group: Group = {
  id: "g",
  name: "<b>T cells</b>",
  colour: "#ff0000",
  note: "",
  shown: true,
  cells: Uint32Array.from([0, 5, 999]),
  made: [
    shape,
    { ...shape, tool: "brush", radius: 12.5 },
    { ...shape, tool: "nearest", shape: [10, 20, 30, 40] },
    { kind: "names", pasted: 5, found: 3 },
    { kind: "category", key: "louvain", category: "1" },
  ],
};

const full = (
  [
    { do: "camera", view: "view-1", camera },
    {
      do: "add-view",
      view: {
        id: "b",
        embedding: { key: "X_umap", dimensions: 2 },
        camera: { kind: "planar", x: 0, y: 0, scale: 2 },
        colour: { by: "gene", name: "MS4A1" },
        filters: [{ id: "r", on: false, kind: "range", of: "gene", key: "MS4A1", low: 0, high: 2 }],
      },
    },
    { do: "scale", key: "gene:MS4A1", change: { low: 1, logarithmic: true, map: "magma" } },
    { do: "overlay", key: "louvain", change: { names: { 0: "zero" }, colours: { 1: "#00ff00" }, merged: { 2: -1 } } },
    { do: "select", cells: Uint32Array.from([1, 2, 3]), how: "replace", made: { kind: "python" } },
    { do: "add-group", group },
    { do: "highlight", cells: Uint32Array.from([7]), colour: "#123456" },
    { do: "hide", cells: Uint32Array.from([8, 9]) },
    {
      do: "tips",
      tips: [
        { of: "column", key: "n_genes" },
        { of: "gene", key: "MS4A1" },
      ],
    },
    {
      do: "filter",
      view: "b",
      filter: {
        id: "o",
        on: true,
        kind: "outliers",
        of: "column",
        key: "n_genes",
        beyond: { by: "deviations", most: 3 },
        within: "louvain",
      },
    },
    {
      do: "keep",
      snapshot: {
        id: "s",
        name: "B cells",
        view: {
          id: "b",
          embedding: { key: "X_umap", dimensions: 2 },
          camera: null,
          colour: { by: "group" },
          filters: [],
        },
      },
    },
  ] satisfies Operation[]
).reduce(apply, fresh(embedding, { by: "column", key: "louvain" }));

const wire = (document = full): Record<string, unknown> => JSON.parse(JSON.stringify(saved(document)));

describe("a saved state", () => {
  it("is the same when it is read again", () => {
    expect(read(wire(), known)).toEqual({ document: full, left: [] });
  });

  it("of before, that does not say how wide a brush was, has the one that there was", () => {
    const { radius: _, ...older } = { ...shape, tool: "brush" } as const;
    const { document } = read({ ...wire(), made: [older] }, known);
    expect(document.made).toEqual([{ ...older, radius: 24 }]);
  });

  it("with one id for several things is read with one for each; the first keeps what refers to it", () => {
    const [view] = full.views;
    const [page] = full.pages;
    const [snapshot] = full.snapshots;
    if (view === undefined || page === undefined || snapshot === undefined) throw new Error("nothing to repeat");
    const filter = { id: "f", on: true, kind: "group", group: "g", inside: true } as const;
    const twice = {
      ...full,
      views: [view, { ...view, filters: [filter, filter] }, { ...view, id: "view-1~2" }],
      pages: [page, { ...page, groups: [group, { ...group, id: "g~3" }, group] }],
      snapshots: [snapshot, snapshot],
    };
    const { document } = read(wire(twice), known);
    const ids = (all: readonly { readonly id: string }[]) => all.map((one) => one.id);
    expect(ids(document.views)).toEqual(["view-1", "view-1~3", "view-1~2"]);
    expect(ids(document.views[1]?.filters ?? [])).toEqual(["f", "f~2"]);
    expect(ids(document.pages)).toEqual(["page-1", "page-1~2"]);
    expect(ids(document.pages.flatMap((one) => one.groups))).toEqual(["g", "g~2", "g~3", "g~4"]);
    expect(ids(document.snapshots)).toEqual(["s", "s~2"]);
    expect(read(wire(document), known).document).toEqual(document);
    const name = "x".repeat(65_536);
    const crowd = { ...full, pages: [{ ...page, groups: Array.from({ length: 50 }, () => ({ ...group, id: name })) }] };
    expect(() => read(wire(read(wire(crowd), known).document), known)).not.toThrow();
  });

  it("leaves out and names what this dataset does not have", () => {
    const other = { ...known, columns: new Set<string>(), hasGene: () => false };
    const { document, left } = read(wire(), other);
    expect([...left].sort()).toEqual(["MS4A1", "louvain", "n_genes"]);
    expect(document.views.map((view) => view.colour.by)).toEqual(["nothing", "nothing"]);
  });

  it("of a dataset with fewer cells, or without its embedding, is refused with a sentence", () => {
    expect(() => read(wire(), { ...known, cells: 100 })).toThrow(StateRefused);
    expect(() => read(wire(), { ...known, embeddings: new Map() })).toThrow("X_pca");
  });

  it("of another version is refused", () => {
    expect(() => read({ ...wire(), version: 2 }, known)).toThrow("version 2");
  });

  /// Every place in the JSON, replaced by things that do not belong there.
  it("never ends in anything but a document or a refusal", () => {
    const hostile: unknown[] = [
      null,
      -1,
      1e308,
      Number.NaN,
      "",
      "x".repeat(5000),
      [],
      {},
      { __proto__: { x: 1 } },
      "__proto__",
      new Array(30_000).fill(0),
    ];
    const whole = wire();
    const places: (readonly (string | number)[])[] = [];
    const walk = (value: unknown, at: readonly (string | number)[]) => {
      places.push(at);
      if (typeof value === "object" && value !== null)
        for (const [key, inner] of Object.entries(value)) walk(inner, [...at, key]);
    };
    walk(whole, []);
    expect(places.length).toBeGreaterThan(100);
    for (const place of places) {
      for (const bad of hostile) {
        let copy: unknown = structuredClone(whole);
        if (place.length === 0) copy = bad;
        else {
          const inner = place
            .slice(0, -1)
            .reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], copy);
          (inner as Record<string, unknown>)[String(place.at(-1))] = bad;
        }
        try {
          const { document } = read(copy, known);
          expect(document.views.length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(StateRefused);
        }
      }
    }
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });
});

describe("a set of cells", () => {
  it.each([[[]], [[0]], [[0, 1, 127, 128, 16_384, 4_000_000_000]]])("comes back from its text: %j", (cells) => {
    const set = Uint32Array.from(cells);
    expect(textToCells(cellText(set), 2 ** 32)).toEqual(set);
  });

  it("that is broken, too large, or says a cell twice is refused", () => {
    const good = cellBytes(Uint32Array.from([1, 500]));
    for (let cut = 0; cut < good.length; cut++)
      expect(() => bytesToCells(good.slice(0, cut), 1000)).toThrow(RangeError);
    expect(() => bytesToCells(good, 500)).toThrow(RangeError);
    expect(() => bytesToCells(Uint8Array.from([2, 1, 0]), 10)).toThrow("twice");
    expect(() => bytesToCells(Uint8Array.from([255, 255, 255, 255, 127]), 2 ** 32)).toThrow(RangeError);
    expect(() => textToCells("?", 10)).toThrow(RangeError);
    expect(() => bytesToCells(Uint8Array.from([0, 0]), 10)).toThrow(RangeError);
  });
});
