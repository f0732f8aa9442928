import { describe, expect, it } from "vitest";
import { real } from "../colour/range";
import { type Steps, steps } from "./steps";

function gene(
  form: number,
  bits: number,
  cells: number,
  low: number,
  high: number,
  values: number[],
  gaps: number[] = [],
) {
  const size = (values.length * bits) / 8;
  const data = new Uint8Array(32 + size + (form === 2 ? (-size & 3) + gaps.length * 2 : 0));
  const view = new DataView(data.buffer);
  view.setUint32(0, 0x31474846, true);
  view.setUint8(4, form);
  view.setUint8(5, bits);
  view.setUint32(8, cells, true);
  view.setUint32(12, values.length, true);
  view.setFloat32(16, low, true);
  view.setFloat32(20, high, true);
  values.forEach((value, at) => {
    if (bits === 8) view.setUint8(32 + at, value);
    else if (bits === 16) view.setUint16(32 + at * 2, value, true);
    else view.setFloat32(32 + at * 4, value, true);
  });
  gaps.forEach((gap, at) => {
    view.setUint16(32 + size + (-size & 3) + at * 2, gap, true);
  });
  return data;
}

const read = (column: Steps) =>
  Array.from(column.values, (step) => (step === column.missing ? null : real(column, step)));

describe("a gene", () => {
  it("that is dense is a view of what arrived, and nothing is copied", () => {
    const data = gene(1, 8, 4, 0, 254, [0, 127, 254, 255]);
    const column = steps(data, 4);
    expect(column.values.buffer).toBe(data.buffer);
    expect(read(column)).toEqual([0, 127, 254, null]);
  });

  it("that is sparse has 0 where nothing is stored, also where values go below it", () => {
    expect(read(steps(gene(2, 8, 6, 0, 254, [7, 9], [1, 2]), 6))).toEqual([0, 7, 0, 0, 9, 0]);
    const below = steps(gene(2, 8, 3, -127, 127, [0], [1]), 3);
    expect(read(below)).toEqual([0, -127, 0]);
  });

  it("may have gaps larger than a number of the wire", () => {
    const column = steps(gene(2, 16, 70_000, 0, 65_534, [5], [65_535, 10]), 70_000);
    expect(column.values[65_545]).toBe(5);
    expect(column.values[10]).toBe(0);
  });

  it("keeps values that are no steps as they are", () => {
    const column = steps(gene(1, 32, 2, 0, 1, [0.25, Number.NaN]), 2);
    expect(column.top).toBe(0);
    expect(real(column, column.values[0] as number)).toBe(0.25);
  });

  it("may begin anywhere in a larger message", () => {
    const whole = new Uint8Array(100);
    whole.set(gene(1, 16, 3, 0, 65_534, [1, 2, 3]), 1);
    expect(read(steps(whole.subarray(1, 39), 3))).toEqual([1, 2, 3]);
  });

  it.each([
    ["another format", new Uint8Array(64), 4],
    ["one of another dataset", gene(1, 8, 5, 0, 1, [0, 0, 0, 0, 0]), 4],
    ["one that is cut off", gene(1, 8, 40, 0, 1, new Array(40).fill(0)).subarray(0, 50), 40],
    ["too few values", gene(1, 8, 4, 0, 1, [0]), 4],
    ["a gap beyond the last cell", gene(2, 8, 4, 0, 1, [1], [9]), 4],
    ["more gaps than values", gene(2, 8, 4, 0, 1, [1], [0, 0]), 4],
    ["another form", gene(3, 8, 1, 0, 1, [1]), 1],
    ["other bits", gene(1, 24, 0, 0, 1, []), 0],
  ])("is refused where it is %s", (_, data, cells) => {
    expect(() => steps(data as Uint8Array<ArrayBuffer>, cells)).toThrow();
  });
});
