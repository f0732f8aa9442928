/// The widgets of one open notebook: the models, and the way to their kernel. Follows the document only once an output
/// with a widget is shown.

import { type AnyEvent, type CommMessage, Document, type Frame, HoodError, Kind } from "@fumehood/protocol";
import type { Wire } from "../wire/wire.js";
import type { Said } from "./kernel.js";
import { Models } from "./models.js";
import type { Told, Widgets } from "./types.js";
import { type Message, Unheard } from "./unheard.js";

/// Updates that wait for the kernel, of all frames: the daemon answers no more requests of a connection at once than it
/// wants to.
const ON_THEIR_WAY = 64;
/// Milliseconds for which messages of the kernel are passed on before the page has its turn: a flood of them, or what came
/// while the page was held up, must not hold up keys.
export const TURN = 8;

export interface Turns {
  readonly now: () => number;
  /// Calls after everything that already waits.
  readonly later: (run: () => void) => void;
}

export class RoomWidgets implements Widgets {
  readonly models = new Models();
  readonly #wire: Wire;
  readonly #room: () => string;
  readonly #listeners = new Set<Told>();
  readonly #unheard = new Unheard();
  readonly #queue: (() => void)[] = [];
  #onTheirWay = 0;
  /// Who waits for the next connection.
  readonly #returns: (() => void)[] = [];
  readonly #turns: Turns;
  #followed = false;
  #attached = false;
  /// Of the kernel, in order, and not passed on yet.
  #said: CommMessage[] = [];
  #passing = false;
  #closed = false;
  /// The end of this turn; null where nothing was passed on since the page had its own.
  #until: number | null = null;

  constructor(wire: Wire, room: () => string, turns: Turns = browserTurns()) {
    this.#wire = wire;
    this.#room = room;
    this.#turns = turns;
    // One of the same name that comes later is another widget.
    this.models.onChange(({ removed }) => {
      for (const model of removed) this.#unheard.take(model);
    });
  }

  follow(): void {
    if (this.#followed) return;
    this.#followed = true;
    if (this.#attached) this.#ask();
  }

  /// The room is open on a (new) connection.
  attached(): void {
    this.#attached = true;
    for (const again of this.#returns.splice(0)) again();
    if (this.#followed) this.#ask();
  }

  framed(frame: Frame): void {
    if (this.#followed) this.models.framed(frame);
  }

  happened(event: AnyEvent): void {
    if (event.type !== "comm_msg" || event.data.method !== "custom" || this.#closed) return;
    this.#said.push(event);
    if (this.#until === null) this.#begin();
    this.#pass();
  }

  unheard(model: string): readonly Message[] {
    return this.#unheard.take(model);
  }

  onTold(listener: Told): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.models.close();
    this.#listeners.clear();
    this.#said = [];
    this.#closed = true;
  }

  #begin(): void {
    this.#until = this.#turns.now() + TURN;
    this.#turns.later(() => {
      this.#until = null;
      if (this.#said.length === 0) return;
      this.#begin();
      this.#pass();
    });
  }

  #pass(): void {
    if (this.#passing) return;
    this.#passing = true;
    let passed = 0;
    const said = this.#said;
    for (const { comm, data, buffers } of said) {
      if (this.#until === null || this.#turns.now() >= this.#until) break;
      passed += 1;
      const message = { content: data.content, buffers: buffers ?? [] };
      let heard = false;
      for (const listener of [...this.#listeners]) heard = listener(comm, message.content, message.buffers) || heard;
      if (!heard) this.#unheard.add(comm, message);
    }
    said.splice(0, passed);
    this.#passing = false;
  }

  // -- to the kernel

  async update(model: string, { state, buffers }: Said): Promise<void> {
    await this.#turn();
    try {
      const data = { method: "update", state, buffer_paths: buffers.map(({ path }) => path) };
      const carried = buffers.map((one) => one.data);
      for (let done = false; !done; ) done = await this.#send(model, data, carried);
    } finally {
      this.#onTheirWay -= 1;
      this.#queue.shift()?.();
    }
  }

  message(model: string, content: unknown, buffers: readonly string[]): void {
    const data = { method: "custom", content };
    this.#wire.call("comm.send", { room: this.#room(), comm: model, data, buffers }).catch((error: unknown) => {
      // Nobody listens: the widget is a picture.
      if (!(error instanceof HoodError)) throw error;
    });
  }

  /// False where the connection was lost: said again on the next one, for the frame's value is the one that counts, and
  /// who has heard it hears nothing new.
  async #send(comm: string, data: Readonly<Record<string, unknown>>, buffers: readonly string[]): Promise<boolean> {
    try {
      // However long the cell that runs before it takes.
      const params = { room: this.#room(), comm, data, buffers, wait: true };
      await this.#wire.call("comm.send", params, { timeout: Number.POSITIVE_INFINITY });
      return true;
    } catch (error) {
      if (!(error instanceof HoodError) || error.code !== "daemon.unreachable") throw error;
      await new Promise<void>((resolve) => this.#returns.push(resolve));
      return false;
    }
  }

  async #turn(): Promise<void> {
    if (this.#onTheirWay >= ON_THEIR_WAY) await new Promise<void>((resolve) => this.#queue.push(resolve));
    this.#onTheirWay += 1;
  }

  #ask(): void {
    const payload = this.models.ask();
    this.#wire.send({ room: this.#room(), document: Document.WIDGETS, kind: Kind.STEP1, payload });
  }
}

/// By a message to itself: timers of a page in the background come once a second, and what waits for them would grow.
function browserTurns(): Turns {
  const { port1, port2 } = new MessageChannel();
  let run = () => {};
  port1.onmessage = () => run();
  return {
    now: () => performance.now(),
    later: (next) => {
      run = next;
      port2.postMessage(null);
    },
  };
}
