import { describe, expect, it } from "vitest";
import type { Camera } from "../points/camera";
import { activePage, activeView, type Document, fresh, type Group, NO_CELLS } from "./document";
import { begun, done, type History, redo, undo } from "./history";
import { apply, type Operation } from "./operations";

const embedding = { key: "X_umap", dimensions: 2 } as const;
const start = fresh(embedding, { by: "column", key: "louvain" });
const camera: Camera = { kind: "planar", x: 1, y: 2, scale: 3 };
const group: Group = { id: "g", name: "T cells", colour: "#ff0000", note: "", shown: true, cells: NO_CELLS, made: [] };

function changed(...operations: Operation[]): Document {
  return operations.reduce(apply, start);
}

describe("an operation", () => {
  it("never changes the document that it is applied to", () => {
    const before = JSON.stringify(start);
    changed({ do: "colour", view: "view-1", colour: { by: "gene", name: "MS4A1" } }, { do: "add-group", group });
    expect(JSON.stringify(start)).toBe(before);
  });

  it("begins a new embedding with everything in view", () => {
    const moved = changed({ do: "camera", view: "view-1", camera });
    expect(
      apply(moved, { do: "embedding", view: "view-1", embedding: { key: "X_pca", dimensions: 3 } }).views[0]?.camera,
    ).toBe(null);
  });

  it("moves views together that are locked and show the same dimensions", () => {
    const view = activeView(start);
    const two = changed(
      { do: "add-view", view: { ...view, id: "b" } },
      { do: "add-view", view: { ...view, id: "c", embedding: { key: "X_umap", dimensions: 3 } } },
      { do: "lock", locked: true },
      { do: "camera", view: "b", camera },
    );
    expect(two.views.map((one) => one.camera)).toEqual([camera, camera, null]);
  });

  it("joins selections, and keeps how each was made", () => {
    const select = (cells: number[], how: "replace" | "add"): Operation => ({
      do: "select",
      cells: Uint32Array.from(cells),
      how,
      made: { kind: "python" },
    });
    const both = changed(select([1, 2], "replace"), select([2, 7], "add"));
    expect([...both.selection]).toEqual([1, 2, 7]);
    expect(both.made.length).toBe(2);
    expect(apply(both, { do: "clear" }).made).toEqual([]);
  });

  it("keeps the last view and the last page", () => {
    expect(changed({ do: "remove-view", id: "view-1" }).views.length).toBe(1);
    expect(changed({ do: "remove-page", id: "page-1" }).pages.length).toBe(1);
  });

  it("puts groups on the page that is open, and filters in their place", () => {
    const paged = changed({ do: "add-page", page: { id: "p", name: "Mine", groups: [] } }, { do: "add-group", group });
    expect(activePage(paged).groups).toEqual([group]);
    const filter = { id: "f", on: true, kind: "range", of: "gene", key: "CD3D", low: 0, high: 1 } as const;
    const put = apply(apply(paged, { do: "filter", view: "view-1", filter }), {
      do: "filter",
      view: "view-1",
      filter: { ...filter, on: false },
    });
    expect(activeView(put).filters).toEqual([{ ...filter, on: false }]);
  });

  it("keeps views to come back to, and brings one back into the view that is there", () => {
    const kept = { ...activeView(start), id: "old", camera };
    const again = changed(
      { do: "keep", snapshot: { id: "s", name: "First", view: kept } },
      { do: "rename-snapshot", id: "s", name: "Second" },
      { do: "colour", view: "view-1", colour: { by: "nothing" } },
      { do: "recall", view: "view-1", id: "s" },
    );
    expect(again.views).toEqual([{ ...kept, id: "view-1" }]);
    expect(again.snapshots.map((one) => one.name)).toEqual(["Second"]);
    expect(apply(again, { do: "drop-snapshot", id: "s" }).snapshots).toEqual([]);
  });

  it("puts several views beside each other that move together, and one alone moves alone", () => {
    const view = activeView(start);
    const views = ["a", "b"].map((id) => ({ ...view, id }));
    const beside = changed({ do: "views", views });
    expect([beside.active, beside.locked, beside.views.length]).toEqual(["a", true, 2]);
    expect(apply(beside, { do: "views", views: [view] }).locked).toBe(false);
  });

  it("of something that is not there changes nothing", () => {
    const nothing = [
      { do: "activate", id: "x" },
      { do: "page", id: "x" },
      { do: "clear" },
      { do: "views", views: [] },
      { do: "recall", view: "view-1", id: "x" },
      { do: "unfilter", view: "view-1", id: "x" },
      { do: "colour", view: "x", colour: { by: "nothing" } },
      { do: "remove-group", id: "x" },
      { do: "change-group", id: "x", change: { name: "y" } },
    ] as const;
    for (const operation of nothing) {
      expect(changed(operation)).toBe(start);
    }
  });
});

