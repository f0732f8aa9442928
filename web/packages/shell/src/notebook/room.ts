/// The runtime state of the room as signals: the fold of `@fumehood/protocol` over the daemon's events, of which only
/// the touched cell tells anybody. Must never send anything.

import {
  type AnyEvent,
  apply,
  fromSnapshot,
  type KernelChanged,
  type Noticed,
  type PendingInput,
  type Room,
  type RoomState,
  type Run,
  type TrustChanged,
} from "@fumehood/protocol";
import { type Accessor, batch, createSignal, type Signal } from "solid-js";
import { carryOver } from "./carry.js";
import type { NotebookDocument } from "./document.js";
import { Facet } from "./facet.js";
import { Staleness } from "./staleness.js";
import type { Merged, Values } from "./types.js";

/// Notices of this page itself that are kept.
const OWN_NOTICES = 20;

interface RunFacets {
  readonly run: Facet<Run | undefined>;
  readonly input: Facet<PendingInput | undefined>;
  readonly stale: Facet<boolean>;
}

export class RoomSignals {
  readonly staleness: Staleness;
  readonly #document: NotebookDocument;
  #room: Room;
  readonly #facets = new Map<string, RunFacets>();
  readonly #listeners = new Set<(event: AnyEvent) => void>();
  readonly #kernel: Signal<KernelChanged>;
  readonly #language: Signal<Values>;
  readonly #queue: Signal<ReadonlyMap<string, string>>;
  readonly #notices: Signal<readonly Noticed[]>;
  readonly #lostSince: Signal<number | null>;
  readonly #dirty: Signal<boolean>;
  readonly #savedAt: Signal<number | null>;
  readonly #manual: Signal<boolean>;
  readonly #merged: Signal<Merged | null>;
  readonly #trust: Signal<TrustChanged>;
  #own: readonly Noticed[] = [];
  #queueTouched = false;

