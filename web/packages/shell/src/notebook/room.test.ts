import { type AnyEvent, sourceHash } from "@fumehood/protocol";
import { createEffect, createRoot } from "solid-js";
import { describe, expect, it, vi } from "vitest";
import { RoomSignals } from "./room.js";
import { Peer, Relay } from "./testing.js";

const queued = (cell: string, execution: string, hash = ""): AnyEvent => ({
  type: "queued",
  execution,
  cell,
  source_hash: hash,
  by: "me",
  time: 1,
});
const started = (execution: string): AnyEvent => ({ type: "started", execution, time: 2 });
const finished = (execution: string): AnyEvent => ({ type: "finished", execution, status: "ok", time: 3, count: 1 });
const printed = (execution: string, index: number, text: string): AnyEvent => ({
  type: "output",
  execution,
  index,
  output: { type: "stream", name: "stdout", text },
});

function open(...sources: readonly string[]) {
  const peer = new Peer(new Relay());
  const ids = sources.map((source) => peer.edits.insert(peer.document.order().at(-1) ?? null, { source }));
  return { peer, ids, room: new RoomSignals(peer.document, {}) };
}

/// How often each of these is told.
function watch(reads: Readonly<Record<string, () => unknown>>) {
  const told: string[] = [];
  const end = createRoot((dispose) => {
    for (const [name, read] of Object.entries(reads))
      createEffect(() => {
        read();
        told.push(name);
      });
    return dispose;
  });
  told.length = 0;
  return { told, end };
}

describe("events", () => {
  it("tell the touched cell alone, once for a whole notification", () => {
    const { room, ids } = open("a", "b");
    const [a = "", b = ""] = ids;
    const { told, end } = watch({ a: room.cell(a).run, b: room.cell(b).run, kernel: room.kernel, queue: room.queue });
    room.happened([queued(a, "e1"), started("e1"), printed("e1", 0, "x"), printed("e1", 1, "y")]);
    expect(told.sort()).toEqual(["a", "queue"]);
    const run = room.cell(a).run();
    told.length = 0;
    room.happened([{ type: "stream", execution: "e1", index: 0, at: 1, text: "z" }]);
    expect(told).toEqual(["a"]);
    expect(room.cell(a).run()).toBe(run);
    expect(run?.outputs).toMatchObject([{ text: "xz" }, { text: "y" }]);
    room.happened([finished("e1"), queued(a, "e2")]);
    expect(room.cell(a).run()).not.toBe(run);
    expect([...room.queue()]).toEqual([["e2", a]]);
    end();
  });

  it("questions of a cell's code come and go", () => {
    const { room, ids } = open("a");
    const [a = ""] = ids;
    const input = room.cell(a).input;
    room.happened([queued(a, "e"), started("e")]);
    const { told, end } = watch({ input });
    room.happened([{ type: "input", execution: "e", request: "r", prompt: "Who?", password: false }]);
    expect(input()).toMatchObject({ request: "r", prompt: "Who?" });
    room.happened([{ type: "runtime_lost", since: 9, reason: "gone" }]);
    expect(input()).toBeUndefined();
    expect(room.lostSince()).toBe(9);
    expect(told.length).toBe(2);
    end();
  });

  it("reach whoever listens, after the state has them", () => {
    const { room, ids } = open("a");
    const seen: unknown[] = [];
    const stop = room.onEvent((event) => seen.push([event.type, room.cell(ids[0] ?? "").run()?.status]));
    room.happened([queued(ids[0] ?? "", "e"), { type: "comm_close", comm: "c" }]);
    stop();
    room.happened([started("e")]);
    expect(seen).toEqual([
      ["queued", "queued"],
      ["comm_close", "queued"],
    ]);
  });

  it("of the file are said", () => {
    const { room } = open();
    room.happened([
      { type: "dirty", dirty: true },
      { type: "saved", path: "/x", time: 5, digest: "d" },
      { type: "file_merged", time: 6, edited: ["c"] },
      { type: "notice", time: 7, code: "storage.failed", message: "Full." },
    ]);
    room.notice({ type: "notice", time: 6.5, code: "document.update_refused", message: "No." });
    expect([room.dirty(), room.savedAt()]).toEqual([true, 5]);
    expect(room.merged()).toEqual({ time: 6, edited: ["c"], added: [], deleted: [], conflicts: [] });
    expect(room.notices().map(({ message }) => message)).toEqual(["No.", "Full."]);
  });
});

