/// The runtime state of a room as a fold over its events: the twin of `fumehood.protocol.state`, held to it by golden
/// vectors. Events of unknown executions are ignored. The cost of an event does not grow with the number of cells.

import type {
  AnyEvent,
  CellRun,
  KernelChanged,
  Noticed,
  Origin,
  Output,
  PendingInput,
  RoomState,
  StreamOutput,
  TrustChanged,
} from "./generated/messages.js";

/// The latest execution of one cell, or what its file had.
export interface Run {
  execution: string;
  sourceHash: string;
  /// `""` (from the file), `queued`, `running`, or how it finished.
  status: string;
  by: string;
  queued: number | null;
  started: number | null;
  finished: number | null;
  count: number | null;
  outputs: Output[];
  /// The outputs of the run before, shown until this one starts.
  previous: Output[];
  /// Where `outputs` come from.
  origin: Origin;
  previousOrigin: Origin;
}

export interface Room {
  kernel: KernelChanged;
  languageInfo: Record<string, unknown>;
  /// By cell id; only cells that ran or have outputs.
  readonly cells: Map<string, Run>;
  /// Execution id to cell id, in order; the first may be running.
  readonly queue: Map<string, string>;
  /// Execution id to cell id, of the executions that `cells` shows.
  readonly owners: Map<string, string>;
  readonly inputs: Map<string, PendingInput>;
  /// The newest last.
  notices: readonly Noticed[];
  /// Output from this time on may be missing, because the runtime died.
  lostSince: number | null;
  dirty: boolean;
  /// The file is written only when somebody saves.
  manual: boolean;
  saved: number | null;
  digest: string;
  /// What it asks to have installed, and what a person said to that.
  trust: TrustChanged;
}

const NOTICES = 50;
/// What nobody says otherwise about.
const FOREIGN: Origin = "stranger";
const NO_KERNEL: KernelChanged = { type: "kernel", status: "none" };
const NOTHING_ASKED: TrustChanged = { type: "trust", status: "nothing" };

function newRun(values: Partial<Run>): Run {
  return {
    execution: "",
    sourceHash: "",
    status: "",
    by: "",
    queued: null,
    started: null,
    finished: null,
    count: null,
    outputs: [],
    previous: [],
    origin: FOREIGN,
    previousOrigin: FOREIGN,
    ...values,
  };
}

export function fromSnapshot(state: RoomState): Room {
  const cells = Object.entries(state.cells ?? {}).map(([id, run]): [string, Run] => [
    id,
    newRun({
      execution: run.execution ?? "",
      sourceHash: run.source_hash ?? "",
      status: run.status ?? "",
      by: run.by ?? "",
      queued: run.queued ?? null,
      started: run.started ?? null,
      finished: run.finished ?? null,
      count: run.count ?? null,
      outputs: [...(run.outputs ?? [])],
      previous: [...(run.previous ?? [])],
      origin: run.origin ?? FOREIGN,
      previousOrigin: run.previous_origin ?? FOREIGN,
    }),
  ]);
  return {
    kernel: state.kernel ?? NO_KERNEL,
    languageInfo: state.language_info ?? {},
    cells: new Map(cells),
    queue: new Map(Object.entries(state.queue ?? {})),
    owners: new Map(Object.entries(state.owners ?? {})),
    inputs: new Map(Object.entries(state.inputs ?? {})),
    notices: state.notices ?? [],
    lostSince: state.lost_since ?? null,
    dirty: state.dirty ?? false,
    manual: state.manual ?? false,
    saved: state.saved ?? null,
    digest: state.digest ?? "",
    trust: state.trust ?? NOTHING_ASKED,
  };
}

