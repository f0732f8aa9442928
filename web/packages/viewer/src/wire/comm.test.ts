/// What hosts of anywidgets give a module, and no more: JupyterLab and VS Code hand out bytes as views, Colab as buffers,
/// others as arrays. A model that is asked for anything else throws.

import { describe, expect, test } from "vitest";
import { compare } from "../ask/questions";
import type { AnyModel, CustomListener } from "./afm";
import { pack, unpack } from "./cells";
import { CommTransport } from "./comm";
import { CREDITS } from "./fetches";
import { CommandFailed, type Doing, Talk } from "./talk";
import { FetchFailed } from "./transport";

type Bytes = DataView | ArrayBuffer | Uint8Array;
type Sent = { readonly content: Record<string, unknown>; readonly buffers: readonly unknown[] };

const HOSTS: Readonly<Record<string, (data: Uint8Array<ArrayBuffer>) => Bytes>> = {
  "JupyterLab and VS Code": (data) => new DataView(data.buffer, data.byteOffset, data.byteLength),
  Colab: (data) => data.slice().buffer,
  marimo: (data) => data,
};

class Host {
  readonly sent: Sent[] = [];
  readonly #listeners = new Set<CustomListener>();
  readonly model: AnyModel;

  constructor(readonly bytes: (data: Uint8Array<ArrayBuffer>) => Bytes) {
    const protocol: AnyModel = {
      get: (name) => ({ viewer: "v1", module: "m", height: 480 })[name],
      send: (content, _callbacks, buffers = []) =>
        void this.sent.push({ content: content as Record<string, unknown>, buffers }),
      on: (event, listener) => void (event === "msg:custom" && this.#listeners.add(listener)),
      off: (event, listener) => void (event === "msg:custom" && this.#listeners.delete(listener)),
    };
    this.model = new Proxy(protocol, {
      get(target, name) {
        if (!Object.hasOwn(target, name)) throw new Error(`No host promises ${String(name)}.`);
        return target[name as keyof AnyModel];
      },
    });
  }

  say(content: object, ...buffers: Uint8Array<ArrayBuffer>[]): void {
    for (const listener of this.#listeners) listener(content, buffers.map(this.bytes));
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  last(type: string): Record<string, unknown> {
    return this.sent.findLast(({ content }) => content.type === type)?.content ?? {};
  }
}

const settled = () => new Promise((done) => setTimeout(done));

describe.each(Object.entries(HOSTS))("in %s", (_name, bytes) => {
  test("a resource comes in chunks, each of which is a credit, and others' chunks are not ours", async () => {
    const host = new Host(bytes);
    const transport = new CommTransport(host.model);
    const seen: number[] = [];
    const fetched = transport.fetch("gene/1", { progress: (have) => seen.push(have) });
    const { request, page } = host.last("fetch");
    expect(host.last("fetch")).toMatchObject({ viewer: "v1", path: "gene/1", credits: CREDITS, accept: ["gzip"] });
    const chunk = { type: "chunk", viewer: "v1", page, request, size: 5 };
    host.say({ ...chunk, page: "another", index: 0 }, new Uint8Array([9, 9]));
    host.say({ ...chunk, index: 0 }, new Uint8Array([1, 2, 3]));
    expect(host.last("credit")).toMatchObject({ request, page });
    host.say({ ...chunk, index: 1, last: true }, new Uint8Array([4, 5]));
    expect([...(await fetched)]).toEqual([1, 2, 3, 4, 5]);
    expect(seen).toEqual([3, 5]);
    transport.close();
    expect(host.listeners).toBe(0);
  });

  test("a command is done once, and what it cannot do it says", async () => {
    const host = new Host(bytes);
    const transport = new CommTransport(host.model);
    const done: Uint8Array[] = [];
    const doing = {
      highlight: ({ cells }, buffers) => void done.push(unpack(cells, buffers, 16)),
      color_by: () => {
        throw new CommandFailed("gene.unknown", "There is no gene.", ["MS4A1"]);
      },
    } as Pick<Doing, "highlight" | "color_by"> as Doing;
    const talk = new Talk(transport, doing, () => undefined);
    const { cells, data } = pack(new Uint8Array(16).fill(1));
    host.say({ type: "highlight", viewer: "another", id: 1, cells }, data as Uint8Array<ArrayBuffer>);
    host.say({ type: "highlight", viewer: "v1", id: 2, cells }, data as Uint8Array<ArrayBuffer>);
    host.say({ type: "color_by", viewer: "v1", id: 3 });
    host.say({ type: "constructor", viewer: "v1", id: 4 });
    await settled();
    expect(done).toEqual([new Uint8Array(16).fill(1)]);
    const answers = host.sent.map(({ content }) => content).filter(({ type }) => type === "done");
    expect(answers.map(({ id, sequence }) => [id, sequence])).toEqual([
      [2, 1],
      [3, 2],
      [4, 3],
    ]);
    expect(answers[1]?.error).toMatchObject({ code: "gene.unknown", near: ["MS4A1"] });
    expect(answers[2]?.error).toMatchObject({ code: "command.unknown" });
    talk.say({ type: "click", cell: 3 });
    expect(host.last("click")).toMatchObject({ viewer: "v1", sequence: 4 });
  });
});

test("a question goes with its sets, is told how far it is, and its answer comes as a resource does", async () => {
  const host = new Host((data) => data);
  const transport = new CommTransport(host.model);
  const { question, buffers } = compare(Uint8Array.of(1, 1, 0), null);
  const told: unknown[] = [];
  const asked = transport.ask(question, buffers, { name: "ours", progress: (...words) => told.push(words) });
  const { page } = transport;
  const head = { viewer: "v1", page, request: 1 };
  expect(host.sent[0]).toEqual({
    content: { type: "ask", ...head, question, name: "ours", credits: CREDITS, accept: ["gzip"] },
    buffers,
  });
  host.say({ type: "progress", ...head, page: "another", done: 9, total: 9 });
  host.say({ type: "progress", ...head, done: 3, total: 40, what: "Comparing genes" });
  const answer = { kind: "compared", method: "wilcoxon", tie_correct: false, of: 0, rankings: [] };
  const data = new TextEncoder().encode(JSON.stringify(answer));
  host.say({ type: "chunk", ...head, index: 0, size: data.length, last: true }, data);
  expect(await asked).toEqual(answer);
  expect(told).toEqual([[3, 40, "Comparing genes"]]);
  const abort = new AbortController();
  const left = transport.ask(question, buffers, { signal: abort.signal });
  abort.abort(new Error("no longer"));
  await expect(left).rejects.toThrow("no longer");
  expect(host.last("cancel")).toMatchObject({ viewer: "v1", page, request: 2 });
});

test("what does not come in order, fails or is given up is said", async () => {
  const host = new Host((data) => data);
  const transport = new CommTransport(host.model);
  const broken = transport.fetch("a");
  const failed = transport.fetch("b");
  const abort = new AbortController();
  const left = transport.fetch("c", { signal: abort.signal });
  const { page } = transport;
  host.say({ type: "chunk", page, request: 1, index: 1, size: 9 }, new Uint8Array(1));
  host.say({ type: "failure", page, request: 2, code: "resource.missing", message: "There is none." });
  abort.abort(new Error("no longer"));
  await expect(broken).rejects.toThrow(FetchFailed);
  await expect(failed).rejects.toThrow("There is none.");
  await expect(left).rejects.toThrow("no longer");
  expect(host.sent.filter(({ content }) => content.type === "cancel").map(({ content }) => content.request)).toEqual([
    1, 3,
  ]);
});

test("cells travel in the smaller form, and those of another dataset are refused", () => {
  const few = new Uint8Array(1000);
  few[7] = 1;
  few[999] = 1;
  expect(pack(few).cells).toEqual({ form: "list", count: 2 });
  const half = Uint8Array.from({ length: 1001 }, (_, at) => at & 1);
  expect(pack(half)).toMatchObject({ cells: { form: "bits", count: 500 }, data: { length: 126 } });
  for (const set of [few, half, new Uint8Array(3)]) {
    const { cells, data } = pack(set);
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    expect(unpack(cells, [view], set.length)).toEqual(set);
    expect(() => unpack({ ...cells, buffer: 1 }, [view], set.length)).toThrow(RangeError);
  }
  const { cells, data } = pack(few);
  expect(() => unpack(cells, [new DataView(data.buffer)], 900)).toThrow("There is no cell 999");
});
