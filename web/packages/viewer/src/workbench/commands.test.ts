import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Stroke } from "@fumehood/ui";
import { createRoot } from "solid-js";
import { describe, expect, it, vi } from "vitest";
import { Model } from "../model/model";
import { Shelf } from "../model/shelf";
import { fresh } from "../state/document";
import { COMMANDS, type Desk, usable } from "./commands";
import { table } from "./keymap";
import { commandOf } from "./keys";

// Components listen on the document as soon as they are imported.
vi.hoisted(() => vi.stubGlobal("window", { document: new EventTarget() }));

const GUIDE = fileURLToPath(new URL("../../../../../docs/guide/viewer.md", import.meta.url));
const [BEGIN, END] = ["<!-- keys: npm run keys -w packages/viewer -->\n", "<!-- end of keys -->\n"];

function desk() {
  const never = () => new Promise<never>(() => undefined);
  const shelf = new Shelf({ cells: 4, points: never, column: never, gene: never });
  const start = fresh({ key: "X_umap", dimensions: 2 }, { by: "nothing" });
  const theme = { background: "#ffffff", none: "#999999", plain: "#336699", outline: "#000000" };
  const model = createRoot(() => new Model(shelf, 4, start, theme));
  const told: string[] = [];
  let tool: ReturnType<Desk["tool"]> = "move";
  const made: Desk = {
    model,
    embeddings: [
      { key: "X_umap", dimensions: 2 },
      { key: "X_pca", dimensions: 50 },
    ],
    genes: 10,
    shown: () => model.active(),
    tool: () => tool,
    setTool: (next) => {
      tool = next;
    },
    setPanel: (panel) => void told.push(panel),
    open: () => true,
    setOpen: () => undefined,
    show: (sheet) => void told.push(sheet),
    focus: (place) => void told.push(place),
    describe: () => void told.push("describe"),
    neighbours: () => undefined,
    menu: () => void told.push("menu"),
    frozen: () => false,
    keep: { can: (what) => what !== "link", run: (what) => void told.push(what) },
  };
  return { desk: made, model, told };
}

function run(id: string, on: Desk): boolean {
  const command = COMMANDS.find((one) => one.id === id);
  if (command === undefined || !usable(command, on)) return false;
  command.run(on);
  return true;
}

const press = (key: string, more: Partial<Stroke> = {}, where: "free" | "typing" = "free") =>
  commandOf({ key, code: "", ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...more }, where)?.id;

describe("the table of commands", () => {
  it("has each id, title and key once", () => {
    for (const all of [
      COMMANDS.map((one) => one.id),
      COMMANDS.map((one) => one.title),
      COMMANDS.flatMap((one) => one.keys),
    ])
      expect(new Set(all).size).toBe(all.length);
  });

  it("is what the guide says", () => {
    const page = readFileSync(GUIDE, "utf8");
    const [before, rest] = page.split(BEGIN);
    const after = rest?.split(END)[1];
    const made = `${before}${BEGIN}${table(COMMANDS)}${END}${after}`;
    if (process.env.KEYMAP === "write") writeFileSync(GUIDE, made);
    expect(readFileSync(GUIDE, "utf8")).toBe(made);
  });
});

describe("keys", () => {
  it("are found wherever a sign lies on the keyboard", () => {
    expect(press("?", { shiftKey: true, code: "Minus" })).toBe("keys");
    expect(press("\\", { code: "Backslash" })).toBe("panel");
    expect(press("l", { code: "KeyL" })).toBe("lasso");
    expect(press("д", { code: "KeyL" })).toBe("lasso");
    expect(press("Z", { code: "KeyZ", ctrlKey: true, shiftKey: true })).toBe("redo");
  });

  it("are left to a field that is typed into, but for the palette", () => {
    expect(press("l", { code: "KeyL" }, "typing")).toBeUndefined();
    expect(press("z", { code: "KeyZ", ctrlKey: true }, "typing")).toBeUndefined();
    expect(press("k", { code: "KeyK", ctrlKey: true }, "typing")).toBe("palette");
  });

  it("with a modifier that is nobody's are the host's", () => {
    expect(press("l", { code: "KeyL", altKey: true })).toBeUndefined();
    expect(press("s", { code: "KeyS", ctrlKey: true })).toBeUndefined();
  });
});

describe("a command", () => {
  it("selects what is visible, and the rest of it", () => {
    const { desk: on, model } = desk();
    model.do({ do: "select", cells: Uint32Array.from([1]), how: "replace", made: { kind: "python" } });
    run("invert", on);
    expect([...model.document().selection]).toEqual([0, 2, 3]);
    run("select-all", on);
    expect([...model.document().selection]).toEqual([0, 1, 2, 3]);
    expect(model.document().made).toEqual([{ kind: "shown", filters: [] }]);
  });

  it("goes back step by step on Escape: the tool, the selection, then the key is not ours", () => {
    const { desk: on, model } = desk();
    run("lasso", on);
    run("select-all", on);
    expect([run("clear", on), on.tool(), model.document().selection.length]).toEqual([true, "move", 4]);
    expect([run("clear", on), model.document().selection.length]).toEqual([true, 0]);
    expect(run("clear", on)).toBe(false);
  });

  it("goes from embedding to embedding, and into three dimensions where there are three", () => {
    const { desk: on, model } = desk();
    const now = () => model.active()?.view().embedding;
    expect(run("turn-3d", on)).toBe(false);
    run("embedding-next", on);
    expect(run("turn-3d", on)).toBe(true);
    expect(now()).toEqual({ key: "X_pca", dimensions: 3 });
    run("embedding-previous", on);
    expect(now()).toEqual({ key: "X_umap", dimensions: 2 });
  });

  it("opens, walks through and closes views, and keeps one by a name", () => {
    const { desk: on, model, told } = desk();
    expect(run("close-view", on)).toBe(false);
    run("beside", on);
    const [first, second] = model.document().views.map((view) => view.id);
    run("next-view", on);
    expect(model.document().active).toBe(first);
    run("next-view", on);
    expect(model.document().active).toBe(second);
    run("close-view", on);
    run("keep", on);
    expect(model.document().snapshots.map((one) => one.name)).toEqual(["X_umap"]);
    expect(told).toEqual(["views"]);
  });
});
