import { expect, it } from "vitest";
import { legendOf } from "../colour/legend";
import { activeView, fresh } from "../state/document";
import { type Pictured, summary } from "./summary";

const { embedding, colour } = activeView(fresh({ key: "X_umap", dimensions: 2 }, { by: "column", key: "type" }));
const names = ["a", "b", "c", "d", "e", "f", ""];
const legend = legendOf({ names, counts: Uint32Array.from([10, 2000, 3, 4, 5, 6, 7, 8]) }, "#999999");
const base: Pictured = { embedding, colour, left: 1500, cells: 2043, legend, span: undefined, selected: 0, views: 1 };

it("a picture is told with its largest categories", () => {
  expect(summary(base)).toBe(
    "1,500 of 2,043 cells on X_umap in 2 dimensions. Coloured by type. 7 categories: b 2,000, a 10, without a name 7, " +
      "f 6, e 5, 2 more. 8 cells without a value. Nothing is selected.",
  );
});

it("a gene is told with its range, and while it loads, that it does", () => {
  const gene = { by: "gene", name: "CD3D" } as const;
  const span = { low: 0, high: 1, least: 0, most: 4.56789 };
  expect(summary({ ...base, colour: gene, legend: undefined, span, selected: 12, views: 2 })).toContain(
    "the gene CD3D. Values from 0 to 4.568. 12 cells are selected. 2 views",
  );
  expect(summary({ ...base, colour: gene, legend: undefined })).toContain("CD3D, which is loading.");
});

it("names of any length are cut", () => {
  const long = legendOf({ names: ["x".repeat(5000)], counts: Uint32Array.from([1, 0]) }, "#999999");
  expect(summary({ ...base, legend: long }).length).toBeLessThan(300);
});
