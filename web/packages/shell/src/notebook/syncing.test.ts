import { Kind } from "@fumehood/protocol";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type * as Y from "yjs";
import { Peer, Relay, settle } from "./testing.js";

let relay: Relay;
let peer: Peer;

beforeEach(() => {
  relay = new Relay();
  peer = new Peer(relay);
  settle(peer);
});

describe("edits", () => {
  it("of one moment travel in one frame", () => {
    vi.useFakeTimers();
    const id = peer.edits.insert(null);
    for (let key = 0; key < 20; key++) peer.edits.replaceText(id, key, key, "x");
    expect(peer.syncing.unacknowledged()).toBe(1);
    vi.advanceTimersByTime(25);
    expect(peer.sent.filter((kind) => kind === Kind.UPDATE).length).toBe(1);
    settle(peer);
    expect(peer.syncing.unacknowledged()).toBe(0);
    vi.useRealTimers();
  });

  it("made without a connection are sent in one frame when it is there again", () => {
    const id = peer.edits.insert(null, { source: "a" });
    settle(peer);
    peer.disconnect();
    peer.edits.replaceText(id, 1, 1, "b");
    peer.syncing.flush();
    peer.edits.insert(id, { source: "c" });
    peer.syncing.flush();
    expect(peer.syncing.unacknowledged()).toBeGreaterThan(0);
    peer.sent.length = 0;
    peer.connect();
    settle(peer);
    expect(peer.sent).toEqual([Kind.STEP1, Kind.UPDATE]);
    expect(peer.syncing.unacknowledged()).toBe(0);
    const other = new Peer(relay);
    settle(other);
    expect(other.sources()).toEqual(peer.sources());
  });

  it("that were sent and not acknowledged are sent again", () => {
    const id = peer.edits.insert(null, { source: "a" });
    settle(peer);
    peer.edits.replaceText(id, 0, 1, "");
    peer.syncing.flush();
    // A deletion alone adds nothing to the state vector, and is on its way when the connection is lost.
    peer.disconnect();
    peer.connect();
    settle(peer);
    const other = new Peer(relay);
    settle(other);
    expect(other.sources()).toEqual([[id, ""]]);
  });

  it("are not sent a second time where the daemon has acknowledged them", () => {
    peer.edits.insert(null, { source: "a" });
    settle(peer);
    peer.sent.length = 0;
    peer.disconnect();
    peer.connect();
    settle(peer);
    expect(peer.sent).toEqual([Kind.STEP1]);
  });

  it("typed while the daemon's state is on its way make no gap", () => {
    peer.disconnect();
    const id = peer.edits.insert(null, { source: "a" });
    peer.connect();
    peer.edits.replaceText(id, 1, 1, "b");
    peer.syncing.flush();
    settle(peer);
    expect(peer.notices).toEqual([]);
    expect(relay.doc.getMap<Y.Map<unknown>>("cells").get(id)?.get("source")?.toString()).toBe("ab");
  });
});

describe("a refused update", () => {
  it("makes the page fetch the document and write its edits once more", () => {
    const a = peer.edits.insert(null, { source: "a" });
    const b = peer.edits.insert(a, { source: "b" });
    settle(peer);
    const cell = peer.document.cell(a);
    relay.refuses = () => {
      relay.refuses = () => null;
      return "Not this one.";
    };
    peer.edits.replaceText(a, 1, 1, "!");
    peer.syncing.flush();
    peer.edits.replaceText(a, 2, 2, "?");
    peer.edits.remove([b]);
    peer.edits.setType([a], "markdown");
    const c = peer.edits.insert(a, { source: "c" });
    settle(peer);
    expect(peer.notices).toEqual([{ reason: "Not this one.", lost: [] }]);
    expect(peer.sources()).toEqual([
      [a, "a!?"],
      [c, "c"],
    ]);
    expect(peer.document.cell(a)).toBe(cell);
    expect(cell?.type()).toBe("markdown");
    expect(peer.syncing.unacknowledged()).toBe(0);
    const other = new Peer(relay);
    settle(other);
    expect(other.sources()).toEqual(peer.sources());
    expect(relay.broken).toEqual([]);
  });

  it("that is refused again is given up, and says what was lost", () => {
    const a = peer.edits.insert(null, { source: "good" });
    const b = peer.edits.insert(a, { source: "b" });
    settle(peer);
    relay.refuses = (update) => (new TextDecoder().decode(update).includes("BAD") ? "Never." : null);
    peer.edits.replaceText(a, 0, 4, "BAD");
    settle(peer);
    expect(peer.notices.map(({ lost }) => lost)).toEqual([[], [a]]);
    expect(peer.sources()).toEqual([
      [a, "good"],
      [b, "b"],
    ]);
    // Life goes on.
    peer.edits.replaceText(b, 1, 1, "!");
    settle(peer);
    expect(relay.doc.getMap<Y.Map<unknown>>("cells").get(b)?.get("source")?.toString()).toBe("b!");
    expect(peer.notices.length).toBe(2);
  });

  it("keeps what others did meanwhile", () => {
    const a = peer.edits.insert(null, { source: "ab" });
    const other = new Peer(relay);
    settle(peer, other);
    relay.refuses = () => {
      relay.refuses = () => null;
      return "No.";
    };
    peer.edits.replaceText(a, 2, 2, "c");
    peer.syncing.flush();
    peer.deliver(false);
    other.edits.replaceText(a, 0, 0, ">");
    settle(other, peer);
    expect(peer.sources()).toEqual([[a, ">abc"]]);
    expect(other.sources()).toEqual([[a, ">abc"]]);
  });

  it("is recovered from also over a lost connection", () => {
    const a = peer.edits.insert(null, { source: "a" });
    settle(peer);
    relay.refuses = () => {
      relay.refuses = () => null;
      return "No.";
    };
    peer.edits.replaceText(a, 1, 1, "b");
    peer.syncing.flush();
    while (peer.deliver(false) || (peer.notices.length === 0 && peer.deliver(true)))
      if (peer.sent.at(-1) === Kind.STEP1) break;
    peer.disconnect();
    peer.edits.replaceText(a, 2, 2, "c");
    peer.connect();
    settle(peer);
    expect(peer.sources()).toEqual([[a, "abc"]]);
    expect(peer.syncing.unacknowledged()).toBe(0);
  });
});

describe("another room in place of the old one", () => {
  it("takes its document, and the edits that the old one never got", () => {
    const a = peer.edits.insert(null, { source: "a" });
    settle(peer);
    peer.disconnect();
    peer.edits.replaceText(a, 1, 1, "!");
    peer.connect(true);
    settle(peer);
    expect(peer.sources()).toEqual([[a, "a!"]]);
    expect(peer.syncing.unacknowledged()).toBe(0);
  });
});
