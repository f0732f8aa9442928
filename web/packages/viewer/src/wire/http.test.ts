/// Questions over HTTP: one body there, lines back, however they are cut on their way.

import { afterEach, expect, test, vi } from "vitest";
import { compare } from "../ask/questions";
import { HttpTransport } from "./http";
import { FetchFailed } from "./transport";

const PASS = { bearer: "b", viewer: "v1", token: "t" };

afterEach(() => vi.unstubAllGlobals());

/// A server that exchanges any code and answers questions with these lines, a few bytes at a time.
async function served(lines: readonly string[], status = 200) {
  const sent: { readonly url: string; readonly init: RequestInit }[] = [];
  vi.stubGlobal("history", { replaceState: () => undefined });
  vi.stubGlobal("location", { pathname: "/" });
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    sent.push({ url, init });
    if (url.endsWith("/session")) return Response.json(PASS);
    const data = new TextEncoder().encode(lines.join("\n"));
    let at = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(stream) {
        if (at >= data.length) stream.close();
        else stream.enqueue(data.slice(at, at + 7));
        at += 7;
      },
    });
    return new Response(body, { status });
  });
  const transport = await HttpTransport.open({ href: "http://h/#code=c", hash: "#code=c", pathname: "/" } as Location);
  return { transport, sent };
}

const { question, buffers } = compare(Uint8Array.of(1, 1, 0), null);
const HEAD = { viewer: "v1", page: "p", request: 1 };

test("an answer comes behind words on how far it is", async () => {
  const answer = { kind: "compared", method: "t-test", tie_correct: false, of: 2, rankings: [] };
  const { transport, sent } = await served([
    JSON.stringify({ type: "progress", ...HEAD, done: 1, total: 2, what: "größer" }),
    "",
    JSON.stringify({ type: "answered", ...HEAD, answer }),
    "",
  ]);
  const told: unknown[] = [];
  expect(await transport.ask(question, buffers, { name: "n", progress: (...words) => told.push(words) })).toEqual(
    answer,
  );
  expect(told).toEqual([[1, 2, "größer"]]);
  const { url, init } = sent.at(-1) ?? { url: "", init: {} };
  expect([url, init.method]).toEqual(["http://h/_fumehood/ask", "POST"]);
  expect(init.headers).toMatchObject({ Authorization: "Bearer b", "X-Fumehood-Viewer": "t" });
  const body = init.body as Uint8Array<ArrayBuffer>;
  const length = new DataView(body.buffer).getUint32(0, true);
  expect(JSON.parse(new TextDecoder().decode(body.subarray(4, 4 + length)))).toEqual({
    type: "ask",
    viewer: "v1",
    page: transport.page,
    request: 1,
    question,
    name: "n",
  });
  expect([...body.subarray(8 + length)]).toEqual([...(buffers[0] ?? [])]);
});

test("what cannot be answered is said, also where the answer is cut", async () => {
  const failure = JSON.stringify({ type: "failure", ...HEAD, code: "analysis.question", message: "It has 1 cell." });
  await expect((await served([failure, ""])).transport.ask(question, buffers)).rejects.toThrow("It has 1 cell.");
  await expect((await served([""])).transport.ask(question, buffers)).rejects.toThrow("no end");
  const refused = (await served(["Come again."], 503)).transport.ask(question, buffers);
  await expect(refused).rejects.toThrow(FetchFailed);
  await expect(refused).rejects.toThrow("Come again.");
});

test("a page that holds this one says commands with the token, and nobody else does", async () => {
  const heard: unknown[] = [];
  const { transport } = await served([]);
  const page = new EventTarget();
  const holder = {};
  vi.stubGlobal("parent", holder);
  vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
  vi.stubGlobal("fetch", () => new Promise(() => undefined));
  transport.listen((message, buffers) => void heard.push([message, buffers]));
  const say = (source: unknown, data: unknown) =>
    page.dispatchEvent(Object.assign(new Event("message"), { source, data }));
  const message = { type: "color_by", viewer: "v1", id: 1, field: "louvain" };
  for (const data of [
    null,
    "color_by",
    [],
    {},
    message,
    { message },
    { token: "", message },
    { token: "another", message },
    { token: ["t"], message },
    { token: "t" },
    { token: "t", message: null },
    { token: "t", message: { ...message, viewer: "v2" } },
  ])
    say(holder, data);
  say({}, { token: "t", message });
  say(null, { token: "t", message });
  expect(heard).toEqual([]);
  say(holder, { token: "t", message });
  expect(heard).toEqual([[message, []]]);
  transport.close();
  say(holder, { token: "t", message });
  expect(heard).toHaveLength(1);
});