/// The state as it would travel: without what has its default.
export function toSnapshot(room: Room): RoomState {
  const cells = [...room.cells].map(([id, run]): [string, CellRun] => {
    const { sourceHash, origin, previousOrigin, ...rest } = run;
    const origins = {
      ...(origin === FOREIGN ? {} : { origin }),
      ...(previousOrigin === FOREIGN ? {} : { previous_origin: previousOrigin }),
    };
    return [id, withoutDefaults({ ...rest, ...origins, source_hash: sourceHash })];
  });
  const { lostSince, languageInfo, kernel, trust, ...rest } = room;
  return withoutDefaults({
    ...rest,
    ...(kernel === NO_KERNEL ? {} : { kernel: withoutDefaults(kernel) }),
    ...(trust === NOTHING_ASKED ? {} : { trust: withoutDefaults(trust) }),
    language_info: languageInfo,
    cells: Object.fromEntries(cells),
    queue: Object.fromEntries(room.queue),
    owners: Object.fromEntries(room.owners),
    inputs: Object.fromEntries(room.inputs),
    notices: [...room.notices],
    lost_since: lostSince,
  });
}

function withoutDefaults<T extends object>(value: T): T {
  const kept = Object.entries(value).filter(
    ([, v]) =>
      !(v === null || v === "" || v === false || (typeof v === "object" && Object.keys(v as object).length === 0)),
  );
  return Object.fromEntries(kept) as T;
}

export function runOf(room: Room, execution: string): Run | undefined {
  const cell = room.owners.get(execution);
  return cell === undefined ? undefined : room.cells.get(cell);
}

/// Takes the event into `room`, in place. Returns the cell that it changed, or null where it concerns the room.
export function apply(room: Room, event: AnyEvent): string | null {
  switch (event.type) {
    case "kernel":
      changeKernel(room, event);
      return null;
    case "queued":
      return queue(room, event);
    case "finished":
      return finish(room, event);
    case "outputs_loaded":
      forget(room, event.cell);
      room.cells.set(
        event.cell,
        newRun({ count: event.count ?? null, outputs: [...event.outputs], origin: event.origin ?? FOREIGN }),
      );
      return event.cell;
    case "cell_outputs_cleared":
      return clearCell(room, event.cell);
    case "input":
      room.inputs.set(event.request, {
        execution: event.execution,
        request: event.request,
        prompt: event.prompt,
        password: event.password,
      });
      return room.owners.get(event.execution) ?? null;
    case "input_closed":
      room.inputs.delete(event.request);
      return room.owners.get(event.execution) ?? null;
    case "runtime_lost":
      room.lostSince = event.since;
      room.inputs.clear();
      return null;
    case "saved":
      room.saved = event.time;
      room.digest = event.digest;
      return null;
    case "notice":
      room.notices = [...room.notices.slice(1 - NOTICES), event];
      return event.cell ?? null;
    case "dirty":
      room.dirty = event.dirty;
      return null;
    case "saving":
      room.manual = event.manual;
      return null;
    case "trust":
      room.trust = event;
      return null;
    case "started":
    case "counted":
    case "output":
    case "output_replaced":
    case "stream":
    case "stream_sealed":
    case "output_dropped":
    case "outputs_cleared":
      return changeRun(room, event);
    case "next_input":
    case "file_merged":
    case "comm_open":
    case "comm_msg":
    case "comm_close":
    case "grant_asked":
    case "grant_settled":
    case "policy":
      // Said to whoever listens; nothing of it stays in the state.
      return null;
    default:
      return unknown(event);
  }
}

/// A newer daemon's event: the compiler sees to it that there is no other way to get here.
function unknown(_event: never): null {
  return null;
}

type RunEvent = Extract<
  AnyEvent,
  {
    type:
      | "started"
      | "counted"
      | "output"
      | "output_replaced"
      | "stream"
      | "stream_sealed"
      | "output_dropped"
      | "outputs_cleared";
  }
>;

function changeRun(room: Room, event: RunEvent): string | null {
  const cell = room.owners.get(event.execution);
  const run = cell === undefined ? undefined : room.cells.get(cell);
  if (cell === undefined || run === undefined) return null;
  switch (event.type) {
    case "started":
      run.status = "running";
      run.started = event.time;
      run.count = null;
      run.previous = [];
      run.previousOrigin = FOREIGN;
      break;
    case "counted":
      run.count = event.count;
      break;
    case "output":
      if (event.index === run.outputs.length) run.outputs.push(event.output);
      break;
    case "output_replaced":
      if (event.index < run.outputs.length) run.outputs[event.index] = event.output;
      break;
    case "stream":
      changeStream(run, event.index, (output) => {
        const text = output.text ?? "";
        return { ...output, text: text.slice(0, offset(text, event.at)) + event.text };
      });
      break;
    case "stream_sealed":
      changeStream(run, event.index, (output) => {
        const text = output.text ?? "";
        return { ...output, parts: [...(output.parts ?? []), event.part], text: text.slice(offset(text, event.chars)) };
      });
      break;
    case "output_dropped":
      drop(run, event.dropped);
      break;
    case "outputs_cleared":
      run.outputs = [];
      break;
  }
  return cell;
}

