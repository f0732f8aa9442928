import { createRoot } from "solid-js";
import { describe, expect, it } from "vitest";
import { HIDDEN, SELECTED } from "../points/shaders";
import { fresh } from "../state/document";
import { Model, type Theme } from "./model";
import { Shelf, type Sources } from "./shelf";

const theme: Theme = { background: "#ffffff", none: "#999999", plain: "#336699", outline: "#000000" };
const size = { width: 100, height: 100 };

/// Sources that answer when they are told to, and count what they were asked.
function sources(): Sources & { asked: string[]; fail: boolean } {
  const all = {
    asked: [] as string[],
    fail: false,
    cells: 4,
    points: async () => {
      all.asked.push("points");
      return new Float32Array([0, 0, 1, 0, 0, 1, 1, 1]);
    },
    column: async (key: string) => {
      all.asked.push(key);
      if (all.fail) throw new Error("gone");
      if (key === "n")
        return { values: Float32Array.from([1, 2, 3, Number.NaN]), min: 0, max: 0, top: 0, missing: Number.NaN };
      return { codes: Uint8Array.from([0, 1, 1, 255]), names: ["a", "b"], missing: 255 };
    },
    gene: async (name: string) => {
      all.asked.push(name);
      return { values: Uint8Array.from([0, 127, 254, 255]), min: 0, max: 4, top: 254, missing: 255 };
    },
  };
  return all;
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
}

async function opened(colour: Parameters<typeof fresh>[1], given = sources()) {
  const model = createRoot(
    () => new Model(new Shelf(given), 4, fresh({ key: "X_umap", dimensions: 2 }, colour), theme),
  );
  const shown = model.shown()[0];
  if (shown === undefined) throw new Error("no view");
  await settled();
  return { model, shown, given };
}

describe("a view", () => {
  it("is drawn when its points are here, and its colours follow", async () => {
    const given = sources();
    const model = createRoot(
      () =>
        new Model(new Shelf(given), 4, fresh({ key: "X_umap", dimensions: 2 }, { by: "column", key: "type" }), theme),
    );
    const [shown] = model.shown();
    if (shown === undefined) throw new Error("no view");
    expect(model.scene(shown, 0, 0, size)).toBeUndefined();
    expect(shown.colour().kind).toBe("plain");
    await settled();
    expect(model.scene(shown, 0, 0, size)?.here.points.length).toBe(8);
    expect(shown.colour().kind).toBe("codes");
    expect(shown.legend()?.entries.map(({ name, count }) => [name, count])).toEqual([
      ["a", 1],
      ["b", 2],
    ]);
    expect(shown.legend()?.missing).toBe(1);
    expect(given.asked.sort()).toEqual(["points", "type"]);
  });

  it("takes a gene's steps as they came", async () => {
    const { shown, given } = await opened({ by: "gene", name: "MS4A1" });
    const colour = shown.colour();
    expect(colour.kind === "values" && [colour.low, colour.high, colour.missing]).toEqual([0, 254, 255]);
    expect(shown.span()).toMatchObject({ low: 0, high: 4 });
    expect(given.asked).toContain("MS4A1");
  });

  it("keeps its colours when the legend is renamed, merged and recoloured, and undo brings them back", async () => {
    const { model, shown } = await opened({ by: "column", key: "type" });
    const before = shown.legend();
    model.do({ do: "overlay", key: "type", change: { names: { 0: "A cells" }, colours: { 0: "#ff0000" } } });
    expect(shown.legend()?.entries[0]).toMatchObject({ name: "A cells", colour: "#ff0000" });
    model.do({ do: "overlay", key: "type", change: { merged: { 1: 0 } } });
    expect(shown.legend()?.entries).toMatchObject([{ name: "A cells", count: 3, merged: [1] }]);
    expect([...(shown.legend()?.palette.slice(4, 7) ?? [])]).toEqual([255, 0, 0]);
    model.do({ do: "overlay", key: "type", change: { merged: { 0: -1, 1: -1 } } });
    expect(shown.legend()?.missing).toBe(4);
    for (let step = 0; step < 3; step++) model.undo();
    expect(shown.legend()).toEqual(before);
  });

  it("marks what is hidden and what is selected", async () => {
    const { model, shown } = await opened({ by: "nothing" });
    model.do({
      do: "filter",
      view: "view-1",
      filter: { id: "f", on: true, kind: "range", of: "column", key: "n", low: 2, high: 9 },
    });
    expect(shown.filtered().counts[0]?.waiting).toBe(true);
    await settled();
    model.do({ do: "select", cells: Uint32Array.from([1, 3]), how: "replace", made: { kind: "python" } });
    expect([...shown.marks()]).toEqual([HIDDEN, SELECTED, 0, HIDDEN | SELECTED]);
    expect(shown.filtered().left).toBe(2);
  });

  it("waits for its colours and for what its filters read, and not for what cannot be had", async () => {
    const { model, shown, given } = await opened({ by: "nothing" });
    expect(model.waits(shown)).toBe(false);
    model.do({ do: "colour", view: "view-1", colour: { by: "gene", name: "LYZ" } });
    expect(model.waits(shown)).toBe(true);
    await settled();
    expect(model.waits(shown)).toBe(false);
    const filter = { id: "f", on: true, kind: "categories", key: "type", hidden: [0], missing: false } as const;
    model.do({ do: "filter", view: "view-1", filter });
    expect(model.waits(shown)).toBe(true);
    await settled();
    expect(model.waits(shown)).toBe(false);
    given.fail = true;
    model.do({ do: "colour", view: "view-1", colour: { by: "column", key: "gone" } });
    expect(model.waits(shown)).toBe(true);
    await settled();
    expect(model.waits(shown)).toBe(false);
  });

  it("is made once however often others come and go", async () => {
    const { model, shown } = await opened({ by: "nothing" });
    model.do({ do: "add-view", view: { ...shown.view(), id: "b" } });
    expect(model.shown()[0]).toBe(shown);
    expect(model.active()?.view().id).toBe("b");
  });

  it("keeps the colours that it has until others are here, and has none of what cannot be had", async () => {
    const { model, shown, given } = await opened({ by: "column", key: "type" });
    const before = shown.colour();
    expect(before.kind).toBe("codes");
    const colour = (name: string) => model.do({ do: "colour", view: "view-1", colour: { by: "gene", name } });
    colour("CD3E");
    expect(shown.colour()).toBe(before);
    await settled();
    expect(shown.colour().kind).toBe("values");
    given.gene = () => Promise.reject(new Error("gone"));
    colour("NO1");
    await settled();
    expect(shown.colour().kind).toBe("plain");
  });

  it("says what could not be had, asks for it no second time by itself, and again when it is told to", async () => {
    const given = sources();
    given.fail = true;
    const { model, shown } = await opened({ by: "column", key: "type" }, given);
    expect(model.shelf.troubles()).toEqual([{ what: "type", message: "gone" }]);
    await settled();
    expect(given.asked.filter((one) => one === "type").length).toBe(1);
    given.fail = false;
    model.shelf.again();
    await settled();
    expect(shown.legend()?.entries.length).toBe(2);
    expect(model.shelf.loading()).toEqual([]);
  });
});
