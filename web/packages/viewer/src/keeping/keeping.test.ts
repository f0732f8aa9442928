import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { cellBytes } from "../state/cells";
import { type Document, fresh } from "../state/document";
import { apply, type Operation } from "../state/operations";
import { type Known, read, saved } from "../state/saved";
import { bundle, type Fingerprint, opened, SessionRefused } from "./bundle";
import { LinkRefused, LONGEST, link, linked, linkText, stateIn } from "./link";
import { within } from "./origin";
import { packed } from "./packing";
import { LONGEST as LONGEST_TEXT, literal, python, value } from "./python";
import { ofSession, restored } from "./restore";

/// Files that Python's tests read, or wrote.
const beside = (name: string) => fileURLToPath(new URL(`../../../../../tests/viewer/kept/${name}`, import.meta.url));
const HOSTILE = 'a"b\\c\nimport os\u202e\u2028\u05d0\u{1F600}\u0007';
const known: Known = {
  cells: 40,
  columns: new Set([HOSTILE, "louvain"]),
  embeddings: new Map([["X_umap", 2]]),
  hasGene: (name) => name === "MS4A1",
};
const of: Fingerprint = { id: "40", kind: "h5ad", cells: 40, genes: 6 };
const when = new Date("2026-11-22T12:00:00Z");
const embedding = { key: "X_umap", dimensions: 2 } as const;
const plain = fresh(embedding, { by: "column", key: HOSTILE });
const group = {
  id: "g",
  name: `${HOSTILE}'''`,
  colour: "#ff0000",
  note: "",
  shown: true,
  cells: Uint32Array.from([3, 5, 39]),
  made: [{ kind: "category", key: HOSTILE, category: HOSTILE }],
} as const;
const full = (
  [
    { do: "camera", view: "view-1", camera: { kind: "planar", x: 0.25, y: -0.5, scale: 120 } },
    { do: "add-group", group },
    { do: "select", cells: Uint32Array.from([1, 2]), how: "replace", made: { kind: "python" } },
    { do: "overlay", key: HOSTILE, change: { names: { 0: "zero" } } },
  ] satisfies Operation[]
).reduce<Document>((document, operation) => apply(document, operation), plain);
const blob = (bytes: Uint8Array<ArrayBuffer>) => new Blob([bytes]);

type Part = readonly [id: string, body: Uint8Array<ArrayBuffer>];

/// Parts that are packed, as another program lays them out.
function laid({ cells }: Fingerprint, parts: readonly Part[]): Blob {
  const manifest = {
    datasetFingerprint: { cellCount: cells },
    chunks: parts.map(([id, body]) => ({ id, codec: "gzip", storedBytes: body.length })),
  };
  const bodies = [new TextEncoder().encode(JSON.stringify(manifest)), ...parts.map(([, body]) => body)];
  return new Blob(["CELLUCID_SESSION\n", ...bodies.flatMap((body) => [Uint32Array.of(body.length), body])]);
}

