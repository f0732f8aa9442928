/// A daemon in memory, for tests: it keeps a document, hands updates on, acknowledges and refuses as the real one does,
/// and notes whatever breaks the schema. Messages wait until the test delivers them.

import { Document, type Frame, Kind } from "@fumehood/protocol";
import * as Y from "yjs";
import { NotebookDocument } from "./document.js";
import { DocumentEdits } from "./edits.js";
import { Syncing } from "./syncing.js";
import type { Edits } from "./types.js";
import { Undo } from "./undo.js";

const ORDER = /^[0-9A-Za-z]{0,199}[1-9A-Za-z]$/;
const KEYS: ReadonlySet<string> = new Set(["type", "source", "metadata", "order", "deleted", "attachments"]);

export function random(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

export class Relay {
  readonly doc = new Y.Doc();
  /// What no peer may do, as far as it was done.
  readonly broken: string[] = [];
  readonly peers = new Set<Peer>();
  /// Says why an update is refused.
  refuses: (update: Uint8Array) => string | null = () => null;

  constructor() {
    this.doc.getMap("metadata");
    const cells = this.doc.getMap<Y.Map<unknown>>("cells");
    cells.observeDeep((events) => {
      for (const event of events) {
        if (event.path.length === 0)
          for (const [id, { action }] of event.keys) if (action !== "add") this.broken.push(`${action} of cell ${id}`);
        if (event.path.length === 1)
          for (const [key, { action }] of event.keys)
            if ((key === "source" || key === "metadata") && action !== "add") this.broken.push(`${action} of a ${key}`);
        if (event.path.length === 0) for (const id of event.keys.keys()) this.#check(id, cells.get(id));
        else this.#check(String(event.path[0]), cells.get(String(event.path[0])));
      }
    });
  }

  #check(id: string, cell: Y.Map<unknown> | undefined): void {
    const problem = (what: string) => this.broken.push(`${id}: ${what}`);
    if (!/^[A-Za-z0-9_-]{1,64}$/.test(id)) problem("id");
    if (cell === undefined) return;
    for (const key of cell.keys()) if (!KEYS.has(key)) problem(key);
    const source = cell.get("source");
    if (!(source instanceof Y.Text) || source.toString().includes("\r")) problem("source");
    if (source instanceof Y.Text && source.toDelta().some((one: { attributes?: unknown }) => one.attributes))
      problem("format");
    if (!(cell.get("metadata") instanceof Y.Map)) problem("metadata");
    if (!["code", "markdown", "raw"].includes(String(cell.get("type")))) problem("type");
    if (!ORDER.test(String(cell.get("order")))) problem("order");
    if (cell.has("deleted") && typeof cell.get("deleted") !== "number") problem("deleted");
  }

  receive(from: Peer, frame: Frame): void {
    if (frame.kind === Kind.STEP1) {
      from.hear(Kind.STEP2, Y.encodeStateAsUpdate(this.doc, frame.payload));
      from.hear(Kind.STEP1, Y.encodeStateVector(this.doc));
      return;
    }
    const number = ++from.frames;
    const reason = this.refuses(frame.payload) ?? this.#gap(frame.payload);
    if (reason !== null) {
      from.tell(() => from.syncing.refused(number, reason));
      return;
    }
    Y.applyUpdate(this.doc, frame.payload);
    for (const peer of this.peers) if (peer !== from) peer.hear(Kind.UPDATE, frame.payload);
    from.tell(() => from.syncing.acknowledged(number));
  }

  /// As the gate: an update that builds on what never arrived is refused.
  #gap(update: Uint8Array): string | null {
    const known = Y.decodeStateVector(Y.encodeStateVector(this.doc));
    for (const [client, clock] of Y.parseUpdateMeta(update).from)
      if (clock > (known.get(client) ?? 0)) return "The update has a gap.";
    return null;
  }
}

/// A window: document, edits and undo, and what is on its way to and from the relay.
export class Peer {
  readonly document = new NotebookDocument();
  readonly undo = new Undo(this.document);
  readonly edits = new DocumentEdits(this.document, this.undo, () => {});
  readonly syncing: Syncing;
  readonly notices: { reason: string; lost: readonly string[] }[] = [];
  /// Update frames of this connection.
  frames = 0;
  readonly sent: Frame["kind"][] = [];
  #in: (() => void)[] = [];
  #out: (() => void)[] = [];
  #up = false;

