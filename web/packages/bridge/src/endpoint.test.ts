/// Both ends over a real MessageChannel, and everything that a hostile end might send through it.

import { MessageChannel, type MessagePort as NodePort } from "node:worker_threads";
import { afterEach, describe, expect, it } from "vitest";
import type { Handlers, Options, Port, Refused } from "./endpoint.js";
import { guestEnd, HANDOVER, isHandover, shellEnd } from "./ends.js";
import type { GuestOutput, ToGuest, ToShell } from "./methods.js";

const theme = { scheme: "light", name: "light", variables: { "--fh-text": "#111" } } as const;
const opened: NodePort[] = [];
const asPort = (port: NodePort) => port as unknown as Port;

afterEach(() => {
  for (const port of opened.splice(0)) port.close();
});

function channel(): MessageChannel {
  const made = new MessageChannel();
  opened.push(made.port1, made.port2);
  return made;
}

/// Long enough for messages on both ways.
const settle = async () => {
  for (let turn = 0; turn < 6; turn++) await new Promise((done) => setTimeout(done, 1));
};

function silentShell(calls: unknown[]): Handlers<ToShell> {
  const take = (method: string) => (params: unknown) => void calls.push([method, params]);
  return {
    ready: take("ready"),
    resized: take("resized"),
    link: take("link"),
    failed: take("failed"),
    blocked: take("blocked"),
    left: take("left"),
    set: take("set"),
    tell: take("tell"),
    save: take("save"),
  };
}

function silentGuest(calls: unknown[]): Handlers<ToGuest> {
  const take = (method: string) => (params: unknown) => void calls.push([method, params]);
  return {
    render: take("render"),
    update: take("update"),
    theme: take("theme"),
    find: () => ({ count: 3 }),
    models: take("models"),
    changed: take("changed"),
    closed: take("closed"),
    ended: take("ended"),
    told: take("told"),
    taken: take("taken"),
  };
}

/// The shell's end, and a raw port in an attacker's hands.
function attacked(options: Options = {}) {
  const { port1, port2 } = channel();
  const calls: unknown[] = [];
  const refused: Refused[] = [];
  let clock = 0;
  const shell = shellEnd(asPort(port1), silentShell(calls), {
    now: () => clock,
    onRefused: (one) => refused.push(one),
    ...options,
  });
  port2.start();
  return {
    shell,
    calls,
    refused,
    reasons: () => refused.map((one) => one.reason),
    send: (message: unknown) => port2.postMessage(message),
    port: port2,
    wait: (ms: number) => {
      clock += ms;
    },
  };
}

const call = (method: string, params: unknown, more: object = {}) => ({ jsonrpc: "2.0", method, params, ...more });

describe("the two ends", () => {
  it("notify and answer each other", async () => {
    const { port1, port2 } = channel();
    const atShell: unknown[] = [];
    const atGuest: unknown[] = [];
    const shell = shellEnd(asPort(port1), silentShell(atShell));
    const guest = guestEnd(asPort(port2), silentGuest(atGuest));
    const outputs: GuestOutput[] = [
      { id: "a", data: { "text/html": "<b>x</b>" }, metadata: { "text/html": { a: 1 } } },
    ];
    expect(guest.notify("ready", { version: 1 })).toBe(true);
    expect(shell.notify("render", { outputs, blobs: "http://127.0.0.1:1", theme, fontSize: 14 })).toBe(true);
    expect(await shell.request("find", { query: "x" })).toEqual({ count: 3 });
    expect(atShell).toEqual([["ready", { version: 1 }]]);
    expect(atGuest).toEqual([["render", { outputs, blobs: "http://127.0.0.1:1", theme, fontSize: 14 }]]);
    shell.close();
    expect(shell.notify("theme", { theme, fontSize: 14 })).toBe(false);
    await expect(shell.request("find", { query: "" })).rejects.toThrow("closed");
  });

  it("take a file where one may come, and nowhere else", async () => {
    const { send, calls, reasons } = attacked();
    const file = new Blob(["bytes"]);
    send(call("save", { name: "a", file }));
    send(call("failed", { id: "a", message: file }));
    send(call("save", { name: "a", file: "bytes" }));
    send(call("save", { name: file, file }));
    await settle();
    expect(calls.map((one) => (one as readonly unknown[])[0])).toEqual(["save"]);
    expect(reasons()).toEqual(["not plain", "wrong parameters", "too large"]);
  });

  it("does not send what the other end would not take, and says so", () => {
    const refused: Refused[] = [];
    const shell = shellEnd(asPort(channel().port1), silentShell([]), { onRefused: (one) => refused.push(one) });
    expect(shell.notify("theme", { theme: { ...theme, name: "No Name" }, fontSize: 14 })).toBe(false);
    expect(refused).toEqual([{ reason: "sent wrongly", method: "theme" }]);
  });

  it("a request without an answer ends after a while", async () => {
    const { shell } = attacked();
    await expect(shell.request("find", { query: "x" }, 5)).rejects.toThrow("in time");
  });

  it("closing rejects what waits, once, and tells", async () => {
    let closed = 0;
    const { shell } = attacked({ onClosed: () => closed++ });
    const asked = shell.request("find", { query: "x" });
    shell.close();
    shell.close();
    await expect(asked).rejects.toThrow("was closed");
    expect(closed).toBe(1);
  });

  it("a handler that throws answers with an error that says nothing of it", async () => {
    const { port1, port2 } = channel();
    const faults: string[] = [];
    const shell = shellEnd(asPort(port1), silentShell([]));
    guestEnd(
      asPort(port2),
      {
        ...silentGuest([]),
        find: () => {
          throw new Error("inner secret");
        },
      },
      { onFault: (method) => faults.push(method) },
    );
    await expect(shell.request("find", { query: "x" })).rejects.toThrow("It failed.");
    expect(faults).toEqual(["find"]);
  });

  it("know the hand-over's message and no other", () => {
    expect(isHandover(structuredClone(HANDOVER))).toBe(true);
    for (const other of [null, 1, "port", {}, { fumehood: "port" }, { fumehood: "port", version: 2 }])
      expect(isHandover(other)).toBe(false);
  });
});

