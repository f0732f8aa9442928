/// The gatekeeper between one frame and the widgets (design, section 6): the frame sees the models that its outputs
/// display and what these name, and nothing else; what it wants written must be of these, and name none but these.
///
/// What comes from the frame has passed the bridge's schemas and is hostile all the same. What comes from the kernel is
/// gathered for a moment, so that a flood of it costs no more than the eye can see, and is held back for a trait that
/// the frame has moved until the kernel has seen that, so that a slider never jumps back under the hand.

import type { GuestBlob, GuestBuffer, ShellEnd } from "@fumehood/bridge";
import { type Kernel, type Said, Updates } from "./kernel.js";
import type { Change, Models } from "./models.js";
import { reach } from "./reach.js";
import { references } from "./references.js";
import type { Message } from "./unheard.js";

export type Refusal = "widget of another output" | "names a widget of another output";

export interface GateParts {
  readonly models: Models;
  readonly kernel: Kernel;
  readonly end: Pick<ShellEnd, "notify">;
  readonly refused: (why: Refusal) => void;
  /// What a model's kernel said of its own before a frame showed it.
  readonly unheard: (model: string) => readonly Message[];
  /// Calls after `MOMENT` milliseconds; returns how to prevent it.
  readonly later?: (run: () => void, ms: number) => () => void;
  readonly now?: () => number;
}

/// Milliseconds between two tellings of what the kernel changed; and for each model told of, when they are many.
export const MOMENT = 16;
export const EACH = 2;

export class Gate {
  readonly #parts: GateParts;
  readonly #updates: Updates;
  readonly #unlisten: () => void;
  #roots: ReadonlySet<string> = new Set();
  #seen: ReadonlySet<string> = new Set();
  #missing: ReadonlySet<string> = new Set();
  /// Traits that the kernel changed and the frame does not know of, by model.
  readonly #fresh = new Map<string, Set<string>>();
  /// The same, of traits that the frame has moved.
  readonly #held = new Map<string, Set<string>>();
  /// Before then the frame is not told again of what it does not depend on.
  #due = Number.NEGATIVE_INFINITY;
  #cancel: (() => void) | null = null;

  constructor(parts: GateParts) {
    this.#parts = parts;
    this.#updates = new Updates(parts.kernel, (model, heard) => this.#taken(model, heard));
    this.#unlisten = parts.models.onChange((change) => this.#changed(change));
  }

  close(): void {
    this.#unlisten();
    this.#cancel?.();
  }

  /// The models that the frame's outputs display. Said again, the frame is a new page that knows none.
  show(roots: Iterable<string>): void {
    this.#roots = new Set(roots);
    this.#look();
  }

  // -- from the frame

