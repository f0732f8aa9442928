import { beforeEach, describe, expect, it } from "vitest";
import { Peer, Relay, settle } from "./testing.js";

let relay: Relay;
let mine: Peer;
let theirs: Peer;

beforeEach(() => {
  relay = new Relay();
  mine = new Peer(relay);
  theirs = new Peer(relay);
  settle(mine, theirs);
});

const texts = (peer: Peer) => peer.sources().map(([, source]) => source);

function type(peer: Peer, id: string, at: number, text: string): void {
  // As an editor does: a transaction of its own, under an origin that the undo stack does not know.
  peer.document.doc.transact(() => peer.document.cell(id)?.text().insert(at, text), { editor: true });
}

describe("undo", () => {
  it("groups what is typed without a pause in one cell", () => {
    const [a = "", b = ""] = mine.edits.paste(null, [
      { type: "code", source: "", metadata: {}, attachments: {} },
      { type: "code", source: "", metadata: {}, attachments: {} },
    ]);
    for (const [at, letter] of [..."abc"].entries()) type(mine, a, at, letter);
    type(mine, b, 0, "x");
    mine.edits.undo();
    expect(texts(mine)).toEqual(["abc", ""]);
    expect(mine.edits.undo()).toEqual([a]);
    expect(texts(mine)).toEqual(["", ""]);
    mine.edits.redo();
    mine.edits.redo();
    expect(texts(mine)).toEqual(["abc", "x"]);
  });

  it("takes text and structure back in the order in which they were made", () => {
    const a = mine.edits.insert(null, { source: "one" });
    type(mine, a, 3, " two");
    const b = mine.edits.insert(a);
    type(mine, b, 0, "b");
    mine.edits.move([b], null);
    type(mine, a, 0, ">");
    mine.edits.remove([b]);
    const states = [["> one two".replace(" ", "")]];
    expect(texts(mine)).toEqual(states[0]);
    mine.edits.undo();
    expect(texts(mine)).toEqual(["b", ">one two"]);
    mine.edits.undo();
    expect(texts(mine)).toEqual(["b", "one two"]);
    mine.edits.undo();
    expect(texts(mine)).toEqual(["one two", "b"]);
    mine.edits.undo();
    expect(texts(mine)).toEqual(["one two", ""]);
    mine.edits.undo();
    expect(texts(mine)).toEqual(["one two"]);
    mine.edits.undo();
    expect(texts(mine)).toEqual(["one"]);
    mine.edits.undo();
    expect(texts(mine)).toEqual([]);
    expect(mine.edits.canUndo()).toBe(false);
    for (let step = 0; step < 7; step++) mine.edits.redo();
    expect(texts(mine)).toEqual([">one two"]);
    expect(mine.edits.canRedo()).toBe(false);
  });

  it("never undoes what another window typed in the same cell", () => {
    const a = mine.edits.insert(null, { source: "base" });
    settle(mine, theirs);
    type(mine, a, 4, " mine");
    settle(mine, theirs);
    type(theirs, a, 0, "theirs ");
    settle(mine, theirs);
    mine.edits.undo();
    settle(mine, theirs);
    expect(texts(mine)).toEqual(["theirs base"]);
    expect(texts(theirs)).toEqual(["theirs base"]);
  });

  it("never undoes what another window set, moved or brought back", () => {
    const [a = "", b = "", c = ""] = ["a", "b", "c"].map((source) => mine.edits.insert(null, { source })).reverse();
    void [a, b];
    mine.edits.setMetadata(c, "n", 1);
    mine.edits.setType([c], "markdown");
    mine.edits.move([c], null);
    settle(mine, theirs);
    theirs.edits.move([c], b);
    theirs.edits.setType([c], "raw");
    theirs.edits.setMetadata(c, "n", 2);
    settle(mine, theirs);
    const before = texts(mine);
    // All three steps have nothing left to undo, so the fourth, the third insert, is what a key press undoes.
    expect(mine.edits.undo()).toEqual([a]);
    expect(texts(mine)).toEqual(before.filter((text) => text !== "c"));
    expect(mine.document.cell(c)?.type()).toBe("raw");
    expect(mine.document.cell(c)?.metadata()).toEqual({ n: 2 });
  });

  it("does not take a cell away in which somebody else has written", () => {
    const a = mine.edits.insert(null, { source: "" });
    settle(mine, theirs);
    type(theirs, a, 0, "precious");
    settle(mine, theirs);
    mine.edits.undo();
    expect(texts(mine)).toEqual(["precious"]);
    mine.edits.redo();
    expect(texts(mine)).toEqual(["precious"]);
  });

  it("takes a cell away, brings it back, and takes it away again only while nobody wrote in it", () => {
    const a = mine.edits.insert(null, { source: "a" });
    mine.edits.undo();
    mine.edits.redo();
    settle(mine, theirs);
    expect(texts(theirs)).toEqual(["a"]);
    type(theirs, a, 1, "!");
    settle(mine, theirs);
    mine.edits.undo();
    expect(texts(mine)).toEqual(["a!"]);
  });

  it("brings a removed cell back with what others typed into it meanwhile", () => {
    const a = mine.edits.insert(null, { source: "a" });
    settle(mine, theirs);
    mine.edits.remove([a]);
    type(theirs, a, 1, " late");
    settle(mine, theirs);
    expect(texts(theirs)).toEqual([]);
    mine.edits.undo();
    settle(mine, theirs);
    expect(texts(mine)).toEqual(["a late"]);
    expect(texts(theirs)).toEqual(["a late"]);
  });

  it("a new change ends what could be redone", () => {
    const a = mine.edits.insert(null, { source: "a" });
    type(mine, a, 1, "b");
    mine.edits.undo();
    expect(mine.edits.canRedo()).toBe(true);
    mine.edits.setType([a], "raw");
    expect(mine.edits.canRedo()).toBe(false);
    expect(mine.edits.redo()).toEqual([]);
  });

  it("together is one step, whatever it is made of", () => {
    const a = mine.edits.insert(null, { source: "x" });
    mine.edits.together(() => {
      mine.edits.replaceText(a, 0, 1, "y");
      mine.edits.setType([a], "markdown");
      mine.edits.replaceText(a, 1, 1, "z");
      mine.edits.insert(a, { source: "new" });
    });
    expect(texts(mine)).toEqual(["yz", "new"]);
    mine.edits.undo();
    expect(texts(mine)).toEqual(["x"]);
    expect(mine.document.cell(a)?.type()).toBe("code");
    mine.edits.redo();
    expect(texts(mine)).toEqual(["yz", "new"]);
  });

  it("keeps what was done of a group that failed, as one step", () => {
    const a = mine.edits.insert(null, { source: "x" });
    expect(() =>
      mine.edits.together(() => {
        mine.edits.replaceText(a, 0, 1, "y");
        mine.edits.insert("nowhere");
      }),
    ).toThrow();
    expect(texts(mine)).toEqual(["y"]);
    mine.edits.undo();
    expect(texts(mine)).toEqual(["x"]);
  });
});
