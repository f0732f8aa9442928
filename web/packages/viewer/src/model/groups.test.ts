import { createRoot } from "solid-js";
import { describe, expect, it } from "vitest";
import { grouped } from "../colour/groups";
import { contentOf } from "../figure/content";
import { python } from "../keeping/python";
import { selectGroup } from "../panels/showing";
import { activePage, fresh, type Group, type Recipe } from "../state/document";
import { read, saved } from "../state/saved";
import { summary } from "../summary/summary";
import { told } from "../tips/told";
import { Model } from "./model";
import { Shelf } from "./shelf";

const size = { width: 100, height: 100 };
const theme = { background: "#ffffff", none: "#999999", plain: "#336699", outline: "#000000" };
const known = {
  cells: 6,
  columns: new Set<string>(),
  embeddings: new Map([["X_umap", 2]]),
  hasGene: () => false,
};

const group = (id: string, colour: string, ...cells: number[]): Group => ({
  id,
  name: `The ${id}`,
  colour,
  note: "",
  shown: true,
  cells: Uint32Array.from(cells),
  made: [],
});

async function opened() {
  const never = () => new Promise<never>(() => undefined);
  const points = async () => new Float32Array([0, 0, 1, 0, 0, 1, 1, 1, 2, 2, 3, 3]);
  const shelf = new Shelf({ cells: 6, points, column: never, gene: never });
  const start = fresh({ key: "X_umap", dimensions: 2 }, { by: "group" });
  const model = createRoot(() => new Model(shelf, 6, start, theme));
  model.do({ do: "add-group", group: group("one", "#ff0000", 0, 1, 2) });
  model.do({ do: "add-group", group: group("other", "#0000ff", 2, 3) });
  const shown = model.shown()[0];
  if (shown === undefined) throw new Error("no view");
  model.scene(shown, 0, 0, size);
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  const codes = () => {
    const colour = shown.colour();
    if (colour.kind !== "codes") throw new Error(colour.kind);
    return colour.codes;
  };
  return { model, shown, codes };
}

describe("a view coloured by groups", () => {
  it("has the later group above the earlier, its name and its colour, and counts what is seen of each", async () => {
    const { model, shown, codes } = await opened();
    expect([...codes()]).toEqual([0, 0, 1, 1, 255, 255]);
    expect(shown.legend()?.entries.map(({ name, colour, count }) => [name, colour, count])).toEqual([
      ["The one", "#ff0000", 2],
      ["The other", "#0000ff", 2],
    ]);
    expect(shown.legend()?.missing).toBe(2);
    expect([...(shown.legend()?.palette ?? [])]).toEqual([255, 0, 0, 255, 0, 0, 255, 255]);
    expect([told(model, 2, "c"), told(model, 5, "f")]).toEqual(["c\ngroup: The other", "f\ngroup: none"]);
  });

  it("leaves out a group that is not shown, and undo brings it back", async () => {
    const { model, shown, codes } = await opened();
    model.do({ do: "change-group", id: "other", change: { shown: false } });
    expect([...codes()]).toEqual([0, 0, 0, 255, 255, 255]);
    model.do({ do: "change-group", id: "one", change: { shown: false } });
    expect(shown.legend()).toMatchObject({ entries: [], missing: 6 });
    expect([...codes()]).toEqual(new Array(6).fill(255));
    model.undo();
    model.undo();
    expect([...codes()]).toEqual([0, 0, 1, 1, 255, 255]);
  });

  it("goes over the cells once: not again for a name, a colour, a note or a selection", async () => {
    const { model, shown, codes } = await opened();
    const before = codes();
    model.do({ do: "change-group", id: "one", change: { name: "B cells", colour: "#00ff00", note: "CD79A" } });
    expect(shown.legend()?.entries[0]).toMatchObject({ name: "B cells", colour: "#00ff00" });
    model.do({ do: "select", cells: Uint32Array.of(5), how: "replace", made: { kind: "python" } });
    expect(codes()).toBe(before);
  });

  it("shows the groups of the page that is chosen, and none of a page that was removed", async () => {
    const { model, shown, codes } = await opened();
    model.do({ do: "add-page", page: { id: "p", name: "Mine", groups: [group("third", "#00ff00", 5)] } });
    expect([...codes()]).toEqual([255, 255, 255, 255, 255, 0]);
    model.do({ do: "change-page", id: "p", name: "Types" });
    expect(contentOf(model, shown, size, undefined)).toMatchObject({
      by: "Types",
      legend: { entries: [{ name: "The third", count: 1 }] },
    });
    model.do({ do: "remove-page", id: "p" });
    expect([...codes()]).toEqual([0, 0, 1, 1, 255, 255]);
    model.undo();
    expect(activePage(model.document()).name).toBe("Types");
  });

  it("is labelled in figures and told in words", async () => {
    const { model, shown } = await opened();
    const labels = contentOf(model, shown, size, undefined).labels(size, (name) => name.length);
    expect(labels.map(({ name }) => name).sort()).toEqual(["The one", "The other"]);
    const view = shown.view();
    const words = summary({
      ...view,
      left: 6,
      cells: 6,
      legend: shown.legend(),
      span: undefined,
      selected: 0,
      views: 1,
    });
    expect(words).toContain("Coloured by groups. 2 groups: The one 2, The other 2. 2 cells in no group.");
  });

  it("is the same when it is saved and read again, and no line of Python that says less", async () => {
    const { model } = await opened();
    model.do({ do: "change-group", id: "other", change: { shown: false } });
    const again = read(JSON.parse(JSON.stringify(saved(model.document()))), known);
    expect(again).toEqual({ document: model.document(), left: [] });
    const empty = fresh({ key: "X_umap", dimensions: 2 }, { by: "group" });
    expect(python(empty, { name: "a", kind: "h5ad" })).toContain("set_state");
  });

  it("tells 300 groups apart", () => {
    const many = Array.from({ length: 300 }, (_, at) => Uint32Array.of(at, at + 1));
    const { codes, missing, counts } = grouped(many, 302);
    expect(codes).toBeInstanceOf(Uint16Array);
    expect([codes[0], codes[255], codes[299], codes[300], codes[301]]).toEqual([0, 255, 299, 299, missing]);
    expect([counts[0], counts[298], counts[299], counts[300]]).toEqual([1, 1, 2, 1]);
    const most = grouped(many.slice(0, 255), 302);
    expect([most.codes.BYTES_PER_ELEMENT, grouped(many.slice(0, 254), 302).codes.BYTES_PER_ELEMENT]).toEqual([2, 1]);
  });
});

describe("a kept group that is selected", () => {
  it("tells all of how its cells were found, and adds that to what was told", async () => {
    const { model } = await opened();
    const first: Recipe = { kind: "names", pasted: 3, found: 2 };
    const second: Recipe = { kind: "neighbours", steps: 1, from: 2 };
    const kept = { ...group("kept", "#ff0000", 1, 2), made: [first, second] };
    selectGroup(model, kept);
    expect(model.document().made).toEqual([first, second]);
    selectGroup(model, group("bare", "#ff0000", 4), "add");
    expect(model.document()).toMatchObject({
      made: [first, second, { kind: "python" }],
      selection: Uint32Array.of(1, 2, 4),
    });
    model.undo();
    expect(model.document().made).toEqual([first, second]);
  });
});
