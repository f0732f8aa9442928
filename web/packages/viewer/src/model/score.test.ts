import { createRoot } from "solid-js";
import { describe, expect, it } from "vitest";
import { fresh } from "../state/document";
import { read, StateRefused, saved } from "../state/saved";
import { FetchFailed } from "../wire/transport";
import { Model } from "./model";
import { MOST_GENES, type Scorers, scored } from "./score";
import { Shelf } from "./shelf";

const theme = { background: "#ffffff", none: "#999999", plain: "#336699", outline: "#000000" };
const genes: Readonly<Record<string, readonly number[]>> = { A: [0, 127, 254, 255], B: [254, 0, 254, 0] };

function scorers(score?: Scorers["score"]): Scorers & { asked: string[] } {
  const asked: string[] = [];
  return {
    cells: 4,
    asked,
    gene: async (name) => {
      asked.push(name);
      return { values: Uint8Array.from(genes[name] ?? []), min: 0, max: 2, top: 254, missing: 255 };
    },
    ...(score ? { score } : {}),
  };
}
const none = () => {};

describe("a score", () => {
  it("is what the dataset's server says, and no gene is fetched for it", async () => {
    const sources = scorers(async () => Float32Array.of(1, 2, 3, 4));
    const found = await scored(sources, ["A", "B"], none);
    expect([[...found.values], found.controlled, sources.asked]).toEqual([[1, 2, 3, 4], true, []]);
  });

  it("is the mean of the genes where nobody answers, and none where a cell lacks one", async () => {
    const nobody = scorers(() => Promise.reject(new FetchFailed("question", "no")));
    for (const sources of [nobody, scorers()]) {
      const found = await scored(sources, ["A", "B"], none);
      expect(found.controlled).toBe(false);
      expect([...found.values]).toEqual([1, 0.5, 2, Number.NaN]);
    }
  });

  it("is refused as the server refuses it, and of too many genes by the page", async () => {
    const refusing = scorers(() => Promise.reject(new FetchFailed("limit", "too many")));
    await expect(scored(refusing, ["A"], none)).rejects.toThrow("too many");
    const many = Array.from({ length: MOST_GENES + 1 }, () => "A");
    await expect(scored(scorers(), many, none)).rejects.toThrow("200 genes at most");
  });

  it("colours a view as a gene does, and is saved as its genes", async () => {
    const colour = { by: "score", name: "Mine", genes: ["A", "B"] } as const;
    const start = fresh({ key: "X_umap", dimensions: 2 }, colour);
    const sources = {
      ...scorers(),
      points: async () => new Float32Array(8),
      column: () => Promise.reject(new Error("no column")),
    };
    const model = createRoot(() => new Model(new Shelf(sources), 4, start, theme));
    const [shown] = model.shown();
    expect(shown?.colour().kind).toBe("plain");
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    expect(shown?.colour().kind).toBe("values");
    expect(shown?.span()).toMatchObject({ low: 0.5, high: 2 });
    const known = {
      cells: 4,
      columns: new Set<string>(),
      embeddings: new Map([["X_umap", 2]]),
      hasGene: (name: string) => name === "B",
    };
    const json = JSON.parse(JSON.stringify(saved(model.document()))) as unknown;
    const back = read(json, known);
    expect(back.document.views[0]?.colour).toEqual({ by: "score", name: "Mine", genes: ["B"] });
    expect(back.left).toEqual(["A"]);
  });

  it("filters cells, is one score for colour and filter, and is saved as its genes", async () => {
    const start = fresh({ key: "X_umap", dimensions: 2 }, { by: "score", name: "Mine", genes: ["A", "B"] });
    const sources = {
      ...scorers(),
      points: async () => new Float32Array(8),
      column: () => Promise.reject(new Error("no column")),
    };
    const model = createRoot(() => new Model(new Shelf(sources), 4, start, theme));
    const filter = { id: "f", on: true, kind: "range", of: "score", key: "Mine", genes: ["A", "B"] } as const;
    model.do({ do: "filter", view: "view-1", filter: { ...filter, low: 1, high: null } });
    const [shown] = model.shown();
    expect([shown?.filtered().counts[0]?.waiting, shown?.colour().kind]).toEqual([true, "plain"]);
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    // Of 1, 0.5, 2 and none.
    expect([...(shown?.filtered().hidden ?? [])]).toEqual([0, 1, 0, 1]);
    expect([shown?.colour().kind, sources.asked]).toEqual(["values", ["A", "B"]]);
    const known = { cells: 4, columns: new Set<string>(), embeddings: new Map([["X_umap", 2]]), hasGene: () => true };
    const json = JSON.parse(JSON.stringify(saved(model.document()))) as { views: { filters: object[] }[] };
    expect(read(json, known).document.views[0]?.filters).toEqual([{ ...filter, low: 1, high: null }]);
    expect(read(json, { ...known, hasGene: () => false }).document.views[0]?.filters).toEqual([]);
    const [view] = json.views;
    const others = [{ genes: null }, { genes: [1] }, { genes: new Array(1001).fill("A") }, { key: 3 }, { of: "x" }];
    for (const bad of others) {
      const filters = [{ ...view?.filters[0], ...bad }];
      expect(() => read({ ...json, views: [{ ...view, filters }] }, known)).toThrow(StateRefused);
    }
  });
});
