/// Opens a notebook over a wire and keeps it open over connections that come and go: the thin process around document,
/// room and people, which decides nothing but the order.

import { Document, type Frame, HoodError, limits, type Noticed, type OpenResult } from "@fumehood/protocol";
import { RoomWidgets } from "../widgets/room.js";
import type { Notification, Wire } from "../wire/wire.js";
import { Blink } from "./blink.js";
import { NotebookDocument } from "./document.js";
import { DocumentEdits } from "./edits.js";
import { People } from "./people.js";
import { RoomPolicy } from "./policy.js";
import { RoomRequests } from "./requests.js";
import { RoomSignals } from "./room.js";
import { Syncing } from "./syncing.js";
import { RoomTrust } from "./trust.js";
import type { Cell, Notebook } from "./types.js";
import { Undo } from "./undo.js";

/// The file is gone or broken; the room with what was edited may well be there.
const ATTACH: ReadonlySet<string> = new Set([
  "file.missing",
  "file.not_regular",
  "notebook.unreadable",
  "room.missing",
]);

/// Makes an empty notebook where no file is, if it is to `create` one. Rejects with `HoodError`.
export async function openNotebook(wire: Wire, path: string, create = false): Promise<Notebook> {
  let opened: OpenNotebook | undefined;
  await wire.call("room.open", create ? { path, create } : { path }, {
    received: (result) => {
      opened = new OpenNotebook(wire, result);
    },
  });
  if (opened === undefined) throw new HoodError("internal", "The daemon opened nothing.");
  await opened.synced;
  return opened;
}

class OpenNotebook implements Notebook {
  readonly path: string;
  readonly blobs;
  readonly guest;
  readonly policy: RoomPolicy;
  readonly trust: RoomTrust;
  readonly moved;
  readonly served;
  readonly connection;
  readonly order;
  readonly metadata;
  readonly kernel;
  readonly languageInfo;
  readonly queue;
  readonly notices;
  readonly lostSince;
  readonly dirty;
  readonly savedAt;
  readonly manual;
  readonly unacknowledged;
  readonly merged;
  readonly readOnly;
  readonly people;
  readonly awareness;
  readonly widgets;
  readonly edits;
  readonly requests;
  readonly synced: Promise<void>;
  room: string;
  readonly #wire: Wire;
  readonly #document = new NotebookDocument();
  readonly #room: RoomSignals;
  readonly #blink: Blink;
  readonly #syncing: Syncing;
  readonly #undo: Undo;
  readonly #people: People;
  readonly #cells = new Map<string, Cell>();
  readonly #ends: (() => void)[] = [];
  readonly #waiting = new Set<() => void>();
  /// Why nothing can be done with it any more.
  #closed: HoodError | null = null;

