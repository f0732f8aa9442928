/// Front ends of widget packages: AMD modules, made for the classic notebook, that the kernel sends as models (see
/// `kernels/fronts.py`). Each runs in this frame like any code of an output; what it asks for is what the manager has, and other
/// front ends. No loader is put into the window.

import type { GuestModel } from "@fumehood/bridge";
import { type Fetch, loaded } from "./buffers.js";

export const FRONT_ENDS = "fumehood";
type Classes = Readonly<Record<string, unknown>>;

interface Front {
  readonly name: string;
  readonly text: Promise<string>;
}

/// How long one may take to come once it was named: it is opened before the widget that names it.
const COMES_MS = 20_000;

export class Fronts {
  readonly #fetch: Fetch;
  /// Module to the model that holds it.
  readonly #models = new Map<string, string>();
  readonly #known = new Map<string, Front>();
  readonly #waiting = new Map<string, (front: Front) => void>();
  readonly #made = new Map<string, Promise<Classes>>();

  constructor(fetch: Fetch) {
    this.#fetch = fetch;
  }

  /// What a model's state says about where its module is.
  named(state: Readonly<Record<string, unknown>>): void {
    for (const [module, model] of Object.entries(namesIn(state))) this.#models.set(module, model);
  }

  /// Whether the model is a front end and none of the widgets.
  take({ id, state, buffers }: GuestModel): boolean {
    if (state._model_module !== FRONT_ENDS) return false;
    this.named(state);
    const views = loaded(
      buffers.map((one) => one.data),
      this.#fetch,
    );
    const text = Promise.resolve(views).then(([view]) => new TextDecoder().decode(view));
    const front = { name: String(state.name), text };
    this.#known.set(id, front);
    this.#waiting.get(id)?.(front);
    return true;
  }

  /// Null: no kernel has sent it.
  load(module: string, given: (module: string) => Classes | undefined): Promise<Classes> | null {
    const model = this.#models.get(module);
    if (model === undefined) return null;
    let made = this.#made.get(module);
    if (made === undefined) {
      made = this.#come(model).then((front) => this.#run(front, given));
      this.#made.set(module, made);
    }
    return made;
  }

  #come(id: string): Promise<Front> {
    const known = this.#known.get(id);
    if (known) return Promise.resolve(known);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("The front end of this widget has not come.")), COMES_MS);
      this.#waiting.set(id, (front) => {
        clearTimeout(timer);
        resolve(front);
      });
    });
  }

  async #run({ name, text }: Front, given: (module: string) => Classes | undefined): Promise<Classes> {
    const own = { exports: {} as unknown, id: name, uri: "" };
    let value: unknown;
    let making: Promise<unknown> = Promise.resolve();
    const part = (module: string): unknown => {
      if (module === "module") return own;
      if (module === "exports") return own.exports;
      return given(module) ?? this.load(module, given) ?? missing(name, module);
    };
    const define = (...parts: unknown[]): void => {
      const make = parts.at(-1);
      const needs = parts.find(Array.isArray) as readonly unknown[] | undefined;
      making = Promise.all((needs ?? []).map((module) => part(String(module)))).then((got) => {
        value = typeof make === "function" ? make(...got) : make;
      });
    };
    Object.assign(define, { amd: {} });
    givePlace();
    // Running an output's script is what this frame is for.
    new Function("define", `${await text}\n//# sourceURL=${encodeURIComponent(name)}.js`)(define);
    await making;
    return (value ?? own.exports) as Classes;
  }
}

let placed = false;

/// What webpack has bundled asks the document's last script for the place that it came from, and gives up where none has
/// an address. This one is of a type that nobody runs or fetches.
function givePlace(): void {
  if (placed) return;
  placed = true;
  const script = document.createElement("script");
  script.type = "text/plain";
  script.src = new URL(".", import.meta.url).href;
  document.head.append(script);
}

function missing(name: string, module: string): never {
  throw new Error(`The front end ${name} needs ${module}, which is not here.`);
}

function namesIn(state: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const named = state._front_ends;
  if (typeof named !== "object" || named === null) return {};
  return Object.fromEntries(
    Object.entries(named).flatMap(([module, model]) =>
      typeof model === "string" && model.startsWith("IPY_MODEL_") ? [[module, model.slice("IPY_MODEL_".length)]] : [],
    ),
  );
}
