import type { viewer } from "@fumehood/protocol";
import { createRoot } from "solid-js";
import { afterEach, expect, it, vi } from "vitest";
import type { Overview } from "../data/overview";
import { keyOf, recalled } from "../keeping/beginning";
import { Model } from "../model/model";
import { Shelf } from "../model/shelf";
import { fresh } from "../state/document";
import type { Hearer, Transport } from "../wire/transport";
import { outside } from "./outside";

afterEach(() => vi.unstubAllGlobals());

it("a page that nobody else remembers is remembered as it goes, however soon", () => {
  const kept = new Map<string, string>();
  vi.stubGlobal("sessionStorage", {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
  });
  const about: Overview = {
    ...{
      id: "d",
      kind: "h5ad",
      name: "d",
      cells: 2,
      genes: 0,
      fineGenes: false,
      columns: [],
      vectors: [],
      graph: null,
    },
    embeddings: [{ key: "X_umap", dimensions: 2, paths: new Map(), unit: 1, micrometres: undefined }],
  };
  const lost = () => Promise.reject(new Error("nobody"));
  const transport: Transport = {
    ...{ kind: "http", viewer: "", page: "p", fetch: lost, ask: lost },
    ...{ send: () => Promise.resolve(), listen: () => {}, close: () => {} },
  };
  const start = fresh({ key: "X_umap", dimensions: 2 }, { by: "nothing" });
  const theme = { background: "#ffffff", none: "#999999", plain: "#336699", outline: "#000000" };
  const { model, far, dispose } = createRoot((dispose) => {
    const model = new Model(new Shelf({ cells: 2, points: lost, column: lost, gene: lost }), 2, start, theme);
    const origin = { about, fingerprint: lost, provenance: lost };
    const far = outside({
      ...{ model, about, transport, origin, genes: lost, draw: lost, linked: async () => null },
      ...{ frozen: () => false, freeze: () => {}, size: () => ({ width: 1, height: 1 }) },
    });
    return { model, far, dispose };
  });
  far.leave();
  expect(kept.size).toBe(0);
  model.do({ do: "lock", locked: true });
  far.leave();
  expect(recalled(keyOf(about))).toMatchObject({ locked: true });
  dispose();
});

it("a view that Python sets is one step to take back, whatever the command says of it", async () => {
  const lost = () => Promise.reject(new Error("nobody"));
  const embeddings = ["X_umap", "X_pca"].map((key) => ({
    ...{ key, dimensions: 2, unit: 1, micrometres: undefined },
    paths: new Map([[2, key]]),
  }));
  const about: Overview = {
    ...{ id: "d", kind: "h5ad", name: "d", cells: 2, genes: 0, fineGenes: false },
    ...{ columns: [], vectors: [], graph: null, embeddings },
  };
  const said: viewer.ViewerEvent[] = [];
  let hear: Hearer = () => {};
  const transport: Transport = {
    ...{ kind: "http", viewer: "v", page: "p", fetch: lost, ask: lost, close: () => {} },
    send: async (event) => void said.push(event),
    listen: (hearer) => {
      hear = hearer;
    },
  };
  const start = fresh({ key: "X_umap", dimensions: 2 }, { by: "nothing" });
  const theme = { background: "#ffffff", none: "#999999", plain: "#336699", outline: "#000000" };
  const points = async () => Float32Array.of(0, 0, 1, 1);
  const { model, dispose } = createRoot((dispose) => {
    const model = new Model(new Shelf({ cells: 2, points, column: lost, gene: lost }), 2, start, theme);
    outside({
      ...{ model, about, transport, genes: lost, draw: lost, linked: async () => null },
      origin: { about, fingerprint: lost, provenance: lost },
      ...{ frozen: () => false, freeze: () => {}, size: () => ({ width: 10, height: 10 }) },
    });
    return { model, dispose };
  });
  hear(
    { type: "set_view", viewer: "v", id: 1, embedding: "X_pca", center: [0.5, 0.25, 0], zoom: 2, point_size: 6 },
    [],
  );
  await vi.waitFor(() => expect(said).toContainEqual(expect.objectContaining({ type: "done", id: 1 })));
  const [view] = model.document().views;
  expect(view).toMatchObject({ embedding: { key: "X_pca" }, camera: { kind: "planar", x: 0.5, y: 0.25 } });
  expect(model.document().look.size).toBe(2);
  expect(model.history().done).toHaveLength(1);
  model.undo();
  expect(model.document()).toBe(start);

  // The groups that are kept are colours; where there are none it says so.
  hear({ type: "color_by", viewer: "v", id: 2, groups: true }, []);
  const error = expect.objectContaining({ code: "groups.none" });
  await vi.waitFor(() => expect(said).toContainEqual(expect.objectContaining({ type: "done", id: 2, error })));
  const kept = { id: "g", name: "Mine", colour: "#ff0000", note: "", shown: true, cells: Uint32Array.of(1), made: [] };
  model.do({ do: "add-group", group: kept });
  hear({ type: "color_by", viewer: "v", id: 3, groups: true }, []);
  await vi.waitFor(() => expect(said).toContainEqual(expect.objectContaining({ type: "done", id: 3 })));
  expect(model.document().views[0]?.colour).toEqual({ by: "group" });
  dispose();
});
