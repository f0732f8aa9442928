import { expect, it } from "vitest";
import { activeView, fresh } from "../state/document";
import { beside, MOST_GENES } from "./several";

it("each gene has a view with the same place and filters, and no more than can be told apart", () => {
  const view = activeView(fresh({ key: "X_umap", dimensions: 2 }, { by: "nothing" }));
  let last = 0;
  const views = beside(view, ["A", "B"], () => `v${++last}`);
  expect(views).toEqual([
    { ...view, colour: { by: "gene", name: "A" } },
    { ...view, id: "v1", colour: { by: "gene", name: "B" } },
  ]);
  const many = Array.from({ length: 40 }, (_, at) => String(at));
  expect(beside(view, many, () => `v${++last}`).length).toBe(MOST_GENES);
});
