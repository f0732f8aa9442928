/// Who else has the notebook open, and where: awareness of y-protocols, whose author the daemon stamps (`peer`). What a
/// state says beside it is hostile text, used for nothing but the cell and the cursor.

import { Document, type Frame, Kind, limits } from "@fumehood/protocol";
import { type Accessor, createSignal } from "solid-js";
import { Awareness, applyAwarenessUpdate, encodeAwarenessUpdate, removeAwarenessStates } from "y-protocols/awareness";
import * as Y from "yjs";
import type { Person } from "./types.js";
import { same } from "./values.js";

/// Readable on light and dark grounds; told apart also by people who see fewer colours.
const COLORS = ["#3b7dd8", "#c05a00", "#2e8b57", "#a23b9c", "#b8860b", "#c0392b", "#00838f", "#6d5bd0"] as const;
const GATHER_MS = 50;
const NAME = 80;

export class People {
  /// Has a document of its own, because the notebook's is replaced when an update was refused.
  readonly awareness = new Awareness(new Y.Doc());
  readonly people: Accessor<readonly Person[]>;
  readonly #setPeople: (people: readonly Person[]) => void;
  readonly #send: (kind: Frame["kind"], payload: Uint8Array) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(send: (kind: Frame["kind"], payload: Uint8Array) => void) {
    this.#send = send;
    const [people, setPeople] = createSignal<readonly Person[]>([]);
    this.people = people;
    this.#setPeople = (value) => setPeople(value);
    // The daemon knows who has left: nobody has to say again and again that they are there.
    clearInterval(this.awareness._checkInterval);
    this.awareness.setLocalState({ cell: null, user: userOf(this.awareness.clientID, "") });
    this.awareness.on("update", (_: unknown, origin: unknown) => {
      if (origin === this) this.#list();
      else this.#timer ??= setTimeout(() => this.#tell(), GATHER_MS);
    });
  }

  framed(frame: Frame): void {
    if (frame.document === Document.NOTEBOOK && frame.kind === Kind.AWARENESS)
      applyAwarenessUpdate(this.awareness, frame.payload, this);
  }

  /// The room is open on a (new) connection: those of the old one are told anew by the daemon.
  attached(): void {
    const others = [...this.awareness.getStates().keys()].filter((id) => id !== this.awareness.clientID);
    removeAwarenessStates(this.awareness, others, this);
    // The daemon has ended the old connection's state with a clock of its own: this one must be above it.
    for (let step = 0; step < 2; step++) this.awareness.setLocalState(this.awareness.getLocalState());
    this.#tell();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.awareness.setLocalState(null);
    this.#tell();
    this.awareness.destroy();
    clearTimeout(this.#timer);
  }

  #tell(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const payload = encodeAwarenessUpdate(this.awareness, [this.awareness.clientID]);
    if (payload.length <= limits.AWARENESS_MESSAGE) this.#send(Kind.AWARENESS, payload);
  }

  #list(): void {
    const found: Person[] = [];
    for (const [id, state] of this.awareness.getStates()) {
      if (id === this.awareness.clientID) continue;
      const name = textOf(state.peer).slice(0, NAME) || "someone";
      const cell = textOf(state.cell) || null;
      // Editors show `user` beside the cursor: it has to be what the daemon stamped, not what the other end says.
      state.user = userOf(id, name);
      found.push({ id, name, color: colorOf(id), cell });
    }
    found.sort((one, other) => one.id - other.id);
    if (!same(found, this.people())) this.#setPeople(found);
  }
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function colorOf(id: number): string {
  return COLORS[id % COLORS.length] ?? COLORS[0];
}

function userOf(id: number, name: string) {
  const color = colorOf(id);
  return { name, color, colorLight: `${color}33` };
}
