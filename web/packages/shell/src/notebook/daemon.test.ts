/// The page's model against the real daemon, through a real gateway, with real kernels. `FUMEHOOD_BIN` names the folder
/// of `hood`; else it is the checkout's own virtual environment.

import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type * as Y from "yjs";
import { connect, type Wire } from "../wire/index.js";
import { openNotebook } from "./open.js";
import { random, randomEdit } from "./testing.js";
import type { Cell, Notebook } from "./types.js";

const BIN = process.env.FUMEHOOD_BIN ?? fileURLToPath(new URL("../../../../../.venv/bin", import.meta.url));
/// By its file: the name alone is its entry for browsers, as all of these tests run what browsers get.
const require = createRequire(import.meta.url);
const { WebSocket: Client }: typeof import("ws") = require(join(dirname(require.resolve("ws")), "index.js"));
const WAIT_MS = 40_000;

let home: string;
let folder: string;
/// The gateway, and the window that `hood open` led to.
let origin: string;
let gateway: number;
let first: Wire;
const wires: Wire[] = [];

async function hood(...words: readonly string[]): Promise<string> {
  const env = { ...process.env, FUMEHOOD_HOME: home, FUMEHOOD_ASSETS: join(folder, "assets") };
  return (await promisify(execFile)(join(BIN, "hood"), [...words], { env, cwd: folder, timeout: WAIT_MS })).stdout;
}

function ipynb(name: string, sources: readonly string[]): string {
  const cells = sources.map((source, at) => ({
    cell_type: "code",
    id: `c${at}`,
    metadata: {},
    source,
    execution_count: null,
    outputs: [],
  }));
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 }));
  return path;
}