function cycle(): unknown {
  const ring: Record<string, unknown> = {};
  ring.params = ring;
  return ring;
}

function deep(levels: number): unknown {
  let inner: unknown = 1;
  for (let level = 0; level < levels; level++) inner = { x: inner };
  return inner;
}

/// 2^40 values on forty lines.
function laughs(): unknown {
  let layer: unknown = ["ha"];
  for (let level = 0; level < 40; level++) layer = [layer, layer];
  return layer;
}

const poisoned = () => JSON.parse('{"__proto__": {"height": 1}, "height": 2}') as unknown;
const named = () => Object.assign([1], { height: 3 });

const HOSTILE: readonly (readonly [string, () => unknown, string])[] = [
  ["nothing", () => undefined, "envelope"],
  ["a text", () => "hello", "envelope"],
  ["an array", () => [call("resized", { height: 1 })], "envelope"],
  ["a Map", () => new Map([["jsonrpc", "2.0"]]), "envelope"],
  ["another version", () => ({ ...call("resized", { height: 1 }), jsonrpc: "1.0" }), "envelope"],
  ["an unknown field beside the method", () => call("resized", { height: 1 }, { extra: 1 }), "envelope"],
  ["a method that is no text", () => call(["resized"] as never, { height: 1 }), "envelope"],
  ["a method that nobody has", () => call("execute", { code: "1" }), "unknown method"],
  ["a method that every object has", () => call("toString", {}), "unknown method"],
  ["a method named __proto__", () => call("__proto__", {}), "unknown method"],
  ["a method of the other direction", () => call("render", {}), "unknown method"],
  ["a notification with an id", () => call("resized", { height: 1 }, { id: 1 }), "envelope"],
  ["a negative id", () => call("resized", { height: 1 }, { id: -1 }), "envelope"],
  ["an id that is a text", () => call("resized", { height: 1 }, { id: "1" }), "envelope"],
  ["no parameters", () => ({ jsonrpc: "2.0", method: "resized" }), "not plain"],
  ["a height that is no number", () => call("resized", { height: "1" }), "wrong parameters"],
  ["a height of NaN", () => call("resized", { height: Number.NaN }), "not plain"],
  ["an endless height", () => call("resized", { height: Number.POSITIVE_INFINITY }), "not plain"],
  ["a negative height", () => call("resized", { height: -1 }), "wrong parameters"],
  ["a height like the sky", () => call("resized", { height: 1e12 }), "wrong parameters"],
  ["a field too many", () => call("resized", { height: 1, width: 1 }), "wrong parameters"],
  ["a boxed number", () => call("resized", { height: Object(1) }), "not plain"],
  ["a bigint", () => call("resized", { height: 1n }), "not plain"],
  ["a Date", () => call("resized", { height: new Date(0) }), "not plain"],
  ["a buffer", () => call("resized", { height: new ArrayBuffer(8) }), "not plain"],
  ["a key named __proto__", () => call("resized", poisoned()), "not plain"],
  ["an array with names", () => call("resized", named()), "not plain"],
  ["a sparse array", () => call("resized", new Array(3)), "not plain"],
  ["four thousand million places", () => call("resized", new Array(2 ** 32 - 1)), "too large"],
  ["a cycle", () => call("resized", cycle()), "too large"],
  ["depth", () => call("failed", deep(500)), "too large"],
  ["one array two to the fortieth times", () => call("failed", laughs()), "too large"],
  ["a long text", () => call("failed", { id: "a", message: "x".repeat(1_000_000) }), "too large"],
  ["an answer to a question that nobody asked", () => ({ jsonrpc: "2.0", id: 7, result: {} }), "unknown id"],
  ["an error for a question that nobody asked", () => ({ jsonrpc: "2.0", id: 7, error: {} }), "unknown id"],
  ["an answer that is both", () => ({ jsonrpc: "2.0", id: 7, error: {}, result: {} }), "envelope"],
  ["a link to a script", () => call("link", { url: "javascript:alert(1)" }), "wrong parameters"],
  ["a link to a file", () => call("link", { url: "file:///etc/passwd" }), "wrong parameters"],
  ["a link with a line break", () => call("link", { url: "https://a.b/\n" }), "wrong parameters"],
  ["a directive with markup", () => call("blocked", { directive: "<b>", host: "x" }), "wrong parameters"],
];

