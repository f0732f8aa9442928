import { expect, it } from "vitest";
import { MOST_PASTED, pasted } from "./genes";
import { Names } from "./names";

it("pasted genes are found as people write them, and those that are not are named", () => {
  const names = new Names(["CD3D", "MS4A1", "HLA-DRA"]);
  const found = pasted(`"CD3D", ms4a1;\nHLA-DRA|nothing CD3D`, names);
  expect(found).toEqual({
    asked: 4,
    found: ["CD3D", "MS4A1", "HLA-DRA"],
    lost: ["nothing"],
    renamed: ["ms4a1 → MS4A1"],
  });
  expect(pasted("a b", undefined).lost).toEqual(["a", "b"]);
});

it("pasted genes are each taken once, under any of their names, and a page of them is bounded", () => {
  const names = new Names(["CD3D", "MS4A1", "NKG7"], [{ column: "id", names: ["ENSG1", "ENSG2", "ENSG3"] }]);
  const { found, lost } = pasted('cd3d, "MS4A1"\nENSG3 nkg7\tCD19;', names);
  expect([found, lost]).toEqual([["CD3D", "MS4A1", "NKG7"], ["CD19"]]);
  expect(pasted(" ,; ", names)).toMatchObject({ asked: 0, found: [], lost: [] });
  const many = Array.from({ length: MOST_PASTED + 9 }, (_, at) => `x${at}`).join(" ");
  expect(pasted(many, names).asked).toBe(MOST_PASTED);
});
