import { expect, it } from "vitest";
import { activeView, type ColourBy, fresh } from "../state/document";
import { nameOf } from "./names";

const view = (colour: ColourBy) => activeView(fresh({ key: "X_umap", dimensions: 2 }, colour));

it("a view is called after what it shows, a score like a gene", () => {
  const score = view({ by: "score", name: "Cycle", genes: ["A", "B"] });
  expect(nameOf(score)).toBe("Cycle · X_umap");
  expect(nameOf(score, [score, view({ by: "gene", name: "A" })])).toBe("Cycle");
  expect(nameOf(view({ by: "nothing" }))).toBe("X_umap");
});
