import { HoodError, limits } from "@fumehood/protocol";
import { createEffect, createRoot } from "solid-js";
import { describe, expect, it } from "vitest";
import { Peer, Relay, settle } from "./testing.js";

function open(...sources: readonly string[]): { peer: Peer; relay: Relay; ids: readonly string[] } {
  const relay = new Relay();
  const peer = new Peer(relay);
  settle(peer);
  const ids = peer.edits.paste(
    null,
    sources.map((source) => ({ type: "code", source, metadata: {}, attachments: {} })),
  );
  return { peer, relay, ids };
}

const texts = (peer: Peer) => peer.sources().map(([, source]) => source);

describe("cells", () => {
  it("are inserted below another one, or at the top", () => {
    const { peer, ids } = open("a", "b");
    peer.edits.insert(ids[0] ?? null, { source: "between" });
    peer.edits.insert(null, { source: "top", type: "markdown" });
    expect(texts(peer)).toEqual(["top", "a", "between", "b"]);
    expect(peer.document.cell(peer.document.order()[0] ?? "")?.type()).toBe("markdown");
  });

  it("move in the order that they have, to wherever", () => {
    const { peer, ids } = open("a", "b", "c", "d", "e");
    const [a = "", , c = "", d = "", e = ""] = ids;
    peer.edits.move([d, a], e);
    expect(texts(peer)).toEqual(["b", "c", "e", "a", "d"]);
    peer.edits.move([e, c], null);
    expect(texts(peer)).toEqual(["c", "e", "b", "a", "d"]);
    peer.edits.move([c, e], e);
    expect(texts(peer)).toEqual(["c", "e", "b", "a", "d"]);
  });

  it("that move nowhere are no step of undo", () => {
    const { peer, ids } = open("a", "b");
    peer.edits.undo();
    peer.edits.redo();
    peer.edits.move([ids[1] ?? ""], ids[0] ?? "");
    peer.edits.undo();
    expect(texts(peer)).toEqual([]);
  });

  it("are split at several places, without the line ends there", () => {
    const { peer, ids } = open("one\n\ntwo\nthree");
    const made = peer.edits.split(ids[0] ?? "", [5, 9]);
    expect(texts(peer)).toEqual(["one", "two", "three"]);
    expect(peer.document.order().slice(1)).toEqual(made);
    peer.edits.undo();
    expect(texts(peer)).toEqual(["one\n\ntwo\nthree"]);
    peer.edits.redo();
    expect(texts(peer)).toEqual(["one", "two", "three"]);
  });

  it("are not split inside a character", () => {
    const { peer, ids, relay } = open("a🧫b");
    peer.edits.split(ids[0] ?? "", [2]);
    expect(texts(peer)).toEqual(["a", "🧫b"]);
    settle(peer);
    expect(relay.broken).toEqual([]);
  });

  it("are merged into the first, in the order of the notebook, with an empty line between", () => {
    const { peer, ids } = open("a", "b", "c");
    const [a = "", b = "", c = ""] = ids;
    peer.edits.merge([c, a, b]);
    expect(peer.sources()).toEqual([[a, "a\n\nb\n\nc"]]);
    peer.edits.undo();
    expect(texts(peer)).toEqual(["a", "b", "c"]);
  });

  it("keep attachments when they are merged", () => {
    const { peer } = open();
    const image = (name: string) => ({ [name]: { "image/png": "AAAA" } });
    const [a = "", b = ""] = peer.edits.paste(null, [
      { type: "markdown", source: "a", metadata: {}, attachments: image("a.png") },
      { type: "markdown", source: "b", metadata: {}, attachments: image("b.png") },
    ]);
    peer.edits.merge([a, b]);
    expect(peer.document.cell(a)?.attachments()).toEqual({ ...image("a.png"), ...image("b.png") });
    peer.edits.undo();
    expect(peer.document.cell(a)?.attachments()).toEqual(image("a.png"));
  });

  it("are copied as they are and pasted as new ones", () => {
    const { peer, ids } = open("a");
    peer.edits.setMetadata(ids[0] ?? "", "tags", ["x"]);
    const copied = peer.edits.copy(ids);
    const made = peer.edits.paste(ids[0] ?? null, [...copied, ...copied]);
    expect(texts(peer)).toEqual(["a", "a", "a"]);
    expect(new Set([...ids, ...made]).size).toBe(3);
    expect(peer.document.cell(made[1] ?? "")?.metadata()).toEqual({ tags: ["x"] });
    peer.edits.undo();
    expect(texts(peer)).toEqual(["a"]);
  });

  it("change their type, metadata and text", () => {
    const { peer, ids } = open("abc");
    const [id = ""] = ids;
    peer.edits.setType([id], "markdown");
    peer.edits.setMetadata(id, "collapsed", true);
    peer.edits.replaceText(id, 1, 2, "x\r\ny");
    const cell = peer.document.cell(id);
    expect([cell?.type(), cell?.metadata(), cell?.source()]).toEqual(["markdown", { collapsed: true }, "ax\nyc"]);
    peer.edits.setMetadata(id, "collapsed", null);
    expect(cell?.metadata()).toEqual({});
    for (let step = 0; step < 4; step++) peer.edits.undo();
    expect([cell?.type(), cell?.metadata(), cell?.source()]).toEqual(["code", {}, "abc"]);
  });

  it("that are not there are an error, and nothing is changed", () => {
    const { peer } = open("a");
    expect(() => peer.edits.insert("nowhere")).toThrow(HoodError);
    expect(() => peer.edits.setMetadata("nowhere", "a", 1)).toThrow(/no cell/);
    peer.edits.remove(["nowhere"]);
    expect(texts(peer)).toEqual(["a"]);
  });

  it("are not made larger than the daemon takes", () => {
    const { peer, ids } = open("a");
    const large = "x".repeat(limits.CELL_SOURCE_BYTES + 1);
    expect(() => peer.edits.insert(null, { source: large })).toThrow(/bytes/);
    expect(() => peer.edits.replaceText(ids[0] ?? "", 0, 0, large)).toThrow(/bytes/);
    expect(() => peer.edits.setMetadata(ids[0] ?? "", "a", "x".repeat(limits.METADATA_BYTES))).toThrow(/bytes/);
    expect(texts(peer)).toEqual(["a"]);
  });
});