function changeKernel(room: Room, event: KernelChanged): void {
  if (event.language_info && Object.keys(event.language_info).length > 0) room.languageInfo = event.language_info;
  const { language_info: _, ...kernel } = event;
  if (event.status === "idle" || event.status === "busy" || event.status === "unresponsive") {
    // A change of status alone says nothing about the spec: what is known stays.
    const old = room.kernel;
    room.kernel = {
      ...kernel,
      spec: event.spec || old.spec || "",
      display_name: event.display_name || old.display_name || "",
      language: event.language || old.language || "",
      pid: event.pid ?? old.pid ?? null,
    };
  } else room.kernel = kernel;
}

function queue(room: Room, event: Extract<AnyEvent, { type: "queued" }>): string {
  const old = room.cells.get(event.cell);
  forget(room, event.cell);
  const [previous, previousOrigin]: [Output[], Origin] =
    old === undefined
      ? [[], FOREIGN]
      : old.outputs.length > 0
        ? [old.outputs, old.origin]
        : [old.previous, old.previousOrigin];
  room.cells.set(
    event.cell,
    newRun({
      execution: event.execution,
      sourceHash: event.source_hash,
      status: "queued",
      by: event.by,
      queued: event.time,
      count: old?.count ?? null,
      previous,
      origin: event.origin ?? "own",
      previousOrigin,
    }),
  );
  room.owners.set(event.execution, event.cell);
  room.queue.set(event.execution, event.cell);
  return event.cell;
}

function finish(room: Room, event: Extract<AnyEvent, { type: "finished" }>): string | null {
  room.queue.delete(event.execution);
  for (const [request, pending] of room.inputs) if (pending.execution === event.execution) room.inputs.delete(request);
  const run = runOf(room, event.execution);
  if (run === undefined) return null;
  if (run.status === "queued") {
    // It never started: what the cell showed before stays.
    run.outputs = run.previous;
    run.previous = [];
    run.origin = run.previousOrigin;
    run.previousOrigin = FOREIGN;
  }
  run.status = event.status;
  run.finished = event.time;
  if (event.count != null) run.count = event.count;
  return room.owners.get(event.execution) ?? null;
}

function clearCell(room: Room, cell: string): string {
  const run = room.cells.get(cell);
  if (run !== undefined) {
    if (run.status === "queued" || run.status === "running") {
      run.outputs = [];
      run.previous = [];
    } else {
      forget(room, cell);
      room.cells.delete(cell);
    }
  }
  return cell;
}

function forget(room: Room, cell: string): void {
  const run = room.cells.get(cell);
  if (run !== undefined) room.owners.delete(run.execution);
}

function changeStream(run: Run, index: number, change: (output: StreamOutput) => StreamOutput): void {
  const output = run.outputs[index];
  if (output?.type === "stream") run.outputs[index] = change(output);
}

function drop(run: Run, dropped: number): void {
  const last = run.outputs.findLastIndex((output) => output.type === "stream");
  if (last >= 0) changeStream(run, last, (output) => ({ ...output, dropped }));
  else run.outputs.push({ type: "stream", name: "stderr", dropped });
}

/// UTF-16 offset of the code point number `points`; the end of the text where it has fewer.
function offset(text: string, points: number): number {
  let at = 0;
  for (let seen = 0; seen < points && at < text.length; seen++) {
    const unit = text.charCodeAt(at);
    const pair = unit >= 0xd800 && unit < 0xdc00 && at + 1 < text.length;
    at += pair ? 2 : 1;
  }
  return at;
}
