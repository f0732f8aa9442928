/// What the page asks of the daemon for one room. Edits travel first, so that the daemon does it to what the person
/// sees.

import {
  type CellRef,
  type CompleteResult,
  HoodError,
  type InspectResult,
  type KernelSpecs,
  type Methods,
  newExecutionId,
  sourceHash,
  type TrashedCell,
  type Version,
} from "@fumehood/protocol";
import { type Accessor, createSignal } from "solid-js";
import type { Wire } from "../wire/wire.js";
import type { NotebookDocument } from "./document.js";
import { snap, toPoints, toUnits } from "./text.js";
import type { Requests } from "./types.js";

/// So many connections may be lost under one run.
const RUN_TRIES = 5;
/// What a kernel needs may be installed before it starts; the room's events say how far that is.
const KERNEL_MS = 30 * 60_000;

export interface RequestParts {
  readonly wire: Wire;
  readonly document: NotebookDocument;
  room(): string;
  /// Sends the edits that wait.
  flush(): void;
  /// These sources are on their way to be run.
  ran(cell: string, source: string, hash: string): void;
  /// Whether the daemon has this execution.
  knows(execution: string): boolean;
  /// Resolves when the room is open on the connection that there is, and all edits are on their way: at once, mostly.
  /// Rejects when that takes too long.
  ready(): Promise<void>;
  /// Throws where the file is no notebook.
  check(): void;
}

export class RoomRequests implements Requests {
  readonly saving: Accessor<boolean>;
  readonly waiting: Accessor<ReadonlySet<string>>;
  readonly #parts: RequestParts;
  readonly #asked: (change: (refs: readonly CellRef[]) => readonly CellRef[]) => void;
  readonly #saves: (change: (count: number) => number) => void;
  /// Runs are asked for in the order in which the person did.
  #turn: Promise<void> = Promise.resolve();

  constructor(parts: RequestParts) {
    this.#parts = parts;
    const [saves, setSaves] = createSignal(0);
    this.saving = () => saves() > 0;
    this.#saves = setSaves;
    const [asked, setAsked] = createSignal<readonly CellRef[]>([]);
    this.waiting = () => new Set(asked().map(({ cell }) => cell));
    this.#asked = setAsked;
  }

  async run(ids: readonly string[], stopOnError = true): Promise<void> {
    this.#parts.check();
    const cells = ids.flatMap((id) => {
      const cell = this.#parts.document.cell(id);
      const source = cell?.source() ?? "";
      // An empty cell has nothing to run, as in Jupyter.
      return cell?.type() === "code" && source.trim() !== "" ? [{ id, source }] : [];
    });
    if (cells.length === 0) return;
    this.#parts.flush();
    const before = this.#turn;
    const refs = Promise.all(
      cells.map(async ({ id, source }): Promise<CellRef> => {
        const hash = await sourceHash(source);
        this.#parts.ran(id, source, hash);
        return { cell: id, source_hash: hash, execution: newExecutionId() };
      }),
    );
    const asked = before.then(async () => {
      const made = await refs;
      this.#asked((old) => [...old, ...made]);
      try {
        await this.#execute(made, stopOnError);
      } finally {
        this.#asked((old) => old.filter((ref) => !made.includes(ref)));
      }
    });
    // Sending keeps the order; the answers may take as long as a kernel takes to start.
    this.#turn = before.then(async () => {
      await refs;
    });
    return asked;
  }

  /// What is asked for while the connection is away waits for it. An execution id is taken once, so that asking again
  /// is harmless where the connection was lost on the way.
  async #execute(refs: readonly CellRef[], stopOnError: boolean): Promise<void> {
    for (let tries = 1; ; tries++) {
      await this.#parts.ready();
      const cells = refs.filter(({ execution }) => !this.#parts.knows(execution));
      if (cells.length === 0) return;
      try {
        await this.#call("cell.execute", { cells, stop_on_error: stopOnError }, KERNEL_MS);
        return;
      } catch (error) {
        if (tries === RUN_TRIES || !(error instanceof HoodError) || error.code !== "daemon.unreachable") throw error;
      }
    }
  }

  async interrupt(): Promise<void> {
    await this.#call("kernel.interrupt", {});
  }

  async start(spec = "", without = false): Promise<void> {
    await this.#call("kernel.start", { spec, without }, KERNEL_MS);
  }

  async restart(spec = ""): Promise<void> {
    await this.#call("kernel.restart", { spec }, KERNEL_MS);
  }

  async shutdown(): Promise<void> {
    await this.#call("kernel.shutdown", {});
  }

  specs(): Promise<KernelSpecs> {
    return this.#parts.wire.call("kernel.specs", {});
  }

  async complete(code: string, cursor: number): Promise<CompleteResult> {
    const at = toPoints(code, snap(code, cursor));
    const found = await this.#call("kernel.complete", { code, cursor: at });
    return { ...found, start: toUnits(code, found.start), end: toUnits(code, found.end) };
  }

  inspect(code: string, cursor: number, detail: 0 | 1 = 0): Promise<InspectResult> {
    return this.#call("kernel.inspect", { code, cursor: toPoints(code, snap(code, cursor)), detail });
  }

  async answer(request: string, value: string): Promise<void> {
    await this.#call("kernel.input", { request, value });
  }

  async clear(ids: readonly string[]): Promise<void> {
    this.#parts.flush();
    if (ids.length > 0) await this.#call("cell.clear", { cells: ids });
  }

  async save(): Promise<void> {
    await this.#save({});
  }

  async saveAs(path: string, overwrite: boolean): Promise<void> {
    await this.#save({ path, overwrite });
  }

  async #save(where: Omit<Methods["room.save"]["params"], "room">): Promise<void> {
    this.#parts.flush();
    this.#saves((count) => count + 1);
    try {
      await this.#call("room.save", where);
    } finally {
      this.#saves((count) => count - 1);
    }
  }

  async versions(id: string): Promise<readonly Version[]> {
    return (await this.#call("cell.versions", { cell: id })).versions;
  }

  async trash(): Promise<readonly TrashedCell[]> {
    this.#parts.flush();
    return (await this.#call("room.trash", {})).cells;
  }

  async restore(id: string): Promise<void> {
    this.#parts.flush();
    await this.#call("cell.restore", { cell: id });
  }

  #call<M extends RoomMethod>(
    method: M,
    params: Omit<Methods[M]["params"], "room">,
    timeout?: number,
  ): Promise<Methods[M]["result"]> {
    const whole = { ...params, room: this.#parts.room() } as unknown as Methods[M]["params"];
    return this.#parts.wire.call(method, whole, timeout === undefined ? {} : { timeout });
  }
}

/// Methods of one room.
type RoomMethod = {
  [M in keyof Methods]: Methods[M]["params"] extends { readonly room: string } ? M : never;
}[keyof Methods];