  set(model: string, said: Said): void {
    if (this.#may(model, said.state) && !this.#parts.models.ended(model)) this.#updates.say(model, said);
    else this.#parts.end.notify("taken", { id: model });
  }

  tell(model: string, content: unknown, buffers: readonly string[]): void {
    if (this.#may(model, content) && !this.#parts.models.ended(model))
      this.#parts.kernel.message(model, content, buffers);
  }

  // -- from the kernel

  /// Whether the frame may see it.
  told(model: string, content: unknown, buffers: readonly (string | GuestBlob)[]): boolean {
    if (!this.#seen.has(model)) return false;
    this.#flush();
    this.#parts.end.notify("told", { id: model, content, buffers });
    return true;
  }

  // -- inside

  #may(model: string, value: unknown): boolean {
    if (!this.#seen.has(model)) {
      this.#parts.refused("widget of another output");
      return false;
    }
    for (const named of references(value)) {
      if (this.#seen.has(named)) continue;
      this.#parts.refused("names a widget of another output");
      return false;
    }
    return true;
  }

  #look(removed: ReadonlySet<string> = new Set()): void {
    const { models, end } = this.#parts;
    const before = this.#seen;
    this.#seen = reach(this.#roots, models);
    const closed = [...before].filter((id) => removed.has(id) && !this.#seen.has(id));
    const added = [...this.#seen].filter((id) => !before.has(id));
    // Nobody can say that a model is missing before the first state is here.
    const missing = models.synced ? [...this.#roots].filter((id) => !this.#seen.has(id)) : [];
    const unsaid = missing.filter((id) => !this.#missing.has(id));
    this.#missing = new Set(missing);
    for (const id of before) if (!this.#seen.has(id)) this.#fresh.delete(id);
    if (closed.length > 0) end.notify("closed", { ids: closed });
    if (added.length > 0 || unsaid.length > 0)
      end.notify("models", {
        models: added.map((id) => ({ id, ...this.#stateOf(id, models.traits(id)) })),
        missing: unsaid,
      });
    for (const id of added)
      for (const { content, buffers } of this.#parts.unheard(id)) end.notify("told", { id, content, buffers });
    this.#end(added.filter((id) => models.ended(id)));
  }

  #end(ids: readonly string[]): void {
    if (ids.length > 0) this.#parts.end.notify("ended", { ids });
  }

  #changed({ changed, removed, ended, graph }: Change): void {
    const before = this.#seen;
    if (graph) this.#look(removed);
    this.#end([...ended].filter((id) => before.has(id) && this.#seen.has(id)));
    for (const [id, traits] of changed) {
      // What the frame sees from this moment on has come whole.
      if (!this.#seen.has(id) || !before.has(id)) continue;
      for (const trait of traits) add(this.#updates.holds(id, trait) ? this.#held : this.#fresh, id, trait);
    }
    if (this.#fresh.size > 0) this.#soon();
  }

  #soon(): void {
    if (this.#cancel !== null) return;
    const { later = afterwards, now = () => performance.now() } = this.#parts;
    const wait = this.#due - now();
    if (wait <= 0) this.#flush();
    else this.#cancel = later(() => this.#flush(), wait);
  }

  #flush(): void {
    this.#cancel?.();
    this.#cancel = null;
    if (this.#fresh.size === 0) return;
    const fresh = [...this.#fresh];
    this.#due = (this.#parts.now ?? (() => performance.now()))() + Math.max(MOMENT, EACH * fresh.length);
    this.#fresh.clear();
    for (const [id, traits] of fresh) {
      if (!this.#seen.has(id)) continue;
      const free: string[] = [];
      for (const trait of traits) {
        if (this.#updates.holds(id, trait)) add(this.#held, id, trait);
        else free.push(trait);
      }
      if (free.length > 0) this.#say(id, free);
    }
  }

  #say(id: string, traits: readonly string[]): void {
    const { state, buffers } = this.#stateOf(id, traits);
    const gone = traits.filter((trait) => !Object.hasOwn(state, trait));
    this.#parts.end.notify("changed", { id, state, buffers, gone });
  }

  #stateOf(id: string, traits: readonly string[]) {
    const state: Record<string, unknown> = {};
    const buffers: GuestBuffer[] = [];
    for (const trait of traits) {
      const value = this.#parts.models.value(id, trait);
      if (value !== undefined && trait !== "__proto__") state[trait] = value;
      buffers.push(...this.#parts.models.buffers(id, trait));
    }
    return { state, buffers };
  }

  #agrees(model: string, trait: string, { state, buffers }: Said): boolean {
    const binary = this.#parts.models.buffers(model, trait).length > 0 || buffers.some(({ path }) => path[0] === trait);
    if (binary || !Object.hasOwn(state, trait)) return false;
    return JSON.stringify(state[trait]) === JSON.stringify(this.#parts.models.value(model, trait));
  }

  #taken(model: string, heard: Said | null): void {
    const held = this.#held.get(model);
    this.#held.delete(model);
    if (held !== undefined && heard !== null && this.#seen.has(model)) {
      // Mostly the kernel has only said the frame's own words again.
      const other = [...held].filter((trait) => !this.#agrees(model, trait, heard));
      if (other.length > 0) this.#say(model, other);
    }
    this.#parts.end.notify("taken", { id: model });
  }
}

function add(to: Map<string, Set<string>>, id: string, trait: string): void {
  const traits = to.get(id);
  if (traits === undefined) to.set(id, new Set([trait]));
  else traits.add(trait);
}

function afterwards(run: () => void, ms: number): () => void {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}