describe("a view as Python", () => {
  it("names nothing that would end its text, start a line or turn it round", () => {
    expect(literal(HOSTILE)).toBe(
      `${String.raw`"a\"b\\c\x0aimport os\u202e\u2028\u05d0`}\u{1F600}${String.raw`\x07"`}`,
    );
    expect(literal("\uD800é日")).toBe(String.raw`"\ud800é日"`);
    expect(value({ a: [true, null, 1.5, Number.NaN], "b\n": "c" })).toBe(
      String.raw`{"a": [True, None, 1.5, None], "b\x0a": "c"}`,
    );
  });

  it("is three lines where they say it all", () => {
    expect(python(fresh(embedding, { by: "gene", name: "MS4A1" }), { name: "pbmc", kind: "h5ad" })).toBe(
      [
        "import fumehood",
        "",
        'viewer = fumehood.show("pbmc.h5ad")',
        'viewer.set_view(embedding="X_umap", dimensions=2)',
        'viewer.color_by(gene="MS4A1")',
        "",
      ].join("\n"),
    );
  });

  it("says by what else one can colour, too", () => {
    expect(python(fresh(embedding, { by: "nothing" }), { name: "x", kind: "zarr" })).toContain("viewer.color_by()\n");
    const scored = fresh(embedding, { by: "score", name: HOSTILE, genes: ["MS4A1"] });
    expect(python(scored, { name: "x", kind: "zarr" })).toContain('"genes": ["MS4A1"]');
  });

  it("says groups, and the rest as a state", () => {
    // tests/viewer/test_kept.py runs this file; what a look has besides grows with the viewer.
    const [kept, now] = [readFileSync(beside("view.py.txt"), "utf8"), python(full, { name: "ours", kind: "memory" })];
    expect(now.split(', "look": ')[0]).toBe(kept.split(', "look": ')[0]);
  });

  it("says how a group was found, whatever that was", () => {
    const made = [
      { kind: "shown", filters: [] },
      { kind: "python" },
      { kind: "neighbours", steps: 2, from: 9 },
      {
        kind: "shape",
        tool: "brush",
        ...{ embedding, shape: [1, 2], width: 9, height: 9, radius: 24, filters: [] },
        camera: { kind: "planar", x: 0, y: 0, scale: 1 },
      },
    ] as const;
    const text = python(apply(full, { do: "add-group", group: { ...group, id: "m", name: "Mine", made } }), {
      name: "x",
      kind: "zarr",
    });
    expect(text).toContain(
      'all cells; from Python; 2 steps in the graph from 9 cells; brush of 24 pixels on "X_umap"\n',
    );
  });

  it("leaves the cells of large groups out, and says so", () => {
    const cells = Uint32Array.from({ length: LONGEST_TEXT }, (_, at) => at * 2);
    const text = python(apply(full, { do: "add-group", group: { ...group, id: "h", cells } }), {
      name: "x",
      kind: "zarr",
    });
    expect(text.length).toBeLessThan(10_000);
    expect(text).toContain("# viewer.load_session(");
    expect(text).toContain('viewer.set_state({"version": 1, ');
  });
});

describe("a link", () => {
  it("carries the document, and nothing else of the page's address", async () => {
    const address = await link("http://127.0.0.1:4000/?a#code=secret", saved(full));
    expect(address.startsWith("http://127.0.0.1:4000/#state=")).toBe(true);
    const fragment = new URL(address).hash;
    expect(stateIn(`#code=abc&${fragment.slice(1)}`)).toBe(stateIn(fragment));
    expect(read(await linked(stateIn(fragment) ?? ""), known).document).toEqual(full);
  });

  it("is refused when it is too long, cut, or more than it seems", async () => {
    const bomb = await packed(new Uint8Array(5_000_000).fill(32));
    const text = btoa(String.fromCharCode(...bomb))
      .replaceAll("+", "-")
      .replaceAll("/", "_");
    await expect(linked(text)).rejects.toThrow("more than a view");
    const whole = await linkText(saved(full));
    for (const bad of [whole.slice(0, 40), "", "%%%", "A".repeat(LONGEST + 1)])
      await expect(linked(bad)).rejects.toThrow(LinkRefused);
    const noise = { noise: Array.from({ length: 60_000 }, () => Math.random()) };
    await expect(linkText(noise)).rejects.toThrow("Save a session instead");
  });
});

