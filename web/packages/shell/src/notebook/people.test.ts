import { Document, Kind } from "@fumehood/protocol";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Awareness, encodeAwarenessUpdate } from "y-protocols/awareness";
import * as Y from "yjs";
import { People } from "./people.js";

const ROOM = "0".repeat(32);

/// As the daemon hands on what a connection said of itself.
function stamped(awareness: Awareness, peer: string): Uint8Array {
  const copy = new Awareness(new Y.Doc());
  copy.states.set(awareness.clientID, { ...awareness.getLocalState(), peer });
  const clock = awareness.meta.get(awareness.clientID)?.clock ?? 0;
  copy.meta.set(awareness.clientID, { clock, lastUpdated: 0 });
  const update = encodeAwarenessUpdate(copy, [awareness.clientID]);
  copy.destroy();
  return update;
}

const hear = (people: People, payload: Uint8Array) =>
  people.framed({ room: ROOM, document: Document.NOTEBOOK, kind: Kind.AWARENESS, payload });

let sent: Uint8Array[];
let people: People;

beforeEach(() => {
  vi.useFakeTimers();
  sent = [];
  people = new People((kind, payload) => {
    expect(kind).toBe(Kind.AWARENESS);
    sent.push(payload);
  });
});

afterEach(() => {
  people.close();
  vi.useRealTimers();
});

describe("people", () => {
  it("have the name that the daemon stamped, and not the one that they claim", () => {
    const other = new Awareness(new Y.Doc());
    other.setLocalState({ user: { name: "The daemon", color: "url(x)" }, peer: "root", cell: "c1" });
    hear(people, stamped(other, "hood run 3"));
    expect(people.people()).toEqual([
      { id: other.clientID, name: "hood run 3", color: expect.stringMatching(/^#[0-9a-f]{6}$/), cell: "c1" },
    ]);
    expect(people.awareness.getStates().get(other.clientID)?.user).toMatchObject({
      name: "hood run 3",
      color: people.people()[0]?.color,
    });
    other.destroy();
  });

  it("tell nobody again while nothing that is shown has changed", () => {
    const other = new Awareness(new Y.Doc());
    other.setLocalState({});
    hear(people, stamped(other, "someone"));
    expect(people.people().length).toBe(1);
    const before = people.people();
    other.setLocalStateField("cursor", { anchor: 1 });
    hear(people, stamped(other, "someone"));
    expect(people.people()).toBe(before);
    other.destroy();
  });

  it("are told of moves of the cursor a few times a second", () => {
    people.attached();
    sent.length = 0;
    for (let move = 0; move < 30; move++) people.awareness.setLocalStateField("cell", `c${move}`);
    vi.advanceTimersByTime(60);
    expect(sent.length).toBe(1);
    vi.advanceTimersByTime(60_000);
    expect(sent.length).toBe(1);
  });

  it("see each other again after a connection was lost and the daemon had said goodbye", () => {
    const other = new People(() => {});
    people.attached();
    hear(other, sent.at(-1) ?? new Uint8Array());
    expect(other.people().length).toBe(1);
    // The daemon ends a connection's state with the next clock.
    const clock = people.awareness.meta.get(people.awareness.clientID)?.clock ?? 0;
    other.awareness.states.delete(people.awareness.clientID);
    other.awareness.meta.set(people.awareness.clientID, { clock: clock + 1, lastUpdated: 0 });
    people.attached();
    hear(other, sent.at(-1) ?? new Uint8Array());
    expect(other.people().length).toBe(1);
    other.close();
  });

  it("with an overlong state are not sent", () => {
    people.attached();
    sent.length = 0;
    people.awareness.setLocalStateField("cell", "x".repeat(5000));
    vi.advanceTimersByTime(100);
    expect(sent).toEqual([]);
  });
});
