/// Windows that do anything at any time, over connections that come and go: they end with the same notebook, and no
/// update of theirs ever leaves the schema.

import { expect, it } from "vitest";
import { Peer, Relay, random, randomEdit, settle } from "./testing.js";

for (let seed = 1; seed <= 40; seed++)
  it(`three windows converge (${seed})`, { timeout: 60_000 }, () => {
    const draw = random(seed);
    const relay = new Relay();
    const peers = [new Peer(relay), new Peer(relay), new Peer(relay)];
    settle(...peers);
    // Sometimes a frame is refused, as if it were bad.
    relay.refuses = () => (seed % 4 === 0 && draw(40) === 0 ? "By chance." : null);
    for (let turn = 0; turn < 250; turn++) {
      const peer = peers[draw(peers.length)];
      if (peer === undefined) continue;
      const chance = draw(12);
      if (chance < 5) randomEdit(peer.edits, peer.document, draw);
      else if (chance < 7) peer.syncing.flush();
      else if (chance < 11) peer.deliver(draw(2) === 0);
      else if (!peer.connected) peer.connect();
      else if (draw(6) === 0) peer.disconnect();
    }
    relay.refuses = () => null;
    for (const peer of peers) if (!peer.connected) peer.connect();
    settle(...peers);
    expect(relay.broken).toEqual([]);
    for (const peer of peers) {
      expect(peer.syncing.unacknowledged()).toBe(0);
      expect(peer.document.doc.toJSON()).toEqual(relay.doc.toJSON());
      expect(peer.sources()).toEqual(peers[0]?.sources());
      expect(peer.document.metadata()).toEqual(relay.doc.getMap("metadata").toJSON());
    }
    // What is shown is what is there: no value that was read before went stale.
    const fresh = new Peer(relay);
    settle(fresh);
    const seen = (peer: Peer) =>
      peer.document.order().map((id) => {
        const cell = peer.document.cell(id);
        return [id, cell?.type(), cell?.metadata(), cell?.attachments(), cell?.source()];
      });
    for (const peer of peers) expect(seen(peer)).toEqual(seen(fresh));
  });

it("what one window undoes and redoes brings it back to where it was", { timeout: 60_000 }, () => {
  for (let seed = 100; seed < 130; seed++) {
    const draw = random(seed);
    const relay = new Relay();
    const peer = new Peer(relay);
    settle(peer);
    for (let turn = 0; turn < 40; turn++) randomEdit(peer.edits, peer.document, draw);
    const shape = () => [peer.sources(), peer.document.metadata()];
    while (peer.edits.canRedo()) peer.edits.redo();
    const end = shape();
    let steps = 0;
    while (peer.edits.canUndo()) {
      peer.edits.undo();
      steps++;
    }
    expect(peer.sources()).toEqual([]);
    for (let step = 0; step < steps; step++) peer.edits.redo();
    expect(shape()).toEqual(end);
    settle(peer);
    expect(relay.broken).toEqual([]);
  }
});

it("whatever one window undoes and redoes, what the other one typed stays", { timeout: 60_000 }, () => {
  for (let seed = 200; seed < 220; seed++) {
    const draw = random(seed);
    const relay = new Relay();
    const [mine, theirs] = [new Peer(relay), new Peer(relay)];
    settle(mine, theirs);
    const ids = [mine.edits.insert(null), mine.edits.insert(null)];
    settle(mine, theirs);
    // From here on the cells hold text of somebody else, so that undoing their insertion is over as well.
    let typed = 0;
    for (let turn = 0; turn < 150; turn++) {
      const id = ids[draw(2)] ?? "";
      const theirSource = theirs.document.cell(id)?.source() ?? "";
      const mySource = mine.document.cell(id)?.source() ?? "";
      const kind = draw(6);
      if (kind === 0 || typed < 2) {
        const cell = typed < 2 ? (ids[typed] ?? "") : id;
        theirs.edits.replaceText(cell, draw(theirSource.length + 1), 0, "T");
        typed++;
        if (typed <= 2) settle(mine, theirs);
      } else if (kind === 1) mine.edits.undo();
      else if (kind === 2) mine.edits.redo();
      else if (kind === 3) settle(mine, theirs);
      else if (kind === 4) mine.edits.replaceText(id, draw(mySource.length + 1), 0, "mmmm");
      else {
        const at = mySource.search(/m+/);
        if (at >= 0) mine.edits.replaceText(id, at, at + 1 + draw(/m+/.exec(mySource)?.[0].length ?? 1), "");
      }
    }
    settle(mine, theirs);
    const left = ids.map((id) => mine.document.cell(id)?.source() ?? "").join("");
    expect(left.replaceAll("m", "").length).toBe(typed);
  }
});
