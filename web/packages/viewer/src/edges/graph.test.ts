import { describe, expect, it } from "vitest";
import { faded, type Graph, graphOf, grown, neighboursOf, sampled } from "./graph";

const cells = (...all: number[]) => Uint32Array.from(all);
/// 0–1–2–3–4, and 5–6 apart; 7 is alone.
const chain = graphOf(cells(0, 1, 2, 3, 5), cells(1, 2, 3, 4, 6), 8);

function plainly({ sources, targets }: Graph, from: number[], steps: number): number[] {
  const found = new Set(from);
  for (let step = 0; step < steps; step++) {
    const before = new Set(found);
    sources.forEach((one, at) => {
      const other = targets[at] as number;
      if (before.has(one)) found.add(other);
      if (before.has(other)) found.add(one);
    });
  }
  return [...found].sort((a, b) => a - b);
}

describe("a graph of neighbours", () => {
  it("is refused where an edge has one end, or one that is no cell", () => {
    expect(() => graphOf(cells(0, 1), cells(1), 3)).toThrow();
    expect(() => graphOf(cells(0), cells(3), 3)).toThrow("not there");
  });

  it("grows by steps, both ways along an edge", () => {
    const near = neighboursOf(chain);
    expect([...grown(near, cells(2), 1)]).toEqual([1, 2, 3]);
    expect([...grown(near, cells(2, 6), 2)]).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect([...grown(near, cells(7), 9)]).toEqual([7]);
    expect([...grown(near, cells(), 3)]).toEqual([]);
  });

  it("does not go through what is hidden", () => {
    expect([...grown(neighboursOf(chain), cells(0), 4, (cell) => cell === 2)]).toEqual([0, 1]);
  });

  it("grows as a plain look at every edge does", () => {
    let seed = 7;
    const random = () => {
      seed = (seed * 1664525 + 1013904223) % 2 ** 32;
      return Math.floor((seed / 2 ** 32) * 300);
    };
    const graph = graphOf(Uint32Array.from({ length: 500 }, random), Uint32Array.from({ length: 500 }, random), 300);
    for (const steps of [1, 2, 5]) {
      const from = [3, 77, 150];
      expect([...grown(neighboursOf(graph), Uint32Array.from(from), steps)]).toEqual(plainly(graph, from, steps));
    }
  });

  it("is drawn whole where it is small, each edge once", () => {
    const pairs = sampled(chain, 1000);
    const edges = Array.from({ length: pairs.length / 2 }, (_, at) => `${pairs[2 * at]}–${pairs[2 * at + 1]}`);
    expect(edges.sort()).toEqual(["0–1", "1–2", "2–3", "3–4", "5–6"]);
    expect(sampled(graphOf(cells(), cells(), 4), 10).length).toBe(0);
  });

  it("is sampled evenly where it is large: any beginning is spread over all cells", () => {
    const many = Uint32Array.from({ length: 100_000 }, (_, at) => at);
    const pairs = sampled(graphOf(many, many, 100_000), 1000);
    expect(pairs.length).toBe(2000);
    for (const count of [100, 1000]) {
      const tenths = new Array(10).fill(0);
      for (let one = 0; one < count; one++) tenths[Math.floor((pairs[2 * one] as number) / 10_000)]++;
      for (const tenth of tenths) expect(Math.abs(tenth - count / 10)).toBeLessThan(count / 40);
    }
  });

  it("is fainter the more lines share the picture, and never gone", () => {
    expect(faded(1000, 1, 1000, 700)).toBe(0.5);
    expect(faded(1e7, 1, 1000, 700)).toBe(0.04);
    expect(faded(1e5, 4, 1000, 700)).toBeGreaterThan(faded(1e5, 1, 1000, 700));
  });
});