describe("a new snapshot", () => {
  it("keeps what means the same, and tells only of the rest", () => {
    const { room, ids } = open("a", "b");
    const [a = "", b = ""] = ids;
    room.happened([queued(a, "e1"), started("e1"), printed("e1", 0, "x"), finished("e1")]);
    room.happened([queued(b, "e2"), started("e2"), printed("e2", 0, "y")]);
    const [runA, runB] = [room.cell(a).run(), room.cell(b).run()];
    const output = runB?.outputs[0];
    const { told, end } = watch({ a: room.cell(a).run, b: room.cell(b).run, notices: room.notices });
    const common = { by: "me", queued: 1, started: 2, origin: "own" } as const;
    room.restart({
      cells: {
        [a]: {
          ...common,
          execution: "e1",
          status: "ok",
          finished: 3,
          count: 1,
          outputs: [{ type: "stream", name: "stdout", text: "x" }],
        },
        [b]: {
          ...common,
          execution: "e2",
          status: "running",
          outputs: [
            { type: "stream", name: "stdout", text: "y" },
            { type: "stream", name: "stderr", text: "more" },
          ],
        },
      },
      owners: { e1: a, e2: b },
      queue: { e2: b },
    });
    expect(told).toEqual(["b"]);
    expect(room.cell(a).run()).toBe(runA);
    expect(room.cell(b).run()).toBe(runB);
    expect(runB?.outputs[0]).toBe(output);
    expect(runB?.outputs.length).toBe(2);
    room.happened([finished("e2")]);
    expect(runB?.status).toBe("ok");
    end();
  });
});

describe("stale marks", () => {
  it("follow the text, and need no hash where the source was run here", async () => {
    const { room, ids, peer } = open("1+1");
    const [a = ""] = ids;
    const hash = await sourceHash("1+1");
    room.staleness.ran(a, "1+1", hash);
    room.happened([queued(a, "e", hash), started("e"), finished("e")]);
    const { told, end } = watch({ stale: room.cell(a).stale });
    peer.edits.replaceText(a, 3, 3, "+1");
    expect(room.cell(a).stale()).toBe(true);
    peer.edits.replaceText(a, 5, 5, "+1");
    peer.edits.undo();
    peer.edits.undo();
    expect(room.cell(a).stale()).toBe(false);
    expect(told.length).toBe(2);
    end();
  });

  it("are worked out from the hash of a run that was seen only as a hash", async () => {
    const { room, ids, peer } = open("1+1", "2");
    const [a = "", b = ""] = ids;
    room.happened([
      queued(a, "e", await sourceHash("1+1")),
      finished("e"),
      queued(b, "f", "0".repeat(64)),
      finished("f"),
    ]);
    expect([room.cell(a).stale(), room.cell(b).stale()]).toEqual([false, false]);
    await vi.waitFor(() => expect(room.cell(b).stale()).toBe(true));
    expect(room.cell(a).stale()).toBe(false);
    // Known by now to be the text of that hash: compared at once.
    peer.edits.replaceText(a, 0, 0, "x");
    expect(room.cell(a).stale()).toBe(true);
    peer.edits.undo();
    expect(room.cell(a).stale()).toBe(false);
  });

  it("are never on what a file brought along", () => {
    const { room, ids } = open("1");
    room.happened([{ type: "outputs_loaded", cell: ids[0] ?? "", outputs: [], count: 3 }]);
    expect(room.cell(ids[0] ?? "").stale()).toBe(false);
    expect(room.cell(ids[0] ?? "").run()?.count).toBe(3);
  });
});