  constructor(readonly relay: Relay) {
    this.syncing = new Syncing(this.document, {
      send: (kind, payload) => {
        if (!this.#up) return;
        this.sent.push(kind);
        const frame = { room: "0".repeat(32), document: Document.NOTEBOOK, kind, payload: payload.slice() };
        this.#out.push(() => relay.receive(this, frame));
      },
      caughtUp: () => {},
      replaced: (reason, lost) => {
        this.undo.reset();
        this.notices.push({ reason, lost });
      },
    });
    this.connect();
  }

  /// `other`: the room is another one now.
  connect(other = false): void {
    this.frames = 0;
    this.#up = true;
    this.relay.peers.add(this);
    this.syncing.attached(other);
  }

  /// What is on its way is lost.
  disconnect(): void {
    this.#up = false;
    this.relay.peers.delete(this);
    this.#in = [];
    this.#out = [];
    this.syncing.lost();
  }

  get connected(): boolean {
    return this.#up;
  }

  hear(kind: Frame["kind"], payload: Uint8Array): void {
    const frame = { room: "0".repeat(32), document: Document.NOTEBOOK, kind, payload: payload.slice() };
    this.tell(() => this.syncing.framed(frame));
  }

  tell(news: () => void): void {
    this.#in.push(news);
  }

  /// Delivers one message; false where there was none.
  deliver(inward: boolean): boolean {
    const message = (inward ? this.#in : this.#out).shift();
    message?.();
    return message !== undefined;
  }

  /// What the person sees.
  sources(): readonly (readonly [string, string])[] {
    return this.document.order().map((id) => [id, this.document.cell(id)?.source() ?? ""] as const);
  }
}

/// Delivers everything, in the order in which it was sent.
export function settle(...peers: readonly Peer[]): void {
  for (let busy = true; busy; ) {
    busy = false;
    for (const peer of peers) {
      peer.syncing.flush();
      while (peer.deliver(false) || peer.deliver(true)) busy = true;
    }
  }
}

const WORDS = ["x", "import numpy as np\n", "größe", "🧫🧬", "\n\n", "# 細胞\n", "a\r\nb"];
const TYPES = ["code", "markdown", "raw"] as const;

type Draw = (below: number) => number;

interface Readable {
  order(): readonly string[];
  cell(id: string): { source(): string } | undefined;
}

function pick<T>(items: readonly T[], draw: Draw): T | undefined {
  return items[draw(items.length)];
}

/// Anything that a person can do.
export function randomEdit(edits: Edits, document: Readable, draw: Draw): void {
  const order = document.order();
  const cell = pick(order, draw);
  const after = pick([null, ...order], draw) ?? null;
  const some = order.filter(() => draw(3) === 0);
  const source = (id: string) => document.cell(id)?.source() ?? "";
  const kind = draw(16);
  if (kind === 0) edits.insert(after, { source: pick(WORDS, draw) ?? "", type: pick(TYPES, draw) ?? "code" });
  else if (kind === 1) edits.paste(after, edits.copy(some.slice(0, 4)));
  else if (kind === 2) edits.remove(some.slice(0, 2));
  else if (kind === 3) edits.move(some, after);
  else if (kind === 4 && cell !== undefined)
    edits.split(cell, [draw(source(cell).length + 2), draw(source(cell).length + 2)]);
  else if (kind === 5) edits.merge(some.slice(0, 3));
  else if (kind === 6) edits.setType(some, pick(TYPES, draw) ?? "raw");
  else if (kind === 7 && cell !== undefined)
    edits.setMetadata(cell, pick(["a", "b"], draw) ?? "a", pick([1, null, [2]], draw));
  else if (kind === 8) edits.setNotebookMetadata("k", draw(3));
  else if (kind === 9) edits.undo();
  else if (kind === 10) edits.redo();
  else if (kind === 11 && cell !== undefined)
    edits.together(() => {
      edits.replaceText(cell, 0, draw(4), "t");
      edits.insert(cell, { source: "grouped" });
      edits.replaceText(cell, draw(9), draw(9), "u");
    });
  else if (cell !== undefined) {
    const from = draw(source(cell).length + 2);
    edits.replaceText(cell, from, from + draw(4), draw(2) === 0 ? "" : (pick(WORDS, draw) ?? ""));
  }
}
