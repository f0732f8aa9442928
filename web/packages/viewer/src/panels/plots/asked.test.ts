import { createRoot } from "solid-js";
import { expect, it } from "vitest";
import { Model } from "../../model/model";
import { Shelf } from "../../model/shelf";
import { divided } from "../../plots/parts";
import { drained } from "../../plots/slices";
import { fresh } from "../../state/document";
import { asked, computed } from "./asked";
import { choicesOf } from "./choices";

const theme = { background: "#ffffff", none: "#999999", plain: "#336699", outline: "#000000" };
const columns = [
  { key: "type", kind: "category" },
  { key: "n", kind: "continuous" },
] as const;

async function opened() {
  const sources = {
    cells: 4,
    points: async () => new Float32Array(8),
    column: async () => ({ codes: Uint8Array.from([0, 1, 1, 255]), names: ["a", "b"], missing: 255 }),
    gene: () => Promise.reject(new Error("no gene")),
  };
  const made = createRoot(() => {
    const start = fresh({ key: "X_umap", dimensions: 2 }, { by: "column", key: "type" });
    const model = new Model(new Shelf(sources), 4, start, theme);
    const [shown] = model.shown();
    if (shown === undefined) throw new Error("no view");
    const choices = choicesOf(model);
    const given = asked(
      model,
      () => shown,
      choices,
      () => columns,
    );
    let runs = 0;
    const found = computed(() => {
      const division = given.division(given.by());
      if (division !== undefined) runs++;
      return division && divided(division, given.out(), 4);
    });
    return { model, choices, given, found, runs: () => runs };
  });
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  return made;
}

it("a plot is computed anew by what it depends on, and by nothing else", async () => {
  const { model, choices, given, found, runs } = await opened();
  // On a busy machine one slice may not be enough.
  const parts = async () => {
    while (found.busy()) await new Promise((go) => setTimeout(go));
    return found.value()?.parts.map((part) => part.name);
  };
  expect(given.by()).toBe("column:type");
  expect(runs()).toBe(1);
  model.do({ do: "camera", view: "view-1", camera: { kind: "planar", x: 0, y: 0, scale: 1 } });
  model.do({ do: "select", cells: Uint32Array.of(1), how: "replace", made: { kind: "python" } });
  model.do({ do: "overlay", key: "other", change: { names: { 0: "A" } } });
  const before = runs();
  expect(before).toBeLessThanOrEqual(2);
  model.do({ do: "camera", view: "view-1", camera: null });
  expect(runs()).toBe(before);
  model.do({ do: "overlay", key: "type", change: { names: { 0: "A" } } });
  expect(await parts()).toEqual(["A", "b"]);
  choices.scope[1]("selected");
  expect(await parts()).toEqual(["b"]);
  const hidden = { id: "f", on: true, kind: "categories", key: "type", hidden: [1], missing: false } as const;
  choices.scope[1]("filtered");
  model.do({ do: "filter", view: "view-1", filter: hidden });
  expect(await parts()).toEqual(["A"]);
  model.do({ do: "hide", cells: Uint32Array.of(0) });
  expect(await parts()).toEqual([]);
});

it("groups are those of the page, in their colours, and none is said to be none", async () => {
  const { model, choices, given } = await opened();
  choices.by[1]("groups");
  expect(given.noGroups()).toBe(true);
  const group = {
    id: "g",
    name: "Mine",
    colour: "#ff0000",
    note: "",
    shown: true,
    cells: Uint32Array.of(1, 3),
    made: [],
  };
  model.do({ do: "add-group", group });
  expect(given.noGroups()).toBe(false);
  const division = given.division("groups");
  const found = division && drained(divided(division, given.out(), 4));
  expect(found?.parts).toEqual([{ name: "Mine", colour: "#ff0000" }]);
  // One that was switched off has no row, as it has no colour.
  model.do({ do: "change-group", id: "g", change: { shown: false } });
  expect(given.noGroups()).toBe(true);
  expect(given.waysBy()[1]?.label).toBe("groups of Page 1 (0)");
  // A choice whose column this dataset does not have is none.
  choices.by[1]("column:gone");
  expect(given.by()).toBe("column:type");
});