describe("a session", () => {
  it("comes back as it went, with its groups for any reader", async () => {
    const session = await opened(blob(await bundle(full, of, when)), of);
    expect(ofSession(session, plain, known, "x").document).toEqual(full);
    // tests/viewer/test_kept.py reads this one.
    const kept = await opened(blob(Uint8Array.from(readFileSync(beside("page.cellucid-session")))), of);
    expect(ofSession(kept, plain, known, "x").document).toEqual(full);
  });

  it("of an older Python opens: its groups, and the few words of its view", async () => {
    const file = blob(Uint8Array.from(readFileSync(beside("python.cellucid-session"))));
    const session = await opened(file, of);
    const { document, left } = ofSession(session, full, known, "x");
    expect(document.views[0]).toMatchObject({ embedding, colour: { by: "column", key: "louvain" } });
    expect(document.pages.map((page) => [page.name, page.groups.map((one) => [one.name, [...one.cells]])])).toEqual([
      ["Page 1", [[group.name, [3, 5, 39]]]],
      ["Groups", [["T cells?", [3, 5, 39]]]],
    ]);
    expect(left).toEqual([]);
    const twice = ofSession(session, document, known, "y").document;
    expect(new Set(twice.pages.map((page) => page.id)).size).toBe(3);
  });

  it("of other cells, or in another order, is refused", async () => {
    const orders = { cells: "aa", genes: "bb" };
    const file = blob(await bundle(full, { ...of, orders }, when));
    await expect(opened(file, { ...of, cells: 41 })).rejects.toThrow("drawn on 40 cells; this dataset has 41");
    await expect(opened(file, { ...of, orders: { cells: "cc", genes: "bb" } })).rejects.toThrow("in another order");
    await expect(opened(file, { ...of, orders })).resolves.toBeTruthy();
  });

  it("that is damaged, cut or no session is refused with a sentence, whatever byte is wrong", async () => {
    const whole = await bundle(full, of, when);
    await expect(opened(blob(new TextEncoder().encode("\u0089HDF")), of)).rejects.toThrow("no session");
    await expect(opened(blob(new TextEncoder().encode("CELLUCID_SESSION/2\n....")), of)).rejects.toThrow("format 1");
    for (const end of [0, 17, 19, 21, 40, whole.length - 1])
      await expect(opened(blob(whole.slice(0, end)), of)).rejects.toThrow(SessionRefused);
    const longer = Uint8Array.from([...whole, 0]);
    await expect(opened(blob(longer), of)).rejects.toThrow("damaged");
    for (let at = 0; at < whole.length; at += 13) {
      const other = Uint8Array.from(whole);
      other[at] = (other[at] ?? 0) ^ 0x55;
      const found = await opened(blob(other), of).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (found !== undefined) expect(found).toBeInstanceOf(SessionRefused);
    }
  });

  it("of another program is refused where its groups unpack to more together than all may", async () => {
    const cells = 10_000;
    const body = await packed(cellBytes(Uint32Array.from({ length: cells }, (_, at) => at)));
    const ids = Array.from({ length: 50 }, (_, at) => `h${at}`);
    const meta = { pages: [{ name: "P", highlightedGroups: ids.map((id) => ({ id, label: id })) }] };
    const file = laid({ ...of, cells }, [
      ["highlights/meta", await packed(new TextEncoder().encode(JSON.stringify(meta)))],
      ...ids.map((id): Part => [`highlights/cells/${id}`, body]),
    ]);
    expect(file.size).toBeLessThan(10_000);
    const all = 50 * cellBytes(Uint32Array.from({ length: cells }, (_, at) => at)).length;
    await expect(opened(file, { ...of, cells }, all)).resolves.toBeTruthy();
    await expect(opened(file, { ...of, cells }, all - 1)).rejects.toThrow("more cells together than a session may");
  });

  it("may say what it likes of a view: it is refused or left out, and what was there stays", () => {
    expect(restored({ embedding: "X_no", field: "no", gene: null }, full, known)).toEqual({
      document: expect.objectContaining({ views: [expect.objectContaining({ embedding })], pages: full.pages }),
      left: ["X_no", "no"],
    });
    expect(() => restored({ version: 7 }, full, known)).toThrow("version 7");
  });
});

describe("a state that is told", () => {
  it("goes without the cells of its groups where it would be too long, and keeps the views", () => {
    expect(within(full, 100_000)).toEqual(saved(full));
    const short = read(within(full, 100), known).document;
    expect(short.views).toEqual(full.views);
    expect(short.pages).toEqual([{ id: "page-1", name: "Page 1", groups: [] }]);
  });
});
