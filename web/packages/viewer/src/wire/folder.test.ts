import { gzipSync } from "node:zlib";
import { afterEach, expect, test, vi } from "vitest";
import { real } from "../colour/range";
import { overview } from "../data/overview";
import { sources } from "../data/sources";
import { Names } from "../search/names";
import { FolderTransport } from "./folder";

const PAGE = { href: "https://host.example/atlas/index.html" } as Location;

/// An export of three cells, by name (with a key that is not the name) or by number, as a host serves it.
function host(naming: "name" | "index", undone = false): Map<string, Uint8Array> {
  const text = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
  const packed = (data: Uint8Array) => (undone ? data : new Uint8Array(gzipSync(data)));
  const at = (index: number, key: string) => (naming === "name" ? key : String(index));
  const field = (index: number, ...rest: unknown[]) => (naming === "name" ? rest : [index, ...rest]);
  const pattern = naming === "name" ? "{key}" : "{index}";
  return new Map([
    [
      "dataset_identity.json",
      text({
        id: "a",
        name: "An atlas",
        embeddings: { files: { "3d": "points_3d.bin.gz" } },
        _fumehood: { cells: "cells.json.gz" },
        vector_fields: {
          default_field: "velocity_umap",
          fields: {
            lost: { label: "Of points that are not there", files: { "2d": "vectors/lost_2d.bin.gz", "9d": "x" } },
            T_fwd_umap: { label: "T fwd", files: { "3d": "vectors/T_fwd_umap_3d.bin.gz" } },
            velocity_umap: { label: "Velocity", files: { "3d": "vectors/velocity_umap_3d.bin.gz" } },
          },
        },
      }),
    ],
    [
      "connectivity_manifest.json",
      text({
        format: "edge_pairs",
        n_cells: 3,
        n_edges: 2,
        index_dtype: "uint16",
        sourcesPath: "connectivity/edges.src.bin.gz",
        destinationsPath: "connectivity/edges.dst.bin.gz",
      }),
    ],
    ["connectivity/edges.src.bin.gz", packed(new Uint8Array(Uint16Array.of(0, 1).buffer))],
    ["connectivity/edges.dst.bin.gz", packed(new Uint8Array(Uint16Array.of(2, 2).buffer))],
    ["vectors/velocity_umap_3d.bin.gz", packed(new Uint8Array(Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1).buffer))],
    [
      "obs_manifest.json",
      text({
        n_points: 3,
        _obsSchemas: {
          categorical: { codesPathPattern: `obs/${pattern}.codes.{ext}.gz` },
          continuous: { pathPattern: `obs/${pattern}.values.u16.gz`, dtype: "uint16", quantized: true },
        },
        _categoricalFields: [field(0, "cell type", ["T", "B"], "uint8", 255, {})],
        _continuousFields: [field(1, "n", 0, 65_534)],
      }),
    ],
    [
      "var_manifest.json",
      text({
        _varSchema: { pathPattern: `var/${pattern}.values.u8.gz`, dtype: "uint8", quantized: true },
        fields: [field(0, "HLA/A", 0, 254), field(1, "HLA:A__2", 0, 2)],
        _fumehood: { names: { "HLA:A__2": "HLA:A" } },
      }),
    ],
    ["points_3d.bin.gz", packed(new Uint8Array(Float32Array.of(0, 1, 2, 3, 4, 5, 6, 7, 8).buffer))],
    [`obs/${at(0, "cell_type")}.codes.u8.gz`, packed(Uint8Array.of(0, 255, 1))],
    [`obs/${at(1, "n")}.values.u16.gz`, packed(new Uint8Array(Uint16Array.of(7, 65_535, 9).buffer))],
    [`var/${at(0, "HLA_A")}.values.u8.gz`, packed(Uint8Array.of(0, 3, 255))],
    [`var/${at(1, "HLA_A__2")}.values.u8.gz`, packed(Uint8Array.of(254, 127, 0))],
    ["cells.json.gz", packed(text(["x", "y", "z"]))],
  ]);
}

function serve(files: Map<string, Uint8Array>): string[] {
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (url: URL) => {
    asked.push(url.href);
    const found = files.get(decodeURIComponent(url.href.replace("https://host.example/atlas/", "")));
    return found === undefined ? new Response("none", { status: 404 }) : new Response(found as Uint8Array<ArrayBuffer>);
  });
  return asked;
}

afterEach(() => vi.unstubAllGlobals());

