/// The widget manager of one frame, on Jupyter's own: it holds proxies of the models that the page lets this frame see,
/// and makes views of them. It never opens or closes a comm, and knows no kernel.

import type { GuestBuffer, GuestModel } from "@fumehood/bridge";
import * as base from "@jupyter-widgets/base";
import { ManagerBase } from "@jupyter-widgets/base-manager";
import * as controls from "@jupyter-widgets/controls";
import anywidget from "anywidget";
import { type Fetch, loaded, pathsOf } from "./buffers.js";
import { GuestComm } from "./comm.js";
import { Fronts } from "./fronts.js";
import { outputClasses, type ShowOutputs } from "./output.js";
import { Pending } from "./pending.js";
import type { WidgetPort } from "./port.js";

type Classes = Readonly<Record<string, unknown>>;

/// Modules that the kernel's widgets may name. Those of other packages come from the kernel's environment, as models.
type Modules = ReadonlyMap<string, () => Classes>;

/// A widget that takes longer than this to show a change rests as long afterwards, and is spared what is replaced
/// meanwhile: the frame has time for the person, and where frames share a thread, the page has.
const SLOW_MS = 8;
const MOST_REST_MS = 250;

interface Awaited {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
}

export interface ManagerParts {
  readonly port: WidgetPort;
  readonly fetch: Fetch;
  readonly show: ShowOutputs;
  readonly failed: (message: string) => void;
}

export class Manager extends ManagerBase {
  readonly #parts: ManagerParts;
  readonly #modules: Modules;
  readonly #fronts: Fronts;
  readonly #comms = new Map<string, GuestComm>();
  readonly #missing = new Set<string>();
  readonly #ended = new Set<string>();
  readonly #awaited = new Map<string, Awaited>();
  readonly #watchers = new Map<string, Set<() => void>>();
  /// What came for one model happens in its order, also where bytes are fetched first.
  readonly #turns = new Map<string, Promise<void>>();
  /// Changes that wait for their turn and that what comes next may be folded into.
  readonly #pending = new Map<string, Pending>();

