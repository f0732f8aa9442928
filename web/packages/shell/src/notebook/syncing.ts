/// Keeps the document and the daemon's in step, over connections that come and go.
///
/// A burst of typing is few frames. After a loss, the daemon's state vector says what it lacks, and that is sent as one
/// frame. When the daemon refuses an update, this copy is no copy any more (all later edits build on the refused one):
/// the document is fetched anew, and what was edited meanwhile is written into it once more, where that is possible.

import { Document, type Frame, Kind } from "@fumehood/protocol";
import { type Accessor, createSignal } from "solid-js";
import * as Y from "yjs";
import type { NotebookDocument } from "./document.js";
import { Outbox } from "./outbox.js";
import { rewrite, salvage } from "./salvage.js";

/// Edits of this time travel together.
const GATHER_MS = 20;
const NO_STATE = new Uint8Array([0]);

export interface SyncingParts {
  send(kind: Frame["kind"], payload: Uint8Array): void;
  /// It is `live` now.
  caughtUp(): void;
  /// The document is another one now; `lost`: whose last edits could not be kept, by ids (`NOTEBOOK`: its metadata).
  replaced(reason: string, lost: readonly string[]): void;
}

/// `away`: not attached. `asked`: attached, and the daemon's state is on its way. `live`: edits are sent as they come.
/// `refetch`: a refused update is being recovered from.
type Phase = "away" | "asked" | "live" | "refetch";

export class Syncing {
  readonly unacknowledged: Accessor<number>;
  /// Done when the document is here for the first time.
  readonly synced: Promise<void>;
  readonly #setUnacknowledged: (count: number) => void;
  readonly #document: NotebookDocument;
  readonly #parts: SyncingParts;
  readonly #outbox = new Outbox();
  readonly #unlisten: () => void;
  #settle: () => void = () => {};
  #phase: Phase = "away";
  #gathered: Uint8Array[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  /// Cells with edits that are not acknowledged.
  #touched = new Set<string>();
  /// Why the document is fetched anew.
  #reason = "";
  /// Edits were written once more after a refusal, and are not acknowledged yet.
  #again = false;

  constructor(document: NotebookDocument, parts: SyncingParts) {
    this.#document = document;
    this.#parts = parts;
    const [unacknowledged, setUnacknowledged] = createSignal(0);
    this.unacknowledged = unacknowledged;
    this.#setUnacknowledged = (count) => setUnacknowledged(count);
    this.synced = new Promise((resolve) => {
      this.#settle = resolve;
    });
    this.#unlisten = document.onLocal((update, touched) => this.#edited(update, touched));
  }

  /// The daemon was sent all edits on this connection, and is sent those that come.
  get live(): boolean {
    return this.#phase === "live";
  }

  /// The room is open on a (new) connection. `other`: it is another room now, whose document has nothing to do with
  /// ours.
  attached(other = false): void {
    this.#outbox.lost();
    if (other && this.#outbox.waiting > 0) this.#refetch("The notebook was opened anew.");
    else if (other) this.#refetch("");
    else if (this.#phase === "refetch") this.#parts.send(Kind.STEP1, NO_STATE);
    else {
      this.#phase = "asked";
      this.#parts.send(Kind.STEP1, Y.encodeStateVector(this.#document.doc));
    }
    this.#tell();
  }

  lost(): void {
    if (this.#phase !== "refetch") this.#phase = "away";
    this.flush();
  }

  framed(frame: Frame): void {
    if (frame.document !== Document.NOTEBOOK) return;
    if (frame.kind === Kind.STEP2) this.#state(frame.payload);
    else if (frame.kind === Kind.UPDATE) this.#document.apply(frame.payload);
    else if (frame.kind === Kind.STEP1 && this.#phase === "asked") this.#catchUp(frame.payload);
  }

  acknowledged(count: number): void {
    this.#outbox.acknowledged(count);
    if (this.#outbox.waiting === 0 && this.#gathered.length === 0) {
      this.#touched.clear();
      this.#again = false;
    }
    this.#tell();
  }

  refused(number: number, message: string): void {
    if (this.#phase === "live" && this.#outbox.refused(number)) this.#refetch(message);
  }

  /// Sends what was edited up to now.
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#gathered.length === 0) return;
    const [only, ...others] = this.#gathered;
    if (only === undefined) return;
    const update = others.length === 0 ? only : Y.mergeUpdates(this.#gathered);
    this.#gathered = [];
    if (this.#phase === "live") this.#send(update);
    else this.#outbox.hold();
    this.#tell();
  }

  close(): void {
    this.flush();
    this.#unlisten();
  }

  // -- inside

  #edited(update: Uint8Array, touched: ReadonlySet<string>): void {
    for (const id of touched) this.#touched.add(id);
    this.#gathered.push(update);
    this.#timer ??= setTimeout(() => this.flush(), GATHER_MS);
    this.#tell();
  }

  #send(update: Uint8Array): void {
    this.#outbox.sent();
    this.#parts.send(Kind.UPDATE, update);
  }

  /// What the daemon's document has that ours lacks.
  #state(update: Uint8Array): void {
    if (this.#phase === "refetch") this.#replace(update);
    else this.#document.apply(update);
    this.#settle();
  }

  /// The daemon has said what it has: it gets what it lacks.
  #catchUp(theirs: Uint8Array): void {
    this.flush();
    this.#phase = "live";
    if (this.#outbox.waiting > 0) this.#send(Y.encodeStateAsUpdate(this.#document.doc, theirs));
    this.#tell();
    this.#parts.caughtUp();
  }

  #refetch(reason: string): void {
    this.#phase = "refetch";
    this.#reason = reason;
    this.#parts.send(Kind.STEP1, NO_STATE);
  }

  #replace(state: Uint8Array): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#gathered = [];
    const touched = this.#touched;
    this.#touched = new Set();
    this.#outbox.giveUp();
    // What was refused twice is not tried a third time.
    const kept = this.#again ? null : salvage(this.#document, touched);
    const lost = this.#again ? [...touched] : [];
    this.#again = kept !== null && touched.size > 0;
    this.#document.replace(state);
    this.#phase = "live";
    this.#parts.replaced(this.#reason, lost);
    if (kept !== null) rewrite(this.#document, kept);
    this.flush();
    this.#tell();
    this.#parts.caughtUp();
  }

  #tell(): void {
    this.#setUnacknowledged(this.#outbox.waiting + (this.#gathered.length > 0 ? 1 : 0));
  }
}