  constructor(document: NotebookDocument, state: RoomState) {
    this.#document = document;
    this.#room = fromSnapshot(state);
    const room = this.#room;
    this.#kernel = createSignal(room.kernel);
    this.#language = createSignal<Values>(room.languageInfo);
    this.#queue = createSignal<ReadonlyMap<string, string>>(new Map(room.queue));
    this.#notices = createSignal<readonly Noticed[]>(room.notices);
    this.#lostSince = createSignal(room.lostSince);
    this.#dirty = createSignal(room.dirty);
    this.#savedAt = createSignal(room.saved);
    this.#manual = createSignal(room.manual);
    this.#merged = createSignal<Merged | null>(null);
    this.#trust = createSignal(room.trust);
    this.staleness = new Staleness((cell) => this.#facets.get(cell)?.stale.changed());
    document.onSources((cells) => {
      for (const cell of cells) this.#facets.get(cell)?.stale.changed();
    });
  }

  get kernel(): Accessor<KernelChanged> {
    return this.#kernel[0];
  }
  get languageInfo(): Accessor<Values> {
    return this.#language[0];
  }
  get queue(): Accessor<ReadonlyMap<string, string>> {
    return this.#queue[0];
  }
  get notices(): Accessor<readonly Noticed[]> {
    return this.#notices[0];
  }
  get lostSince(): Accessor<number | null> {
    return this.#lostSince[0];
  }
  get dirty(): Accessor<boolean> {
    return this.#dirty[0];
  }
  get savedAt(): Accessor<number | null> {
    return this.#savedAt[0];
  }
  get manual(): Accessor<boolean> {
    return this.#manual[0];
  }
  get merged(): Accessor<Merged | null> {
    return this.#merged[0];
  }
  get trust(): Accessor<TrustChanged> {
    return this.#trust[0];
  }

  /// What the room says of one cell.
  cell(id: string): {
    run: Accessor<Run | undefined>;
    input: Accessor<PendingInput | undefined>;
    stale: Accessor<boolean>;
  } {
    const { run, input, stale } = this.#facetsOf(id);
    return { run: run.read, input: input.read, stale: stale.read };
  }

  knows(execution: string): boolean {
    return this.#room.owners.has(execution) || this.#room.queue.has(execution);
  }

  /// The events of one notification.
  happened(events: readonly AnyEvent[]): void {
    batch(() => {
      const touched = new Set<string>();
      for (const event of events) this.#fold(event, touched);
      for (const cell of touched) this.#cellChanged(cell);
      this.#publish();
    });
    for (const event of events) for (const listener of [...this.#listeners]) listener(event);
  }

  /// A new snapshot, after the connection was made anew. What did not change tells nobody.
  restart(state: RoomState): void {
    const next = fromSnapshot(state);
    const touched = carryOver(this.#room, next);
    this.#room = next;
    this.#queueTouched = true;
    batch(() => {
      for (const cell of touched) this.#cellChanged(cell);
      for (const { input } of this.#facets.values()) input.changed();
      this.#publish();
    });
  }

  onEvent(listener: (event: AnyEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /// Something that this page itself has to say.
  notice(notice: Noticed): void {
    this.#own = [...this.#own.slice(1 - OWN_NOTICES), notice];
    this.#publish();
  }

  close(): void {
    this.staleness.close();
    this.#listeners.clear();
  }

  // -- inside

  #fold(event: AnyEvent, touched: Set<string>): void {
    if (event.type === "finished" || event.type === "queued") this.#queueTouched = true;
    if (event.type === "file_merged") {
      const { time, edited = [], added = [], deleted = [], conflicts = [] } = event;
      this.#merged[1]({ time, edited, added, deleted, conflicts });
    }
    if (event.type === "runtime_lost") for (const cell of this.#asking()) touched.add(cell);
    const cell = apply(this.#room, event);
    if (cell !== null) touched.add(cell);
  }

  #asking(): string[] {
    return [...this.#room.inputs.values()].flatMap(({ execution }) => this.#room.owners.get(execution) ?? []);
  }

  #cellChanged(cell: string): void {
    const facets = this.#facets.get(cell);
    if (facets === undefined) return;
    facets.run.changed();
    facets.input.changed();
    facets.stale.changed();
  }

  #publish(): void {
    const room = this.#room;
    batch(() => {
      this.#kernel[1](room.kernel);
      this.#language[1](room.languageInfo);
      if (this.#queueTouched) this.#queue[1](new Map(room.queue));
      this.#queueTouched = false;
      this.#lostSince[1](room.lostSince);
      this.#dirty[1](room.dirty);
      this.#savedAt[1](room.saved);
      this.#manual[1](room.manual);
      this.#trust[1](room.trust);
      this.#publishNotices();
    });
  }

  #shown: { theirs: readonly Noticed[]; own: readonly Noticed[] } = { theirs: [], own: [] };

  #publishNotices(): void {
    const theirs = this.#room.notices;
    const own = this.#own;
    if (this.#shown.theirs === theirs && this.#shown.own === own) return;
    this.#shown = { theirs, own };
    this.#notices[1](own.length === 0 ? theirs : [...theirs, ...own].sort((one, other) => one.time - other.time));
  }

  #facetsOf(id: string): RunFacets {
    let facets = this.#facets.get(id);
    if (facets === undefined) {
      facets = {
        run: new Facet(id, this.#runOf),
        input: new Facet(id, this.#inputOf),
        stale: new Facet(id, this.#isStale, Object.is),
      };
      this.#facets.set(id, facets);
    }
    return facets;
  }

  readonly #runOf = (id: string) => this.#room.cells.get(id);

  readonly #inputOf = (id: string): PendingInput | undefined => {
    const execution = this.#room.cells.get(id)?.execution;
    if (execution === undefined || execution === "") return undefined;
    for (const input of this.#room.inputs.values()) if (input.execution === execution) return input;
    return undefined;
  };

  readonly #isStale = (id: string): boolean => {
    const content = this.#document.cell(id);
    const hash = this.#room.cells.get(id)?.sourceHash ?? "";
    return content === undefined || hash === "" ? false : this.staleness.stale(id, content.source(), hash);
  };
}