describe("a hostile end", () => {
  for (const [what, message, reason] of HOSTILE)
    it(`sends ${what}: refused as "${reason}", and no handler hears of it`, async () => {
      const { calls, send, reasons, shell } = attacked();
      send(message());
      await settle();
      expect(calls).toEqual([]);
      expect(reasons()).toEqual([reason]);
      send(call("resized", { height: 5 }));
      await settle();
      expect(calls).toEqual([["resized", { height: 5 }]]);
      expect(shell.closed).toBe(false);
    });

  it("sends a port along: it is refused", async () => {
    const { calls, port, reasons } = attacked();
    const gift = channel();
    port.postMessage(call("resized", gift.port2), [gift.port2]);
    await settle();
    expect(calls).toEqual([]);
    expect(reasons()).toEqual([expect.stringMatching(/^(ports|not plain)$/)]);
  });

  it("answers wrongly: the asker gets an error, not the value", async () => {
    const { shell, port, send, reasons } = attacked();
    port.on("message", (message: { id: number }) =>
      send({ jsonrpc: "2.0", id: message.id, result: { count: 1, more: "x" } }),
    );
    await expect(shell.request("find", { query: "x" })).rejects.toThrow("not what was asked");
    expect(reasons()).toEqual(["wrong result"]);
  });

  it("answers twice: the second answer is refused", async () => {
    const { shell, port, send, reasons } = attacked();
    port.on("message", (message: { id: number }) => {
      send({ jsonrpc: "2.0", id: message.id, result: { count: 1 } });
      send({ jsonrpc: "2.0", id: message.id, result: { count: 2 } });
    });
    expect(await shell.request("find", { query: "x" })).toEqual({ count: 1 });
    await settle();
    expect(reasons()).toEqual(["unknown id"]);
  });

  it("fails with a long text: the asker gets a short one", async () => {
    const { shell, port, send } = attacked();
    port.on("message", (message: { id: number }) =>
      send({ jsonrpc: "2.0", id: message.id, error: { code: 1, message: "y".repeat(1000) } }),
    );
    await expect(shell.request("find", { query: "x" })).rejects.toThrow(/^y{500}$/);
  });

  it("calls more often than the method's rate: the rest is dropped, and time heals it", async () => {
    const { calls, send, reasons, wait } = attacked();
    for (let one = 0; one < 5; one++) send(call("ready", { version: 1 }));
    await settle();
    expect(calls.length).toBe(2);
    expect(reasons()).toEqual(["too often", "too often", "too often"]);
    wait(1000);
    send(call("ready", { version: 1 }));
    await settle();
    expect(calls.length).toBe(3);
  });

  it("floods: cut off after a bounded number of messages, and the rest is not looked at", async () => {
    const { shell, send, refused, calls } = attacked();
    for (let one = 0; one < 20_000; one++) send(call("resized", { height: one }));
    await settle();
    await settle();
    expect(shell.closed).toBe(true);
    expect(calls.length).toBe(300);
    expect(refused.length).toBe(502);
    expect(refused.at(-1)?.reason).toBe("cut off");
  });

  it("sends a few enormous messages: cut off sooner", async () => {
    const { shell, send, refused } = attacked();
    for (let one = 0; one < 30; one++) send(call("failed", { id: "a", message: "x".repeat(100_000) }));
    await settle();
    await settle();
    expect(shell.closed).toBe(true);
    expect(refused.length).toBe(12);
  });

  it("a listener of ours that throws does not reach the port", async () => {
    const { send, calls } = attacked({
      onRefused: () => {
        throw new Error("ours");
      },
    });
    send(1);
    send(call("resized", { height: 5 }));
    await settle();
    expect(calls).toEqual([["resized", { height: 5 }]]);
  });
});