for (const naming of ["name", "index"] as const)
  for (const undone of [false, true])
    test(`an export by ${naming} is read from a plain host${undone ? " that undoes gzip" : ""}`, async () => {
      serve(host(naming, undone));
      const way = await FolderTransport.open(PAGE);
      if (way === null) throw new Error("not found");
      const about = await overview(way);
      expect(about).toMatchObject({ name: "An atlas", cells: 3, genes: 2 });
      const genes = new Names(JSON.parse(new TextDecoder().decode(await way.fetch("genes/names"))) as string[]);
      expect(genes.names).toEqual(["HLA/A", "HLA:A"]);
      const data = sources(way, about, async () => genes);
      const silent = () => undefined;
      // The folder has one width of its genes.
      expect(data.fine).toBeUndefined();
      const gene = await data.gene("HLA:A", silent);
      expect(Array.from(gene.values, (value) => real(gene, value))).toEqual([2, 1, 0]);
      const type = await data.column("cell type", silent);
      expect("codes" in type && [[...type.codes], type.names]).toEqual([
        [0, 255, 1],
        ["T", "B"],
      ]);
      const n = await data.column("n", silent);
      expect("values" in n && [...n.values]).toEqual([7, Number.NaN, 9]);
      const key = about.embeddings[0]?.key ?? "";
      expect([...(await data.points({ key, dimensions: 3 }, silent))]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
      expect([...(await data.points({ key, dimensions: 2 }, silent))]).toEqual([0, 1, 3, 4, 6, 7]);
      const names = await way.fetch("cells/names/1-3");
      expect(JSON.parse(new TextDecoder().decode(names))).toEqual(["y", "z"]);
      const graph = await data.graph?.(silent);
      expect([[...(graph?.sources ?? [])], [...(graph?.targets ?? [])]]).toEqual([
        [0, 1],
        [2, 2],
      ]);
      expect(data.fields?.map(({ id, label }) => [id, label])).toEqual([
        ["velocity_umap", "Velocity"],
        ["T_fwd_umap", "T fwd"],
      ]);
      expect(data.fields?.map((field) => [2, 3].map((d) => field.fits({ key, dimensions: d as 2 | 3 })))).toEqual([
        [false, true],
        [false, true],
      ]);
      expect([...((await data.vectors?.("velocity_umap", 3, silent)) ?? [])]).toEqual([1, 0, 0, 0, 1, 0, 0, 0, 1]);
    });

test("a graph that is not of these cells, or declared in another way, is not offered; one that lies is refused", async () => {
  const files = host("name");
  const text = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
  const good = JSON.parse(new TextDecoder().decode(files.get("connectivity_manifest.json"))) as Record<string, unknown>;
  const opened = async (change: object) => {
    files.set("connectivity_manifest.json", text({ ...good, ...change }));
    serve(files);
    const way = await FolderTransport.open(PAGE);
    if (way === null) throw new Error("not found");
    return sources(way, await overview(way), async () => new Names([]));
  };
  const silent = () => undefined;
  const others = [
    { format: "x" },
    { n_cells: 4 },
    { n_edges: -1 },
    { n_edges: 0 },
    { n_edges: "2" },
    { n_edges: 1e12 },
  ];
  for (const change of [...others, { index_dtype: "uint64" }, { sourcesPath: 3 }, { destinationsPath: null }])
    expect((await opened(change)).graph).toBeUndefined();
  await expect((await opened({ n_edges: 3 })).graph?.(silent)).rejects.toThrow("not as long");
  await expect((await opened({ index_dtype: "uint32" })).graph?.(silent)).rejects.toThrow("not as long");
  await expect((await opened({ sourcesPath: "../../elsewhere" })).graph?.(silent)).rejects.toThrow();
  files.set("connectivity/edges.dst.bin.gz", new Uint8Array(gzipSync(new Uint8Array(Uint16Array.of(2, 3).buffer))));
  await expect((await opened({})).graph?.(silent)).rejects.toThrow("not there");
});

test("a folder that is no export is none, what is cut is said, and no path of a manifest leads out", async () => {
  serve(new Map());
  expect(await FolderTransport.open(PAGE)).toBeNull();
  const files = host("name");
  files.set("points_3d.bin.gz", new Uint8Array(gzipSync(new Uint8Array(8))));
  const asked = serve(files);
  const way = await FolderTransport.open(PAGE);
  await expect(way?.fetch("embeddings/3/3")).rejects.toThrow("not as long");
  await expect(way?.fetch("gene/9")).rejects.toThrow("no gene/9");
  const embeddings = { files: { "2d": "../../elsewhere", "3d": "https://evil.example/x" } };
  const identity = { name: "x", embeddings, vector_fields: { fields: { out: embeddings } } };
  files.set("dataset_identity.json", new TextEncoder().encode(JSON.stringify(identity)));
  const led = await FolderTransport.open(PAGE);
  await expect(led?.fetch("embeddings/2/2")).rejects.toThrow();
  await expect(led?.fetch("embeddings/3/3")).rejects.toThrow();
  await expect(led?.fetch("vectors/0/2")).rejects.toThrow();
  await expect(led?.fetch("vectors/0/3")).rejects.toThrow();
  expect(asked.filter((url) => !url.startsWith("https://host.example/atlas/"))).toEqual([]);
});
