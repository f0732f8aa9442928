import { describe, expect, it } from "vitest";
import { bounds } from "../points/camera";
import { fieldOf, sample } from "./field";
import { CORNER_FLOATS, MOST_LINES, ribbonsOf, streamsOf, VERTEX_FLOATS } from "./streams";

const COUNT = 4000;

function cloud(dimensions: 2 | 3, direction: (...place: number[]) => number[]) {
  let seed = 3;
  const random = () => {
    seed = (seed * 1664525 + 1013904223) % 2 ** 32;
    return (seed / 2 ** 32) * 2 - 1;
  };
  const points = Float32Array.from({ length: COUNT * dimensions }, random);
  const vectors = new Float32Array(points.length);
  for (let at = 0; at < points.length; at += dimensions)
    vectors.set(direction(...points.subarray(at, at + dimensions)), at);
  return { points, vectors, field: fieldOf(points, vectors, dimensions, bounds(points, dimensions)) };
}

const turning = (x = 0, y = 0) => [-y, x];

describe("a field of directions", () => {
  it("is what all cells agree on, at each place", () => {
    const { field } = cloud(2, () => [3, -1]);
    const found = sample(field, [0.3, -0.2]) ?? [];
    expect(found[0]).toBeCloseTo(3, 4);
    expect(found[1]).toBeCloseTo(-1, 4);
  });

  it("follows a field that turns, in the plane and in space", () => {
    for (const { field } of [cloud(2, turning), cloud(3, (x, y) => [...turning(x, y), 0.5])]) {
      const found = sample(field, [0.5, 0, 0]) ?? [];
      expect(Math.abs(found[0] as number)).toBeLessThan(0.1);
      expect(Math.abs((found[1] as number) - 0.5)).toBeLessThan(0.1);
    }
  });

  it("counts every cell once, but those without a direction or a place", () => {
    const { points, vectors } = cloud(2, turning);
    points[0] = Number.NaN;
    vectors[10] = Number.NaN;
    const { mass } = fieldOf(points, vectors, 2, bounds(points, 2));
    expect(mass.reduce((sum, one) => sum + one, 0)).toBeCloseTo(COUNT - 2, 0);
  });

  it("is nothing outside, and bears one cell and cells all at one place", () => {
    expect(sample(cloud(2, turning).field, [50, 0])).toBeUndefined();
    for (const count of [1, 9]) {
      const points = new Float32Array(2 * count).fill(4);
      const field = fieldOf(points, points, 2, bounds(points, 2));
      expect(sample(field, [4, 4])?.[0]).toBeCloseTo(4, 5);
      expect(Number.isFinite(streamsOf(field).vertices.reduce((sum, one) => sum + one, 0))).toBe(true);
    }
  });
});

describe("lines along a field", () => {
  it("stay at their distance from the middle of one that turns", () => {
    const { vertices, lines } = streamsOf(cloud(2, turning).field);
    expect(lines).toBeGreaterThan(500);
    let first = 0;
    let farthest = 0;
    for (let at = 0; at < vertices.length; at += VERTEX_FLOATS) {
      const away = Math.hypot(vertices[at] as number, vertices[at + 1] as number);
      if (vertices[at + 3] === 0) first = away;
      else if (first > 0.2 && first < 0.8) farthest = Math.max(farthest, Math.abs(away - first));
    }
    expect(farthest).toBeLessThan(0.05);
  });

  it("go on from 0 to 1, each with its own time", () => {
    const { vertices, lines } = streamsOf(cloud(3, () => [1, 0, 0]).field);
    let begun = 0;
    let back = 0;
    for (let at = 0; at < vertices.length; at += VERTEX_FLOATS) {
      const along = vertices[at + 3] as number;
      if (along === 0) begun++;
      else if (!(along > (vertices[at - 2] as number))) back++;
      if (!((vertices[at + 4] as number) < 1)) back++;
    }
    expect([begun, back]).toEqual([lines, 0]);
  });

  it("are never more than can be read, and none where nothing moves", () => {
    expect(streamsOf(cloud(3, () => [1, 0, 0]).field).lines).toBeLessThanOrEqual(MOST_LINES);
    expect(streamsOf(cloud(2, () => [0, 0]).field).lines).toBe(0);
  });

  it("are the same every time", () => {
    const { field } = cloud(2, turning);
    expect(
      Buffer.compare(Buffer.from(streamsOf(field).vertices.buffer), Buffer.from(streamsOf(field).vertices.buffer)),
    ).toBe(0);
  });

  it("are ribbons of two sides, joined by what has no width", () => {
    const line = (x: number) => [x, 0, 0, 0, 0.5, x + 1, 0, 0, 1, 0.5];
    const ribbons = ribbonsOf(Float32Array.from([...line(0), ...line(5)]));
    const corners = Array.from({ length: ribbons.length / CORNER_FLOATS }, (_, at) => [
      ribbons[at * CORNER_FLOATS],
      ribbons[at * CORNER_FLOATS + 5],
      ribbons[at * CORNER_FLOATS + 8],
    ]);
    const one = (x: number) => [
      [x, x + 1, -1],
      [x, x + 1, -1],
      [x, x + 1, 1],
      [x + 1, x + 2, -1],
      [x + 1, x + 2, 1],
      [x + 1, x + 2, 1],
    ];
    expect(corners).toEqual([...one(0), ...one(5)]);
  });
});