async function until<T>(what: string, look: () => T | undefined | false | null): Promise<T> {
  const end = Date.now() + WAIT_MS;
  for (;;) {
    const found = look();
    if (found !== undefined && found !== false && found !== null) return found;
    if (Date.now() > end) throw new Error(`It did not happen that ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/// As a browser's window: a session by the code in the link, then a WebSocket from the gateway's own origin.
async function window(code: string): Promise<Wire> {
  const kept = new Map<string, string>();
  let fragment = `#code=${encodeURIComponent(code)}`;
  class Socket extends Client {
    constructor(url: string) {
      super(url, { origin, perMessageDeflate: false });
    }
  }
  const wire = await connect({
    place: {
      origin,
      fragment: () => fragment,
      replaceFragment: (next) => {
        fragment = next;
      },
      store: {
        getItem: (key) => kept.get(key) ?? null,
        setItem: (key, value) => void kept.set(key, value),
        removeItem: (key) => void kept.delete(key),
      },
      fetch: (url, init) => {
        const headers = { ...(init?.headers as Record<string, string>), Origin: origin };
        const own = { "Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty" };
        return fetch(url, { ...init, headers: { ...headers, ...own } });
      },
    },
    socket: Socket as unknown as typeof WebSocket,
    wakes: () => () => {},
    leaves: () => () => {},
  });
  expect(wire.connection()).toEqual({ state: "open" });
  wires.push(wire);
  return wire;
}

/// In a window of its own, which the first one opened.
async function open(path: string): Promise<{ wire: Wire; notebook: Notebook }> {
  const wire = await window(await first.newCode());
  return { wire, notebook: await openNotebook(wire, path) };
}

function cellOf(notebook: Notebook, id: string): Cell {
  const cell = notebook.cell(id);
  if (cell === undefined) throw new Error(`There is no cell ${id}.`);
  return cell;
}

function printed(cell: Cell): string {
  return (cell.run()?.outputs ?? []).map((output) => (output.type === "stream" ? (output.text ?? "") : "")).join("");
}

const sources = (notebook: Notebook) => notebook.order().map((id) => [id, notebook.cell(id)?.source()]);
const kept = (notebook: Notebook) => until("all edits are acknowledged", () => notebook.unacknowledged() === 0);
const finished = (cell: Cell) =>
  until(`${cell.id} finishes`, () => {
    const status = cell.run()?.status ?? "";
    return !["", "queued", "running"].includes(status) && status;
  });

async function killDaemon(): Promise<void> {
  const { pid } = JSON.parse(await hood("daemon", "status", "--json")) as { pid: number };
  process.kill(pid, "SIGKILL");
  await until("the daemon is gone", () => !existsSync(`/proc/${pid}/exe`));
}

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "fhm-"));
  folder = mkdtempSync(join(tmpdir(), "fhn-"));
  mkdirSync(join(folder, "assets/shell/assets"), { recursive: true });
  writeFileSync(join(folder, "assets/shell/index.html"), "<!doctype html>");
  const said: { url: string; redirect: string; pid: number } = JSON.parse(
    await hood("open", ipynb("first.ipynb", []), "--no-browser", "--json"),
  );
  origin = said.url;
  gateway = said.pid;
  first = await window(/code=([^&"]+)/.exec(readFileSync(said.redirect, "utf8"))?.[1] ?? "");
  wires.pop();
}, WAIT_MS);

afterEach(() => {
  for (const wire of wires.splice(0)) wire.close();
});

afterAll(async () => {
  first.close();
  process.kill(gateway, "SIGTERM");
  await hood("daemon", "stop", "--kill");
  for (const path of [home, folder]) rmSync(path, { recursive: true, force: true });
}, WAIT_MS);

describe("against the daemon", { timeout: 3 * WAIT_MS }, () => {
  it("a notebook opens with its cells, and whatever is edited is admitted", async () => {
    const { wire, notebook } = await open(ipynb("edits.ipynb", ["one", "two", "three"]));
    expect(sources(notebook)).toEqual([
      ["c0", "one"],
      ["c1", "two"],
      ["c2", "three"],
    ]);
    const draw = random(7);
    for (let turn = 0; turn < 400; turn++) {
      randomEdit(notebook.edits, notebook, draw);
      if (draw(4) === 0) await new Promise((resolve) => setTimeout(resolve, draw(30)));
    }
    await kept(notebook);
    expect(notebook.notices()).toEqual([]);
    const { cells } = await wire.call("cell.read", { room: notebook.room });
    expect(cells.map(({ cell, source }) => [cell, source])).toEqual(sources(notebook));
    expect(cells.map(({ type }) => type)).toEqual(notebook.order().map((id) => notebook.cell(id)?.type()));
    expect(cells.map(({ metadata = {} }) => metadata)).toEqual(
      notebook.order().map((id) => notebook.cell(id)?.metadata()),
    );
    await notebook.requests.save();
    await until("the file is up to date", () => !notebook.dirty() && notebook.savedAt() !== null);
  });

  it("a cell is run as it was just edited, and says when it is stale", async () => {
    const { notebook } = await open(ipynb("run.ipynb", ["1"]));
    const cell = cellOf(notebook, "c0");
    notebook.edits.replaceText("c0", 1, 1, "+1");
    await notebook.requests.run(["c0"]);
    expect(await finished(cell)).toBe("ok");
    expect(cell.run()?.outputs).toMatchObject([{ type: "execute_result", data: { "text/plain": "2" } }]);
    expect(cell.run()?.count).toBe(1);
    expect(cell.stale()).toBe(false);
    notebook.edits.replaceText("c0", 3, 3, "+1");
    expect(cell.stale()).toBe(true);
    notebook.edits.undo();
    expect(cell.stale()).toBe(false);
    // Another window knows the run by its hash only.
    const other = await open(notebook.path);
    const there = cellOf(other.notebook, "c0");
    expect(there.stale()).toBe(false);
    other.notebook.edits.replaceText("c0", 0, 0, "0+");
    await until("it is stale there", () => there.stale());
    await until("and here", () => cell.stale());
    expect(notebook.kernel().status).toBe("idle");
    expect(notebook.queue().size).toBe(0);
  });

  it("cells run in the order in which they were asked for, and the rest is cancelled after an error", async () => {
    const { notebook } = await open(ipynb("queue.ipynb", ["x = 1", "print(x)", "1/0", "print('never')", "  "]));
    await Promise.all([notebook.requests.run(["c0"]), notebook.requests.run(["c1", "c2", "c3", "c4"])]);
    expect(await finished(cellOf(notebook, "c3"))).toBe("cancelled");
    expect(printed(cellOf(notebook, "c1"))).toBe("1\n");
    expect(cellOf(notebook, "c2").run()?.outputs).toMatchObject([{ type: "error", ename: "ZeroDivisionError" }]);
    expect(cellOf(notebook, "c4").run()).toBeUndefined();
  });

  it("code asks and is answered; completion counts characters as the page does", async () => {
    const { notebook } = await open(ipynb("ask.ipynb", ["name = input('Who? ')\nprint(name)"]));
    const cell = cellOf(notebook, "c0");
    await notebook.requests.run(["c0"]);
    const asked = await until("the code asks", () => cell.input());
    expect(asked).toMatchObject({ prompt: "Who? ", password: false });
    await notebook.requests.answer(asked.request, "Ada 🧫");
    await finished(cell);
    expect(cell.input()).toBeUndefined();
    expect(printed(cell)).toContain("Ada 🧫\n");
    const code = "'🧫🧫'; nam";
    const found = await notebook.requests.complete(code, code.length);
    expect(found.matches).toContain("name");
    expect([found.start, found.end]).toEqual([code.length - 3, code.length]);
    expect((await notebook.requests.inspect("'🧫'; name", 8)).found).toBe(true);
  });

  it("nothing is missing after kill -9 of the daemon in the middle of a run", async () => {
    const loop = "import time\nfor i in range(40):\n    print(i, flush=True)\n    time.sleep(0.1)";
    const { wire, notebook } = await open(ipynb("kill.ipynb", [loop, "text", "other"]));
    const cell = cellOf(notebook, "c0");
    const untouched = cellOf(notebook, "c2").text;
    await notebook.requests.run(["c0"]);
    await until("it prints", () => printed(cell).includes("5\n"));
    const before = cell.run();
    const states: string[] = [];
    const stop = wire.onLost(() => states.push(wire.connection().state));
    await killDaemon();
    notebook.edits.replaceText("c1", 4, 4, " typed while it was away");
    notebook.edits.insert("c1", { source: "made while it was away" });
    await until("the connection is there again", () => notebook.connection().state === "open");
    await finished(cell);
    stop();
    expect(states.length).toBeGreaterThan(0);
    expect(printed(cell)).toBe(Array.from({ length: 40 }, (_, at) => `${at}\n`).join(""));
    expect(cell.run()).toBe(before);
    expect(cellOf(notebook, "c2").text).toBe(untouched);
    await kept(notebook);
    const { cells } = await wire.call("cell.read", { room: notebook.room });
    expect(cells.map(({ source }) => source)).toEqual([
      loop,
      "text typed while it was away",
      "made while it was away",
      "other",
    ]);
    expect(notebook.lostSince()).toBeNull();
  });

  it("a run that was asked for while the daemon died is run once", async () => {
    const { notebook } = await open(ipynb("once.ipynb", ["n = globals().get('n', 0) + 1\nprint(n)"]));
    await notebook.requests.start();
    await until("the kernel is up", () => notebook.kernel().status === "idle");
    const { pid } = JSON.parse(await hood("daemon", "status", "--json")) as { pid: number };
    const run = notebook.requests.run(["c0"]);
    process.kill(pid, "SIGKILL");
    await run;
    const cell = cellOf(notebook, "c0");
    expect(await finished(cell)).toBe("ok");
    expect(printed(cell)).toBe("1\n");
  });

  it("a run that is asked for while there is no connection is run when it is back, as it was typed", async () => {
    const { wire, notebook } = await open(ipynb("away.ipynb", ["print(1)"]));
    await notebook.requests.start();
    await until("the kernel is up", () => notebook.kernel().status === "idle");
    const run = new Promise<void>((resolve) => {
      const stop = wire.onLost(() => {
        stop();
        notebook.edits.replaceText("c0", 6, 7, "2");
        resolve(notebook.requests.run(["c0"]));
      });
    });
    await killDaemon();
    await run;
    const cell = cellOf(notebook, "c0");
    expect(await finished(cell)).toBe("ok");
    expect(printed(cell)).toBe("2\n");
    expect(cell.stale()).toBe(false);
  });

  it("a refused update is recovered from: what is bad goes, what is good stays", async () => {
    const { wire, notebook } = await open(ipynb("refused.ipynb", ["one", "two"]));
    const cell = cellOf(notebook, "c0");
    const { text } = cell;
    // What no operation of ours does: a key that no cell has.
    const map = text.parent as Y.Map<unknown>;
    map.set("bogus", 1);
    notebook.edits.replaceText("c1", 3, 3, " edited");
    await new Promise((resolve) => setTimeout(resolve, 30));
    notebook.edits.replaceText("c0", 3, 3, " too");
    await until("the page says so", () => notebook.notices().length > 0);
    await kept(notebook);
    expect(notebook.notices()).toMatchObject([{ code: "document.update_refused" }]);
    expect(notebook.cell("c0")).toBe(cell);
    expect(cell.text).not.toBe(text);
    const { cells } = await wire.call("cell.read", { room: notebook.room });
    expect(cells.map(({ source }) => source)).toEqual(["one too", "two edited"]);
    expect(sources(notebook).map(([, source]) => source)).toEqual(["one too", "two edited"]);
    expect((cell.text.parent as Y.Map<unknown>).has("bogus")).toBe(false);
  });

  it("two windows type in one cell, see each other, and end with the same notebook", async () => {
    const { notebook } = await open(ipynb("two.ipynb", ["start"]));
    const { notebook: second } = await open(notebook.path);
    const both = [notebook, second] as const;
    const draws = [random(1), random(2)] as const;
    for (let turn = 0; turn < 60; turn++) {
      for (const at of [0, 1] as const) {
        const source = both[at].cell("c0")?.source() ?? "";
        both[at].edits.replaceText("c0", draws[at](source.length + 1), 0, at === 0 ? "a" : "b");
        if (turn % 10 === 0) both[at].edits.insert("c0", { source: `${at}` });
        if (turn % 15 === 14) both[at].edits.undo();
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    for (const one of both) await kept(one);
    await until("they agree", () => JSON.stringify(sources(both[0])) === JSON.stringify(sources(both[1])));
    second.awareness.setLocalStateField("cell", "c0");
    const [person] = await until("the first sees the second", () => {
      const people = notebook.people();
      return people.some(({ cell }) => cell === "c0") && people;
    });
    expect(person).toMatchObject({ name: expect.stringContaining("hood open"), cell: "c0" });
    second.close();
    await until("the second is gone", () => notebook.people().length === 0);
  });

  it("a save is on its way until it is done, and every window knows whether the room saves by itself", async () => {
    const { wire, notebook } = await open(ipynb("saves.ipynb", ["one"]));
    const { notebook: second } = await open(notebook.path);
    expect(second.manual()).toBe(false);
    await wire.call("room.autosave", { room: notebook.room, on: false });
    await until("the second window knows", () => second.manual());
    expect((await open(notebook.path)).notebook.manual()).toBe(true);
    notebook.edits.replaceText("c0", 3, 3, " edited");
    const save = notebook.requests.save();
    expect(notebook.requests.saving()).toBe(true);
    expect(second.requests.saving()).toBe(false);
    await save;
    expect(notebook.requests.saving()).toBe(false);
    await expect(notebook.requests.saveAs(join(folder, "no/such/folder.ipynb"), false)).rejects.toThrow();
    expect(notebook.requests.saving()).toBe(false);
  });

  it("a change of the file outside is merged in and told", async () => {
    const path = ipynb("outside.ipynb", ["one", "two"]);
    const { notebook } = await open(path);
    ipynb("outside.ipynb", ["one", "two, outside"]);
    const merged = await until("it is merged", () => notebook.merged());
    expect(merged.edited).toEqual(["c1"]);
    expect(cellOf(notebook, "c1").source()).toBe("two, outside");
  });

  it("a file that is no notebook opens as text, and nothing of it can be edited", async () => {
    const path = join(folder, "broken.ipynb");
    writeFileSync(path, '{"cells": [');
    const { notebook } = await open(path);
    expect(notebook.readOnly()).toMatchObject({ text: '{"cells": [', truncated: false });
    expect(() => notebook.edits.insert(null)).toThrow(/text/);
    await expect(notebook.requests.run(["c0"])).rejects.toThrow(/text/);
  });

  it("a code that is used twice ends what it had opened, and the page says what to do", async () => {
    const code = await first.newCode();
    const wire = await window(code);
    await expect(window(code)).rejects.toThrow();
    const gone = await until("the first is sent away", () => wire.connection().state === "gone" && wire.connection());
    expect(gone).toMatchObject({ reason: expect.stringMatching(/link/) });
  });
});
