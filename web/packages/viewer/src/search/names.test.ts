import { expect, it } from "vitest";
import { Names } from "./names";

const names = new Names(["CD3E", "CD3D", "CD33", "ACD3", "HLA-CD3", "MS4A1", "cd3d-as1", "CxDx3"]);

it("the name itself comes first, then what begins with it, the shortest first, then words within", () => {
  expect(names.find("cd3").map((hit) => hit.name)).toEqual([
    "CD3E",
    "CD3D",
    "CD33",
    "cd3d-as1",
    "HLA-CD3",
    "ACD3",
    "CxDx3",
  ]);
  expect(names.find("CD3D")[0]).toEqual({ name: "CD3D", at: 1 });
});

it("nothing is found of nothing, and no more than asked for", () => {
  expect(names.find("  ")).toEqual([]);
  expect(names.find("zzz")).toEqual([]);
  expect(names.find("c", 2).length).toBe(2);
});

it("a name is at its own place, whatever looks like it, and the first of several", () => {
  const alike = new Names(["cd3 ", "CD3", "cd3", "", "cd3", "__proto__"]);
  expect(["cd3", "CD3", "cd3 ", "", "__proto__", "constructor"].map((name) => alike.place(name))).toEqual([
    2, 1, 0, 3, 5, -1,
  ]);
});

it("a name that is there twice is found twice", () => {
  expect(new Names(["A", "A"]).find("a").map((hit) => hit.at)).toEqual([0, 1]);
  expect(new Names(["A", "B", "A"]).place("A")).toBe(0);
  expect(names.place("cd3e")).toBe(-1);
});

const genes = new Names(
  ["CD3D", "MS4A1", "ENSG00000000003", "cd3d"],
  [{ column: "gene_ids", names: ["ENSG00000167286", "ENSG00000156738", "TSPAN6", "ENSG1"] }],
);

it("a gene is found by its id, with or without its release, and where it is called by its id, by its symbol", () => {
  expect(genes.find("ENSG00000156738")[0]).toEqual({ name: "MS4A1", at: 1, alias: "ENSG00000156738" });
  expect(genes.find("ensg00000167286.14")[0]).toEqual({ name: "CD3D", at: 0, alias: "ENSG00000167286" });
  expect(genes.find("tspan")[0]).toEqual({ name: "ENSG00000000003", at: 2, alias: "TSPAN6" });
});

it("names come before other names that begin alike", () => {
  expect(genes.find("ensg").map((hit) => hit.at)).toEqual([2, 3, 0, 1]);
});

it("what somebody wrote elsewhere is the gene that is called exactly so, else so in any case, else under another name", () => {
  expect(genes.meant("cd3d")?.at).toBe(3);
  expect(genes.meant("Cd3D")?.at).toBe(0);
  expect(genes.meant(" ms4a1 ")).toEqual({ name: "MS4A1", at: 1 });
  expect(genes.meant("tspan6")).toEqual({ name: "ENSG00000000003", at: 2, alias: "tspan6" });
  expect(genes.meant("CD19")).toBeUndefined();
  expect([genes.place("CD3D"), genes.place("nothing")]).toEqual([0, -1]);
});

it("other names that are not one for each gene are left aside", () => {
  expect(new Names(["A"], [{ column: "x", names: [] }]).find("x")).toEqual([]);
});