describe("undo", () => {
  it("takes back together what was done together, and what changes nothing is no step", () => {
    const filter = { id: "f", on: true, kind: "group", group: "g", inside: true } as const;
    const operations: Operation[] = [
      { do: "add-group", group },
      { do: "filter", view: "view-1", filter },
    ];
    const history = done(begun(start), { do: "together", operations }, 0);
    expect(activePage(history.document).groups).toEqual([group]);
    expect(activeView(history.document).filters).toEqual([filter]);
    expect(undo(history).document).toBe(start);
    expect(done(history, { do: "together", operations: [] }, 0)).toBe(history);
  });

  const walk = (history: History, ...operations: Operation[]) =>
    operations.reduce((now, operation, at) => done(now, operation, at * 10_000), history);

  it("goes back and forth through every step", () => {
    const history = walk(begun(start), { do: "add-group", group }, { do: "lock", locked: true });
    const back = undo(undo(history));
    expect(back.document).toBe(start);
    expect(redo(redo(back)).document).toEqual(history.document);
    expect(undo(back)).toBe(back);
    expect(redo(history)).toBe(history);
  });

  it("takes all filters as one step", () => {
    const filter = (id: string) => ({ id, on: true, kind: "range", of: "gene", key: id, low: 0, high: 1 }) as const;
    const two = walk(
      begun(start),
      ...["a", "b"].map((id): Operation => ({ do: "filter", view: "view-1", filter: filter(id) })),
    );
    const none = done(two, { do: "filters", view: "view-1", filters: [] }, 1e6);
    expect(activeView(none.document).filters).toEqual([]);
    expect(undo(none).document).toBe(two.document);
  });

  it("holds on to no more selections than a page bears", () => {
    let history = begun(start);
    const cells = (at: number) => Uint32Array.from({ length: 1 }, () => at);
    for (let at = 0; at < 30; at++) {
      // As long as a selection of a large dataset, without its bytes.
      const selection = Object.defineProperty(cells(at), "length", { value: 5_000_000 });
      const made = { kind: "python" } as const;
      history = done(history, { do: "select", cells: selection, how: "replace", made }, at * 10_000);
    }
    expect(history.done.length).toBeLessThan(13);
    expect(history.done.length).toBeGreaterThan(5);
  });

  it("takes one movement of the hand as one step", () => {
    let history = begun(start);
    for (let at = 0; at < 50; at++) {
      history = done(history, { do: "camera", view: "view-1", camera: { ...camera, x: at } }, at * 16);
    }
    expect(history.done.length).toBe(1);
    expect(undo(history).document).toBe(start);
  });

  it("forgets what was undone when something else is done", () => {
    const history = undo(walk(begun(start), { do: "lock", locked: true }));
    expect(redo(done(history, { do: "add-group", group }, 1)).document.locked).toBe(false);
  });

  it("does not count a look at another view", () => {
    const two = apply(start, { do: "add-view", view: { ...activeView(start), id: "b" } });
    expect(done(begun(two), { do: "activate", id: "view-1" }, 0).done.length).toBe(0);
  });

  it("holds a bounded number of steps", () => {
    let history = begun(start);
    for (let at = 0; at < 500; at++) history = done(history, { do: "lock", locked: at % 2 === 0 }, at * 10_000);
    expect(history.done.length).toBe(200);
  });
});
