import { expect, it } from "vitest";
import { bounds, fitted, matrixOf } from "../points/camera";
import { centres, placed } from "./labels";

const size = { width: 400, height: 300 };
const points = new Float32Array([0, 0, 0.1, 0, 0, 0.1, 9, 9, 9.1, 9, 5, 5, 100, Number.NaN]);
const codes = [0, 0, 0, 1, 1, 2, 255];

function labels(width: number, height: number) {
  const matrix = matrixOf(fitted("planar", bounds(points.slice(0, 12), 2), size), size);
  return placed(centres(points, 2, codes, 3), { matrix, size }, size, () => width, height).map((label) => label.code);
}

it("a name stands in the middle of its cells, whatever strays", () => {
  const strays = new Float32Array([0, 0, 0, 0, 0, 0, 0, 0, 1000, 1000]);
  expect(centres(strays, 2, [0, 0, 0, 0, 0], 1)[0]?.at).toEqual([0, 0, 0]);
});

it("names do not cover one another, and the largest category comes first", () => {
  expect(labels(20, 14)).toEqual([0, 1, 2]);
  expect(labels(4000, 4000)).toEqual([0]);
});

it("where not all can be looked at, the largest are", () => {
  const many = Array.from({ length: 9000 }, (_, at) => Math.min(at, 5000));
  const found = centres(new Float32Array(18_000), 2, many, 5001);
  expect([found.length, found[0]?.code, found[1]?.code]).toEqual([4000, 5000, 0]);
});

it("what is out of the picture has no name there", () => {
  const matrix = matrixOf({ kind: "planar", x: 1000, y: 1000, scale: 10 }, size);
  expect(placed(centres(points, 2, codes, 3), { matrix, size }, size, () => 20, 14)).toEqual([]);
});

it("categories that were merged have one name", () => {
  expect(centres(points, 2, codes, 3, (code) => (code === 1 ? 0 : code)).map((one) => [one.code, one.count])).toEqual([
    [0, 5],
    [2, 1],
  ]);
});

it("a category of which no cell is seen has no name, and another stands among what is seen of it", () => {
  const found = centres(points, 2, codes, 3, undefined, [1, 1, 0, 1, 1, 0, 0]);
  expect(found.map(({ code, at }) => [code, at[0], at[1].toFixed(1)])).toEqual([
    [0, 0, "0.1"],
    [2, 5, "5.0"],
  ]);
});

it("a name at an edge is moved until it can be read", () => {
  const matrix = matrixOf({ kind: "planar", x: 19.8, y: -14, scale: 10 }, size);
  const [first] = placed(centres(points, 2, codes, 1), { matrix, size }, size, () => 60, 14);
  expect([first?.code, first?.x]).toEqual([0, 30]);
  expect(first?.y).toBeCloseTo(10, 4);
});
