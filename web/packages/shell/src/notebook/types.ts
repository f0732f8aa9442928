/// What the components of the page see of an open notebook: signals to read, operations to call. `notebook/` and
/// `wire/` implement it; no component touches the Yjs document or the socket.

import type {
  AnyEvent,
  CompleteResult,
  DependenciesEdited,
  InspectResult,
  KernelChanged,
  KernelSpecs,
  Levers,
  Noticed,
  Origin,
  PendingInput,
  PolicyView,
  Reach,
  Run,
  Sheet,
  TrashedCell,
  TrustChanged,
  Version,
} from "@fumehood/protocol";
import type { Accessor } from "solid-js";
import type { Awareness } from "y-protocols/awareness";
import type * as Y from "yjs";
import type { Widgets } from "../widgets/types.js";

export type CellType = "code" | "markdown" | "raw";
export type Values = Readonly<Record<string, unknown>>;

export interface Cell {
  readonly id: string;
  readonly type: Accessor<CellType>;
  /// Tracked as a signal is: another object after the daemon refused an update and the document was fetched anew.
  readonly text: Y.Text;
  /// The text as a string; changes with every edit.
  readonly source: Accessor<string>;
  readonly metadata: Accessor<Values>;
  /// `attachments` of nbformat: file name to MIME bundle (base64 text).
  readonly attachments: Accessor<Values>;
  /// The same object until another execution; notifies at every change of it (`equals: false`).
  readonly run: Accessor<Run | undefined>;
  /// The source differs from the one that made the outputs.
  readonly stale: Accessor<boolean>;
  /// What the cell's code asks for at this moment.
  readonly input: Accessor<PendingInput | undefined>;
}

export type Connection =
  | { readonly state: "connecting" | "open" }
  /// Tries again by itself; the kernel goes on meanwhile.
  | { readonly state: "lost"; readonly since: number; readonly reason: string }
  /// Only `hood open` helps: the gateway is gone or does not know this page.
  | { readonly state: "gone"; readonly reason: string };

export interface Merged {
  readonly time: number;
  readonly edited: readonly string[];
  readonly added: readonly string[];
  readonly deleted: readonly string[];
  readonly conflicts: readonly string[];
}

export interface Person {
  /// Awareness id.
  readonly id: number;
  /// As the daemon stamped it; hostile text.
  readonly name: string;
  readonly color: string;
  readonly cell: string | null;
}

/// A cell as it is copied and pasted.
export interface Copied {
  readonly type: CellType;
  readonly source: string;
  readonly metadata: Values;
  readonly attachments: Values;
}

/// Changes of the document. Each is one step of undo, and all keep the schema that the daemon admits.
export interface Edits {
  /// At the top without `after`. Returns the new cell's id.
  insert(after: string | null, cell?: Partial<Copied>): string;
  /// Returns the new ids, in order.
  paste(after: string | null, cells: readonly Copied[]): readonly string[];
  copy(ids: readonly string[]): readonly Copied[];
  remove(ids: readonly string[]): void;
  /// In the order that they have, behind `after` (null: to the top).
  move(ids: readonly string[], after: string | null): void;
  /// Splits at offsets (UTF-16) of the source; the first part stays in the cell. Returns the new ids.
  split(id: string, at: readonly number[]): readonly string[];
  /// Into the first of them, with an empty line between.
  merge(ids: readonly string[]): void;
  setType(ids: readonly string[], type: CellType): void;
  /// Null removes the key.
  setMetadata(id: string, key: string, value: unknown): void;
  setNotebookMetadata(key: string, value: unknown): void;
  replaceText(id: string, from: number, to: number, insert: string): void;
  /// Groups everything that `change` does into one step of undo.
  together(change: () => void): void;
  undo(): readonly string[];
  redo(): readonly string[];
  readonly canUndo: Accessor<boolean>;
  readonly canRedo: Accessor<boolean>;
}