describe("the notebook's metadata", () => {
  it("is set, cleared, and undone", () => {
    const { peer } = open();
    peer.edits.setNotebookMetadata("kernelspec", { name: "python3" });
    expect(peer.document.metadata()).toEqual({ kernelspec: { name: "python3" } });
    peer.edits.setNotebookMetadata("kernelspec", null);
    expect(peer.document.metadata()).toEqual({});
    peer.edits.undo();
    expect(peer.document.metadata()).toEqual({ kernelspec: { name: "python3" } });
  });
});

describe("signals", () => {
  it("tell only who reads what changed", async () => {
    const { peer, ids } = open("a", "b");
    const told: string[] = [];
    const end = createRoot((dispose) => {
      for (const id of ids)
        createEffect(() => {
          peer.document.cell(id)?.source();
          told.push(id);
        });
      createEffect(() => {
        peer.document.order();
        told.push("order");
      });
      createEffect(() => {
        peer.document.cell(ids[0] ?? "")?.metadata();
        told.push("metadata");
      });
      return dispose;
    });
    await Promise.resolve();
    told.length = 0;
    const order = peer.document.order();
    peer.edits.replaceText(ids[1] ?? "", 0, 0, "x");
    expect(told).toEqual([ids[1]]);
    expect(peer.document.order()).toBe(order);
    told.length = 0;
    peer.edits.split(ids[1] ?? "", [1]);
    expect(told.sort()).toEqual([ids[1] ?? "", "order"].sort());
    end();
  });

  it("one change of many cells tells once", () => {
    const { peer, ids } = open("a", "b", "c");
    const seen: number[] = [];
    const end = createRoot((dispose) => {
      createEffect(() => seen.push(peer.document.order().length));
      return dispose;
    });
    peer.edits.together(() => {
      peer.edits.remove(ids.slice(0, 1));
      peer.edits.insert(null);
      peer.edits.insert(null);
    });
    expect(seen.slice(1)).toEqual([4]);
    peer.edits.undo();
    expect(seen.slice(2)).toEqual([3]);
    end();
  });
});