  constructor(parts: ManagerParts) {
    super();
    this.#parts = parts;
    this.#fronts = new Fronts(parts.fetch);
    const afm = anywidget(base) as Classes;
    const output = outputClasses(parts.show);
    this.#modules = new Map<string, () => Classes>([
      ["@jupyter-widgets/base", () => base as unknown as Classes],
      ["@jupyter-widgets/controls", () => controls as unknown as Classes],
      ["@jupyter-widgets/output", () => output],
      ["anywidget", () => afm],
    ]);
    parts.port.listen({
      models: ({ models, missing }) => this.#opened(models, missing),
      changed: ({ id, state, buffers, gone }) => this.#changed(id, state, buffers, gone),
      closed: ({ ids }) => {
        for (const id of ids) this.#closed(id);
      },
      ended: ({ ids }) => {
        for (const id of ids) this.#end(id);
      },
      told: ({ id, content, buffers }) => {
        // Fetched while what is before it has its turn.
        const data = loaded(buffers, parts.fetch);
        this.#inTurn(id, async () =>
          this.#comms.get(id)?.say({ content: { data: { method: "custom", content } }, buffers: await data }),
        );
      },
      taken: ({ id }) => this.#inTurn(id, () => this.#comms.get(id)?.taken()),
    });
  }

  /// Null: nobody has this model.
  async find(id: string): Promise<base.WidgetModel | null> {
    while (!this.has_model(id)) {
      if (this.#missing.has(id)) return null;
      await this.#await(id).promise;
    }
    return super.get_model(id);
  }

  /// Its kernel has: it is to be looked at, and no more.
  ended(id: string): boolean {
    return this.#ended.has(id);
  }

  /// Called when the model comes or goes, and when its kernel ends.
  watch(id: string, listener: () => void): () => void {
    const listeners = this.#watchers.get(id) ?? new Set();
    this.#watchers.set(id, listeners);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  // -- for the widgets

  override async get_model(id: string): Promise<base.WidgetModel> {
    const model = await this.find(id);
    if (model === null) throw new Error("widget model not found");
    return model;
  }

  protected override async loadClass(name: string, module: string): Promise<typeof base.WidgetModel> {
    const given = (one: string) => this.#modules.get(one)?.();
    const found = given(module) ?? (await this.#fronts.load(module, given)) ?? undefined;
    if (found === undefined) throw new Error(`There is no widget module ${module} here.`);
    if (!Object.hasOwn(found, name)) throw new Error(`The widget module ${module} has no ${name}.`);
    return found[name] as typeof base.WidgetModel;
  }

  protected override _create_comm(): Promise<base.IClassicComm> {
    return Promise.reject(new Error("Widgets are made in the kernel."));
  }

  protected override _get_comm_info(): Promise<Record<string, never>> {
    return Promise.resolve({});
  }

  // -- from the page

  #opened(models: readonly GuestModel[], missing: readonly string[]): void {
    for (const model of models) {
      const { id, state, buffers } = model;
      this.#missing.delete(id);
      this.#ended.delete(id);
      if (this.#fronts.take(model)) continue;
      this.#fronts.named(state);
      if (this.has_model(id)) this.#changed(id, state, buffers, []);
      else this.#make(id, state, buffers);
    }
    for (const id of missing) this.#missing.add(id);
    for (const id of [...models.map((model) => model.id), ...missing]) this.#notice(id);
  }

  #make(id: string, state: Readonly<Record<string, unknown>>, buffers: readonly GuestBuffer[]): void {
    const comm = new GuestComm(id, this.#parts.port, this.#parts.failed);
    this.#comms.set(id, comm);
    const options = {
      model_id: id,
      comm,
      model_name: text(state._model_name),
      model_module: text(state._model_module),
      model_module_version: text(state._model_module_version),
    };
    const values = { ...state };
    const data = loaded(
      buffers.map((one) => one.data),
      this.#parts.fetch,
    );
    // Jupyter's `new_model` registers the model before its first turn, so that models may name each other.
    const made = Array.isArray(data)
      ? this.new_model(options, placed(values, buffers, data))
      : this.#late(
          id,
          data.then((views) => this._make_model(options, placed(values, buffers, views))),
        );
    this.#turns.set(id, made.then(steadied, nothing));
  }

  #late(id: string, model: Promise<base.WidgetModel>): Promise<base.WidgetModel> {
    this.register_model(id, model);
    return model;
  }

  #changed(
    id: string,
    state: Readonly<Record<string, unknown>>,
    buffers: readonly GuestBuffer[],
    gone: readonly string[],
  ): void {
    const pending = this.#pending.get(id);
    if (pending !== undefined) {
      pending.fold(state, buffers, gone);
      return;
    }
    const fresh = new Pending(state, buffers, gone);
    this.#inTurn(id, () => this.#take(id, fresh));
    if (this.#turns.has(id)) this.#pending.set(id, fresh);
  }

  async #take(id: string, pending: Pending): Promise<void> {
    if (this.#pending.get(id) === pending) this.#pending.delete(id);
    const data = loaded(
      pending.buffers.map((one) => one.data),
      this.#parts.fetch,
    );
    const views = Array.isArray(data) ? data : await data;
    const began = performance.now();
    const content = {
      data: { method: "update", state: pending.state, buffer_paths: pathsOf(pending.buffers) },
    };
    this.#comms.get(id)?.say({ content, buffers: views });
    const took = performance.now() - began;
    if (took > SLOW_MS) await new Promise((done) => setTimeout(done, Math.min(took, MOST_REST_MS)));
  }

  #end(id: string): void {
    this.#ended.add(id);
    this.#comms.get(id)?.end();
    this.#notice(id);
  }

  #closed(id: string): void {
    // A new kernel's widgets take its place in the notebook; here it stays until the cell is run again.
    if (this.#ended.has(id)) return;
    const comm = this.#comms.get(id);
    this.#comms.delete(id);
    this.#turns.delete(id);
    this.#pending.delete(id);
    this.#missing.add(id);
    comm?.ended();
    this.#notice(id);
  }

  #inTurn(id: string, run: () => unknown): void {
    const before = this.#turns.get(id);
    if (before === undefined) return;
    // What follows does not overtake it.
    this.#pending.delete(id);
    const turn = before.then(run).then(nothing);
    this.#turns.set(
      id,
      turn.catch((error: unknown) => this.#parts.failed(`A widget: ${String(error)}`)),
    );
  }

  #await(id: string): Awaited {
    let awaited = this.#awaited.get(id);
    if (awaited === undefined) {
      let resolve = nothing;
      const promise = new Promise<void>((done) => {
        resolve = done;
      });
      awaited = { promise, resolve };
      this.#awaited.set(id, awaited);
    }
    return awaited;
  }

  #notice(id: string): void {
    this.#awaited.get(id)?.resolve();
    this.#awaited.delete(id);
    for (const listener of [...(this.#watchers.get(id) ?? [])]) listener();
  }
}

function nothing(): void {}

/// What the person has moved meanwhile and what waits to be sent is newer than what the kernel says.
function steadied(model: base.WidgetModel): void {
  const inner = model as unknown as { _msg_buffer: object | null };
  const set = model.set_state.bind(model);
  model.set_state = (state) => {
    const moved = inner._msg_buffer ?? {};
    set(Object.fromEntries(Object.entries(state).filter(([trait]) => !Object.hasOwn(moved, trait))) as typeof state);
  };
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function placed(
  state: Record<string, unknown>,
  buffers: readonly GuestBuffer[],
  data: readonly DataView[],
): Record<string, never> {
  base.put_buffers(state as never, pathsOf(buffers), [...data]);
  return state as Record<string, never>;
}
