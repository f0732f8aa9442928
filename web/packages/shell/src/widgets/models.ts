/// The widgets of the room as this page follows them: a Yjs document that the daemon alone writes. Reads only; what it
/// holds is a kernel's or a file's word, so nothing in it is believed.
///
/// On each connection the document is fetched whole: a daemon that was started anew has made another one of the same
/// widgets, and two such documents do not merge. So does a daemon whose document has become more past than present.

import { type GuestBuffer, tameJson } from "@fumehood/bridge";
import { Document, type Frame, Kind } from "@fumehood/protocol";
import * as Y from "yjs";
import { references } from "./references.js";

const ROOM = { depth: 60, nodes: 500_000, keys: 100_000 };
const TARGET = "jupyter.widget";
const CONTROLS = "@jupyter-widgets/controls";
/// As the bridge's `blob` has it.
const HASH = /^[0-9a-f]{64}$/;
/// The state vector of who has nothing.
const NO_STATE = new Uint8Array([0]);

/// What is different now; empty when only the first state came.
export interface Change {
  /// Traits by model, for models that were there before.
  readonly changed: ReadonlyMap<string, ReadonlySet<string>>;
  readonly removed: ReadonlySet<string>;
  /// Models whose kernel has ended.
  readonly ended: ReadonlySet<string>;
  /// Models came or went, or name others than before.
  readonly graph: boolean;
}

/// A link between traits, which runs where its source is shown.
export interface Link {
  readonly source: string;
  readonly target: string;
  /// It runs both ways.
  readonly both: boolean;
}

export class Models {
  #doc = new Y.Doc();
  #unobserve = () => {};
  /// Asked for, and not here yet.
  #awaited = false;
  #synced = false;
  readonly #listeners = new Set<(change: Change) => void>();
  readonly #links = new Map<string, Link>();
  /// Model to trait to the models that it names.
  readonly #named = new Map<string, Map<string, ReadonlySet<string>>>();

  constructor() {
    this.#observe();
  }

  /// What the daemon has was here once.
  get synced(): boolean {
    return this.#synced;
  }

  get links(): ReadonlyMap<string, Link> {
    return this.#links;
  }

  /// The message that asks for the document. What comes before the answer is in the answer.
  ask(): Uint8Array {
    this.#awaited = true;
    return NO_STATE;
  }

  framed(frame: Frame): void {
    if (frame.document !== Document.WIDGETS) return;
    // Also unasked: the daemon has made its document anew.
    if (frame.kind === Kind.STEP2) this.#replace(frame.payload);
    else if (frame.kind === Kind.UPDATE && !this.#awaited) Y.applyUpdate(this.#doc, frame.payload);
  }

  onChange(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  has(id: string): boolean {
    return this.#widget(id) !== undefined;
  }

  /// Its kernel has: nobody hears it.
  ended(id: string): boolean {
    return this.#widget(id)?.get("ended") === true;
  }

  traits(id: string): readonly string[] {
    const model = this.#widget(id);
    return model === undefined ? [] : [...new Set([...keysOf(model, "state"), ...keysOf(model, "buffers")])];
  }

  /// As the bridge takes it; undefined where the trait has no value, or one that is too large for any frame.
  value(id: string, trait: string): unknown {
    const state = this.#widget(id)?.get("state");
    return state instanceof Y.Map && state.has(trait) ? tameJson(state.get(trait), ROOM) : undefined;
  }

  buffers(id: string, trait: string): readonly GuestBuffer[] {
    const held = this.#widget(id)?.get("buffers");
    const found: unknown = held instanceof Y.Map ? held.get(trait) : undefined;
    return Array.isArray(found) ? found.flatMap((one) => placed(one) ?? []) : [];
  }

  /// The models that this one names.
  *references(id: string): Iterable<string> {
    for (const named of this.#named.get(id)?.values() ?? []) yield* named;
  }

  close(): void {
    this.#unobserve();
    this.#listeners.clear();
  }

  // -- inside

  #root(): Y.Map<unknown> {
    return this.#doc.getMap("models");
  }

  #widget(id: string): Y.Map<unknown> | undefined {
    const model = this.#root().get(id);
    return model instanceof Y.Map && model.get("target") === TARGET ? model : undefined;
  }

  #observe(): void {
    const root = this.#root();
    const listener = (events: readonly Y.YEvent<Y.AbstractType<unknown>>[]) => this.#observed(events);
    root.observeDeep(listener);
    this.#unobserve = () => root.unobserveDeep(listener);
  }