  constructor(wire: Wire, opened: OpenResult) {
    this.#wire = wire;
    this.room = opened.room;
    this.path = opened.path;
    const document = this.#document;
    const send = (kind: Frame["kind"], payload: Uint8Array) =>
      void wire.send({ room: this.room, document: Document.NOTEBOOK, kind, payload });
    this.#room = new RoomSignals(document, opened.state);
    this.#blink = new Blink((events) => this.#room.happened(events));
    this.#undo = new Undo(document);
    this.#syncing = new Syncing(document, {
      send,
      caughtUp: () => this.#caughtUp(),
      replaced: (reason, lost) => this.#replaced(reason, lost),
    });
    this.#people = new People(send);
    const text = opened.read_only ?? null;
    const check = () => {
      if (this.#closed !== null) throw this.#closed;
      if (text !== null) throw new HoodError("notebook.read_only", `This file is open as text: ${text.reason}`);
    };
    this.blobs = wire.blobs;
    this.guest = wire.guest;
    this.policy = new RoomPolicy(wire, () => this.room);
    this.trust = new RoomTrust(wire, () => this.room, this.path, this.#room.trust);
    this.moved = wire.moved;
    this.served = () => wire.connection().state === "open" && !wire.moved();
    this.connection = wire.connection;
    this.order = document.order;
    this.metadata = document.metadata;
    this.kernel = this.#room.kernel;
    this.languageInfo = this.#room.languageInfo;
    this.queue = this.#room.queue;
    this.notices = this.#room.notices;
    this.lostSince = this.#room.lostSince;
    this.dirty = this.#room.dirty;
    this.savedAt = this.#room.savedAt;
    this.manual = this.#room.manual;
    this.merged = this.#room.merged;
    this.unacknowledged = this.#syncing.unacknowledged;
    const readOnly =
      text === null ? null : { reason: text.reason, text: text.text, truncated: text.truncated ?? false };
    this.readOnly = () => readOnly;
    this.people = this.#people.people;
    this.awareness = this.#people.awareness;
    this.widgets = new RoomWidgets(wire, () => this.room);
    this.edits = new DocumentEdits(document, this.#undo, check);
    this.requests = new RoomRequests({
      wire,
      document,
      check,
      room: () => this.room,
      flush: () => this.#syncing.flush(),
      ran: (cell, source, hash) => this.#room.staleness.ran(cell, source, hash),
      knows: (execution) => this.#room.knows(execution),
      ready: () => this.#ready(),
    });
    this.#ends.push(
      wire.onNotification((message) => this.#notified(message)),
      wire.onFrame((frame) => this.#framed(frame)),
      wire.onLost(() => this.#syncing.lost()),
      wire.onLost(() => this.policy.lost()),
      wire.onOpen(() => void this.#reopen()),
      wire.onLeave(() => this.#syncing.flush()),
      this.#room.onEvent((event) => this.widgets.happened(event)),
      () => this.widgets.close(),
    );
    this.synced = text === null ? this.#syncing.synced : Promise.resolve();
    if (text === null) this.#attach(false);
  }

  cell(id: string): Cell | undefined {
    const known = this.#cells.get(id);
    if (known !== undefined) return this.#document.places.alive(id) ? known : undefined;
    const content = this.#document.cell(id);
    if (content === undefined) return undefined;
    const { type, text, source, metadata, attachments } = content;
    const cell: Cell = {
      id,
      type,
      get text() {
        return text();
      },
      source,
      metadata,
      attachments,
      ...this.#room.cell(id),
    };
    this.#cells.set(id, cell);
    return cell;
  }

  onEvent(listener: Parameters<Notebook["onEvent"]>[0]): () => void {
    return this.#room.onEvent(listener);
  }

  close(): void {
    this.#syncing.close();
    this.#people.close();
    this.#end(new HoodError("room.missing", "This notebook was closed here."));
    this.#wire.call("room.leave", { room: this.room }).catch(() => {
      // The connection is gone, and the daemon has let go of it already.
    });
  }

  // -- inside

  #attach(other: boolean): void {
    void this.policy.refresh();
    this.#syncing.attached(other);
    this.#people.attached();
    this.widgets.attached();
  }

  async #reopen(): Promise<void> {
    const received = (result: OpenResult) => this.#reopened(result);
    try {
      try {
        await this.#wire.call("room.open", { path: this.path }, { received });
      } catch (error) {
        if (!(error instanceof HoodError) || !ATTACH.has(error.code)) throw error;
        await this.#wire.call("room.attach", { room: this.room }, { received });
      }
    } catch (error) {
      // Lost again: the next connection comes back here.
      if (error instanceof HoodError && error.code !== "daemon.unreachable") this.#say(error.code, error.message);
    }
  }

  #reopened(opened: OpenResult): void {
    const other = opened.room !== this.room;
    this.room = opened.room;
    this.#blink.forget();
    this.#room.restart(opened.state);
    if (this.readOnly() === null) this.#attach(other);
  }

  #caughtUp(): void {
    for (const done of this.#waiting) done();
    this.#waiting.clear();
  }

  #ready(): Promise<void> {
    if (this.#syncing.live) return Promise.resolve();
    const connection = this.#wire.connection();
    if (connection.state === "gone") return Promise.reject(new HoodError("daemon.unreachable", connection.reason));
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(done);
        reject(new HoodError("daemon.unreachable", "The connection did not come back. The cell was not run."));
      }, limits.START_SECONDS * 1000);
      const done = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#waiting.add(done);
    });
  }

  #notified(message: Notification): void {
    if (!("room" in message.params) || message.params.room !== this.room) return;
    switch (message.method) {
      case "room.events":
        this.#blink.happened(message.params.events);
        if (message.params.events.some(({ type }) => type === "policy")) void this.policy.refresh();
        break;
      case "document.acknowledged":
        this.#syncing.acknowledged(message.params.updates);
        break;
      case "document.refused":
        this.#syncing.refused(message.params.update, message.params.message);
        break;
      case "room.closed":
        this.#end(
          new HoodError("room.missing", `This notebook was closed: ${message.params.reason}.`, "Open it again."),
        );
        break;
    }
  }

  #framed(frame: Frame): void {
    if (frame.room !== this.room) return;
    this.#syncing.framed(frame);
    this.#people.framed(frame);
    this.widgets.framed(frame);
  }

  #replaced(reason: string, lost: readonly string[]): void {
    this.#undo.reset();
    if (reason === "") return;
    const what = lost.length === 0 ? "It was written once more." : "The last edits could not be kept.";
    this.#say("document.update_refused", `${reason} ${what}`, lost[0] || null);
  }

  #say(code: string, message: string, cell: string | null = null): void {
    const notice: Noticed = { type: "notice", time: Date.now() / 1000, code, message, cell };
    this.#room.notice(notice);
  }

  #end(why: HoodError): void {
    if (this.#closed !== null) return;
    this.#closed = why;
    this.#say(why.code, why.message);
    for (const end of this.#ends.splice(0)) end();
    this.#blink.forget();
    this.#room.close();
  }
}
