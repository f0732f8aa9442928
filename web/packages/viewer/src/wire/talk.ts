/// What this page says and what it does when it is told to. Every command is answered once; what it cannot do it says,
/// with the names that are like the one that was said.

import type { viewer } from "@fumehood/protocol";
import { sentence } from "../words/sentence";
import type { Heard, Transport } from "./transport";

type Head = "viewer" | "page" | "sequence";
type Bare<E> = E extends unknown ? Omit<E, Head> : never;
/// An event without what `Talk` puts to it.
export type Said = Bare<viewer.ViewerEvent>;

type Of<T extends viewer.Command["type"]> = Extract<viewer.Command, { type: T }>;
export type Doing = {
  readonly [T in viewer.Command["type"]]: (command: Of<T>, buffers: readonly DataView[]) => void | Promise<void>;
};

type Welcomed = (state: Readonly<Record<string, unknown>> | null) => void | Promise<void>;

export class CommandFailed extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly near: readonly string[] = [],
  ) {
    super(message);
  }
}

export class Talk {
  readonly #transport: Transport;
  #sequence = 0;
  /// Commands are done in their order, also where one waits for data.
  #turn: Promise<void> = Promise.resolve();

  constructor(transport: Transport, doing: Doing, welcomed: Welcomed) {
    this.#transport = transport;
    transport.listen((message, buffers) => {
      if (message.type !== "welcome") this.#turn = this.#turn.then(() => this.#do(doing, message, buffers));
      else if (message.page === transport.page)
        this.#turn = this.#turn.then(() => welcomed(message.state ?? null)).catch(() => undefined);
    });
  }

  say(event: Said, buffers: readonly Uint8Array[] = []): void {
    this.#sequence += 1;
    const { viewer, page } = this.#transport;
    const whole = { ...event, viewer, page, sequence: this.#sequence } as viewer.ViewerEvent;
    void this.#transport.send(whole, buffers);
  }

  async #do(doing: Doing, command: Exclude<Heard, viewer.Welcome>, buffers: readonly DataView[]): Promise<void> {
    try {
      const act = Object.hasOwn(doing, command.type) ? doing[command.type] : undefined;
      if (act === undefined) throw new CommandFailed("command.unknown", "This page does not know that command.");
      await (act as (given: viewer.Command, bytes: readonly DataView[]) => void | Promise<void>)(command, buffers);
      this.say({ type: "done", id: command.id });
    } catch (error) {
      const known = error instanceof CommandFailed;
      const code = known ? error.code : "page.failed";
      const message = sentence(error);
      this.say({ type: "done", id: command.id, error: { code, message, near: known ? error.near : [] } });
    }
  }
}
