import { expect, it, vi } from "vitest";
import { everything } from "./everything";
import { Names } from "./names";

// Components listen on the document as soon as they are imported.
vi.hoisted(() => vi.stubGlobal("window", { document: new EventTarget() }));

const genes = new Names(["LASSO1", "CD3D", "CD3E"], [{ column: "gene_ids", names: ["ENSG1", "ENSG2", "ENSG3"] }]);
const things = [
  { id: "lasso", title: "Select with the lasso" },
  { id: "column:0", title: "Colour by CD3 status", hint: "column" },
];
const found = (query: string) => everything(things, genes, query, []).map((entry) => entry.command.id);

it("commands come before genes, but for a gene that is called so", () => {
  expect(found("lasso")).toEqual(["lasso", "gene:0"]);
  expect(found("cd3d")).toEqual(["gene:1"]);
  expect(found("cd3")).toEqual(["column:0", "gene:1", "gene:2"]);
});

it("a gene is found by its sentence and by its other name", () => {
  expect(found("colour by cd3e")[0]).toBe("gene:2");
  expect(found("color CD3E")[0]).toBe("gene:2");
  expect(found("ensg2")[0]).toBe("gene:1");
  expect(everything([], genes, "ensg2", [])[0]?.command.hint).toBe("gene ENSG2");
});

it("before the names of genes are here, the rest is found", () => {
  expect(everything(things, undefined, "lasso", []).length).toBe(1);
});
