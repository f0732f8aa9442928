import { createMemo, createRenderEffect, createRoot } from "solid-js";
import { expect, it } from "vitest";
import { arrived } from "./arrived";
import { lies, Shelf } from "./shelf";

it("knows places in a tissue by their names, and nothing else by it", () => {
  for (const key of ["spatial", "X_spatial", "spatial3d", "X_spatial_fov_2"])
    expect(lies({ key, dimensions: 2 })).toBe(true);
  for (const key of ["X_umap", "aspatial", "X_spatially"]) expect(lies({ key, dimensions: 2 })).toBe(false);
  expect(lies({ key: "spatial", dimensions: 1 })).toBe(false);
});

it("turns places in a tissue over, as an image counts its rows from the top, and their directions with them", async () => {
  const field = { id: "flow_spatial", label: "Flow", fits: () => true };
  const shelf = createRoot(
    () =>
      new Shelf({
        cells: 2,
        points: async () => Float32Array.of(1, 2, 3, 4),
        vectors: async () => Float32Array.of(0, 1, 0, -1),
        fields: [field],
        column: async () => ({ codes: new Uint8Array(2), names: [], missing: 255 }),
        gene: async () => ({ values: new Uint8Array(2), min: 0, max: 1, top: 254, missing: 255 }),
      }),
  );
  const [spatial, umap] = [{ key: "spatial", dimensions: 2 } as const, { key: "X_umap", dimensions: 2 } as const];
  const read = () => [shelf.points(spatial)?.points, shelf.points(umap)?.points, shelf.vectors(field.id, spatial)];
  read();
  await new Promise((done) => setTimeout(done));
  expect(read().map((found) => [...(found ?? [])])).toEqual([
    [1, -2, 3, -4],
    [1, 2, 3, 4],
    [0, -1, 0, 1],
  ]);
  expect([shelf.points(spatial)?.down, shelf.points(umap)?.down]).toEqual([true, false]);
});

/// Genes that answer in the next turn, and how often each was asked for.
function shelved() {
  const asked = new Map<string, number>();
  const shelf = new Shelf({
    cells: 1,
    points: async () => new Float32Array(2),
    column: () => Promise.reject(new Error("gone")),
    gene: async (name) => {
      asked.set(name, (asked.get(name) ?? 0) + 1);
      await new Promise((done) => setTimeout(done));
      return { values: new Uint8Array(1), min: 0, max: 1, top: 254, missing: 255 };
    },
  });
  return { shelf, asked };
}

const turns = () => new Promise((done) => setTimeout(done, 60));

it("fetches what is read at once once, also where it is more than is kept; what nobody reads makes place", async () => {
  const { shelf, asked } = shelved();
  const names = Array.from({ length: 60 }, (_, at) => `g${at}`);
  const all = createRoot(() => createMemo(() => names.map((name) => shelf.gene(name)).filter(Boolean).length));
  await turns();
  expect(all()).toBe(60);
  expect([...asked.values()].every((times) => times === 1)).toBe(true);
  // Of those that were read in another turn the oldest are gone.
  shelf.gene("other");
  await turns();
  shelf.gene("g0");
  shelf.gene("g59");
  await turns();
  expect([asked.get("g0"), asked.get("g59")]).toEqual([2, 1]);
});

it("tells nobody that there is no trouble any more where there was none", async () => {
  const { shelf } = shelved();
  let runs = 0;
  createRoot(() =>
    createMemo(() => {
      runs++;
      return shelf.gene("a");
    }),
  );
  await turns();
  expect(runs).toBe(2);
  shelf.again();
  expect(runs).toBe(2);
  shelf.column("lost");
  await turns();
  const before = runs;
  shelf.again();
  expect(runs).toBe(before + 1);
});

it("has a gene for the colours and, where there is one, a finer one for statistics, each asked for once", async () => {
  const asked: string[] = [];
  const gene = (top: number) => async (name: string) => {
    asked.push(`${name} ${top}`);
    return { values: Uint16Array.of(0, top), min: 0, max: 1, top, missing: top + 1 };
  };
  const never = () => Promise.reject(new Error("no"));
  const coarse = { cells: 2, points: never, column: never, gene: gene(254) };
  for (const sources of [{ ...coarse, fine: gene(65_534) }, coarse]) {
    asked.length = 0;
    const shelf = new Shelf(sources);
    const read = () => [shelf.gene("A")?.top, shelf.fine("A")?.top];
    read();
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
    const fine = "fine" in sources;
    expect(read()).toEqual([254, fine ? 65_534 : 254]);
    expect(asked).toEqual(fine ? ["A 254", "A 65534"] : ["A 254"]);
  }
});

it("whoever waits for a gene is not told of a column that fails meanwhile, and of the gene's own failure is", async () => {
  const never = () => Promise.reject(new Error("the column is gone"));
  const shelf = createRoot(
    () =>
      new Shelf({
        cells: 1,
        points: never,
        column: never,
        gene: async (name) => {
          await new Promise((done) => setTimeout(done, 5));
          if (name === "none") throw new Error("no such gene");
          return { values: new Uint8Array(1), min: 0, max: 1, top: 254, missing: 255 };
        },
      }),
  );
  const waited = arrived(shelf, () => shelf.gene("A"));
  shelf.column("lost");
  expect((await waited).top).toBe(254);
  expect(shelf.troubles().map((one) => one.what)).toEqual(["lost"]);
  await expect(arrived(shelf, () => shelf.gene("none"))).rejects.toThrow("no such gene");
});

it("tells how much has come a few times a second, however many pieces it comes in", async () => {
  const pieces = 5000;
  const shelf = new Shelf({
    cells: 1,
    points: async (_, progress) => {
      for (let piece = 1; piece <= pieces; piece++) progress(piece, pieces);
      return new Float32Array(2);
    },
    column: () => Promise.reject(new Error("none")),
    gene: () => Promise.reject(new Error("none")),
  });
  let told = 0;
  createRoot(() =>
    createRenderEffect(() => {
      shelf.loading();
      told++;
    }),
  );
  const began = performance.now();
  shelf.points({ key: "X_umap", dimensions: 2 });
  await new Promise((done) => setTimeout(done));
  expect(shelf.loading()).toEqual([]);
  // The first and the last word, and one for each tenth of a second.
  expect(told).toBeLessThanOrEqual(3 + (performance.now() - began) / 100);
});
