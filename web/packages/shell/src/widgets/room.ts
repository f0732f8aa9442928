/// The widgets of one open notebook: the models, and the way to their kernel. Follows the document only once an output
/// with a widget is shown.

import { type AnyEvent, Document, type Frame, HoodError, Kind } from "@fumehood/protocol";
import type { Wire } from "../wire/wire.js";
import type { Said } from "./kernel.js";
import { Models } from "./models.js";
import type { Told, Widgets } from "./types.js";

/// Updates that wait for the kernel, of all frames: the daemon answers no more requests of a connection at once than it
/// wants to.
const ON_THEIR_WAY = 64;

export class RoomWidgets implements Widgets {
  readonly models = new Models();
  readonly #wire: Wire;
  readonly #room: () => string;
  readonly #listeners = new Set<Told>();
  readonly #queue: (() => void)[] = [];
  #onTheirWay = 0;
  /// Who waits for the next connection.
  readonly #returns: (() => void)[] = [];
  #followed = false;
  #attached = false;

  constructor(wire: Wire, room: () => string) {
    this.#wire = wire;
    this.#room = room;
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
    if (event.type !== "comm_msg" || event.data.method !== "custom") return;
    for (const listener of [...this.#listeners]) listener(event.comm, event.data.content, event.buffers ?? []);
  }

  onTold(listener: Told): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.models.close();
    this.#listeners.clear();
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