/// Requests to the daemon. They reject with `HoodError`.
export interface Requests {
  run(ids: readonly string[], stopOnError?: boolean): Promise<void>;
  /// Cells whose run was asked for here and is not with the daemon yet.
  readonly waiting: Accessor<ReadonlySet<string>>;
  interrupt(): Promise<void>;
  /// `spec` empty: the notebook's kernel. `without` what the notebook asks to have installed: this time.
  start(spec?: string, without?: boolean): Promise<void>;
  restart(spec?: string): Promise<void>;
  shutdown(): Promise<void>;
  specs(): Promise<KernelSpecs>;
  complete(code: string, cursor: number): Promise<CompleteResult>;
  inspect(code: string, cursor: number, detail?: 0 | 1): Promise<InspectResult>;
  answer(request: string, value: string): Promise<void>;
  clear(ids: readonly string[]): Promise<void>;
  save(): Promise<void>;
  /// A save that was asked for here is on its way.
  readonly saving: Accessor<boolean>;
  saveAs(path: string, overwrite: boolean): Promise<void>;
  versions(id: string): Promise<readonly Version[]>;
  trash(): Promise<readonly TrashedCell[]>;
  restore(id: string): Promise<void>;
}

/// What outputs may reach. The daemon decides; the page shows it, and takes a person's word to the daemon.
export interface OutputPolicy {
  /// Null until the daemon has said it.
  readonly view: Accessor<PolicyView | null>;
  levers(origin: Origin): Levers | null;
  /// URL of the sealed page for outputs of this origin; empty while it is not known, or where none was built. Tracked as
  /// a signal is.
  guest(origin: Origin): string;
  /// Only after a person's own press. Rejects with `HoodError`.
  allow(kind: Reach, host: string): Promise<void>;
  revoke(kind: Reach, host: string): Promise<void>;
}

/// What the notebook wants installed. The daemon decides; the page shows it, and takes a person's word to the daemon.
/// Everything rejects with `HoodError`.
export interface Trust {
  readonly state: Accessor<TrustChanged>;
  sheet(): Promise<Sheet>;
  /// Resolves it; asks at these foreign hosts, which the person accepted by name, and at no others.
  check(hosts: readonly string[]): Promise<Sheet>;
  /// The sheet with this digest, which is before the person; `builds`: whose code may run at the installation.
  approve(digest: string, builds: readonly string[]): Promise<Sheet>;
  /// Takes up what a file beside the notebook offers, or lets go of it.
  offer(file: string, take: boolean): Promise<Sheet>;
  /// Takes the approval back; what is installed and runs goes on.
  revoke(): Promise<void>;
  edit(add: readonly string[], remove: readonly string[]): Promise<DependenciesEdited>;
}

export interface Notebook {
  readonly room: string;
  readonly path: string;
  /// `http://127.0.0.1:PORT` of the blob server that this page may ask: the one at the first connection.
  readonly blobs: Accessor<string>;
  /// URL there of the sealed page under the strictest policy that is built in; outputs have those of `policy`.
  readonly guest: Accessor<string>;
  readonly policy: OutputPolicy;
  readonly trust: Trust;
  /// The daemon came back with a blob server elsewhere, where this page's policy does not let it go.
  readonly moved: Accessor<boolean>;
  /// Blobs and sealed pages may be asked for. While the daemon is gone, any program may listen where it was.
  readonly served: Accessor<boolean>;
  readonly connection: Accessor<Connection>;
  /// Ids of the living cells, in order.
  readonly order: Accessor<readonly string[]>;
  cell(id: string): Cell | undefined;
  readonly metadata: Accessor<Values>;
  readonly kernel: Accessor<KernelChanged>;
  readonly languageInfo: Accessor<Values>;
  /// Execution ids to cell ids; the first may be running.
  readonly queue: Accessor<ReadonlyMap<string, string>>;
  readonly notices: Accessor<readonly Noticed[]>;
  /// Output from this time on may be missing.
  readonly lostSince: Accessor<number | null>;
  readonly dirty: Accessor<boolean>;
  readonly savedAt: Accessor<number | null>;
  /// The room saves only when asked: some window of it switched autosave off.
  readonly manual: Accessor<boolean>;
  /// Updates of this page that the daemon has not written down yet.
  readonly unacknowledged: Accessor<number>;
  /// The newest outside change of the file that was merged in.
  readonly merged: Accessor<Merged | null>;
  /// Why the file could not be opened as a notebook, and its text.
  readonly readOnly: Accessor<{ readonly reason: string; readonly text: string; readonly truncated: boolean } | null>;
  readonly people: Accessor<readonly Person[]>;
  readonly awareness: Awareness;
  /// Every event, as it comes (comm messages, grants). Returns how to stop.
  onEvent(listener: (event: AnyEvent) => void): () => void;
  /// For sealed frames only, and through a gate.
  readonly widgets: Widgets;
  readonly edits: Edits;
  readonly requests: Requests;
  close(): void;
}
