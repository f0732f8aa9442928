/// What the trusted page says of widgets, kept until the plugin that shows them is here, and the way back. Part of the
/// core, because messages come when they come.

import type { GuestEnd, Handlers, Params, ToGuest } from "@fumehood/bridge";

type Method = "models" | "changed" | "closed" | "ended" | "told" | "taken";
type Said = { readonly [M in Method]: { readonly method: M; readonly params: Params<ToGuest, M> } }[Method];
export type Listener = { readonly [M in Method]: (params: Params<ToGuest, M>) => void };

export class WidgetPort {
  readonly handlers: Pick<Handlers<ToGuest>, Method> = {
    models: (params) => this.#take({ method: "models", params }),
    changed: (params) => this.#take({ method: "changed", params }),
    closed: (params) => this.#take({ method: "closed", params }),
    ended: (params) => this.#take({ method: "ended", params }),
    told: (params) => this.#take({ method: "told", params }),
    taken: (params) => this.#take({ method: "taken", params }),
  };
  #end: GuestEnd | null = null;
  #listener: Listener | null = null;
  #early: Said[] = [];

  connect(end: GuestEnd): void {
    this.#end = end;
  }

  /// Everything that came so far, and then what comes.
  listen(listener: Listener): void {
    this.#listener = listener;
    const early = this.#early;
    this.#early = [];
    for (const said of early) this.#take(said);
  }

  /// False where the page would not take it.
  notify: GuestEnd["notify"] = (method, params) => this.#end?.notify(method, params) ?? false;

  #take(said: Said): void {
    const listener = this.#listener;
    if (listener === null) this.#early.push(said);
    else (listener[said.method] as (params: unknown) => void)(said.params);
  }
}