  #replace(state: Uint8Array): void {
    this.#awaited = false;
    this.#synced = true;
    const before = this.#root();
    this.#unobserve();
    this.#doc = new Y.Doc();
    Y.applyUpdate(this.#doc, state);
    this.#observe();
    const now = this.#root();
    const changed = new Map<string, ReadonlySet<string>>();
    const ended = new Set<string>();
    this.#links.clear();
    this.#named.clear();
    for (const id of now.keys()) {
      this.#index(id, this.traits(id));
      const old = before.get(id);
      const model = now.get(id);
      if (old instanceof Y.Map && model instanceof Y.Map) {
        const traits = differing(old, model);
        if (traits.size > 0) changed.set(id, traits);
        if (model.get("ended") === true && old.get("ended") !== true) ended.add(id);
      }
    }
    const removed = new Set([...before.keys()].filter((id) => !now.has(id)));
    this.#tell({ changed, removed, ended, graph: true });
  }

  #observed(events: readonly Y.YEvent<Y.AbstractType<unknown>>[]): void {
    const changed = new Map<string, Set<string>>();
    const removed = new Set<string>();
    const ended = new Set<string>();
    let graph = false;
    for (const event of events) {
      const [id, part] = event.path;
      if (id === undefined) {
        graph = true;
        for (const [key, { action }] of event.changes.keys) {
          this.#forget(key);
          if (action === "delete") removed.add(key);
          else this.#index(key, this.traits(key));
        }
      } else if (part === undefined) {
        if (this.ended(String(id))) ended.add(String(id));
      } else if (part === "state" || part === "buffers") {
        const traits = changed.get(String(id)) ?? new Set();
        changed.set(String(id), traits);
        for (const key of event.changes.keys.keys()) traits.add(key);
      }
    }
    for (const [id, traits] of changed) graph = this.#index(id, traits) || graph;
    this.#tell({ changed, removed, ended, graph });
  }

  #forget(id: string): void {
    this.#links.delete(id);
    this.#named.delete(id);
  }

  /// Whether the model names others than before.
  #index(id: string, traits: Iterable<string>): boolean {
    const state = this.#widget(id)?.get("state");
    if (!(state instanceof Y.Map)) return false;
    const known = this.#named.get(id) ?? new Map<string, ReadonlySet<string>>();
    this.#named.set(id, known);
    let other = false;
    for (const trait of traits) {
      const now = references(state.get(trait));
      const old = known.get(trait);
      if (now.size === 0 && old === undefined) continue;
      if (old !== undefined && old.size === now.size && [...now].every((one) => old.has(one))) continue;
      other = true;
      if (now.size === 0) known.delete(trait);
      else known.set(trait, now);
    }
    if (other) this.#link(id, state);
    return other;
  }

  #link(id: string, state: Y.Map<unknown>): void {
    this.#links.delete(id);
    const name = state.get("_model_name");
    if (state.get("_model_module") !== CONTROLS || (name !== "LinkModel" && name !== "DirectionalLinkModel")) return;
    const [source] = references(state.get("source"));
    const [target] = references(state.get("target"));
    if (source !== undefined && target !== undefined)
      this.#links.set(id, { source, target, both: name === "LinkModel" });
  }

  #tell(change: Change): void {
    for (const listener of [...this.#listeners]) listener(change);
  }
}

function keysOf(model: Y.Map<unknown>, part: "state" | "buffers"): string[] {
  const map = model.get(part);
  return map instanceof Y.Map ? [...map.keys()] : [];
}

/// The traits that are not the same in both.
function differing(old: Y.Map<unknown>, now: Y.Map<unknown>): Set<string> {
  const found = new Set<string>();
  for (const part of ["state", "buffers"] as const) {
    const [a, b] = [old.get(part), now.get(part)];
    if (!(a instanceof Y.Map) || !(b instanceof Y.Map)) continue;
    for (const key of new Set([...a.keys(), ...b.keys()])) if (!same(a.get(key), b.get(key))) found.add(key);
  }
  return found;
}

/// Of values as Yjs brings them; their depth is bounded by the daemon.
function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  const [left, right] = [Object.entries(a), b as Readonly<Record<string, unknown>>];
  if (Array.isArray(a) !== Array.isArray(b) || left.length !== Object.keys(right).length) return false;
  return left.every(([key, value]) => Object.hasOwn(right, key) && same(value, right[key]));
}

function placed(one: unknown): GuestBuffer | null {
  if (typeof one !== "object" || one === null) return null;
  const { path, data, blob, size } = one as Readonly<Record<string, unknown>>;
  if (!Array.isArray(path)) return null;
  const steps = path.map((step) => (typeof step === "bigint" ? Number(step) : step));
  if (!steps.every((step) => typeof step === "string" || Number.isSafeInteger(step))) return null;
  if (data instanceof Uint8Array) return { path: steps, data: toBase64(data) };
  const bytes = Number(size);
  return typeof blob === "string" && HASH.test(blob) && Number.isSafeInteger(bytes)
    ? { path: steps, data: { blob, size: bytes } }
    : null;
}

const SLICE = 0x6000;

function toBase64(data: Uint8Array): string {
  let text = "";
  for (let at = 0; at < data.length; at += SLICE) text += String.fromCharCode(...data.subarray(at, at + SLICE));
  return btoa(text);
}
