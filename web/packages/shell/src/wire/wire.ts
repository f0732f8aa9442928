/// The page's one connection to the daemon, through the gateway, made again whenever it was lost.
///
/// Knows messages and frames, not rooms: who listens re-opens its room at every `onOpen`. A listener is called for one
/// message at a time, in order. Must never repeat a request or keep one for later by itself.

import {
  decodeFrame,
  encodeFrame,
  type Frame,
  type HelloResult,
  HoodError,
  limits,
  type Message,
  type Methods,
  parseMessage,
  VERSION,
} from "@fumehood/protocol";
import { type Accessor, batch, createSignal } from "solid-js";
import type { Connection } from "../notebook/types.js";
import { type CallOptions, Calls } from "./calls.js";
import { Greeting } from "./greeting.js";
import type { Pass } from "./proof.js";
import { BEARER_REFUSED, connectionOf, delay, isGone, type Trouble, troubled } from "./retry.js";

const CLIENT = "hood open";
const FOREIGN =
  "This page's access has ended, or something else answers where its gateway was; that was told nothing. Run `hood open` again.";
const STOPPED = "fumehood was stopped. Reload this page, or run `hood open` again, to start it.";

export type Notification = Extract<Message, { kind: "notification" }>;
type Method = keyof Methods;

export interface Wire {
  readonly connection: Accessor<Connection>;
  /// What the daemon said of itself at the last connection.
  readonly hello: Accessor<HelloResult | null>;
  /// The blob server of the first connection, which is the one that the page's policy names.
  readonly blobs: Accessor<string>;
  /// The sealed page there, as the last connection to a daemon with this blob server has it.
  readonly guest: Accessor<string>;
  /// The last connection is to a daemon whose blob server is another one.
  readonly moved: Accessor<boolean>;
  /// Rejects with `HoodError`: the daemon's own, `timeout`, or `daemon.unreachable` without a connection and on loss.
  call<M extends Method>(
    method: M,
    params: Methods[M]["params"],
    options?: CallOptions<M>,
  ): Promise<Methods[M]["result"]>;
  /// False where there is no connection.
  send(frame: Frame): boolean;
  onOpen(listener: (hello: HelloResult) => void): () => void;
  onLost(listener: () => void): () => void;
  onNotification(listener: (message: Notification) => void): () => void;
  onFrame(listener: (frame: Frame) => void): () => void;
  /// The page is about to be hidden or closed: the last moment to send something.
  onLeave(listener: () => void): () => void;
  /// A one-time code for another tab of ours.
  /// `outputs`: for a tab of one cell's outputs of the notebook at this path.
  newCode(outputs?: string): Promise<string>;
  /// Tries now, where it waits to try again.
  hasten(): void;
  close(): void;
}

export interface Socket {
  send(data: string | Uint8Array<ArrayBuffer>): void;
  /// `closed` of its events follows.
  close(): void;
}

export interface SocketEvents {
  opened(): void;
  received(data: unknown): void;
  closed(code: number, reason: string): void;
}

export interface WireParts {
  /// The bearer, as what it is for; asked for until it was given once.
  enter(): Promise<Pass>;
  newCode(ticket: string, outputs?: string): Promise<string>;
  /// A new WebSocket to the gateway.
  open(events: SocketEvents): Socket;
  /// Calls `wake` whenever trying again is promising (the page is looked at, the network came back).
  wakes(wake: () => void): () => void;
  /// Calls `leave` when the page is hidden or closed.
  leaves(leave: () => void): () => void;
}

export class GatewayWire implements Wire {
  readonly connection: Accessor<Connection>;
  readonly hello: Accessor<HelloResult | null>;
  readonly blobs: Accessor<string>;
  readonly guest: Accessor<string>;
  readonly moved: Accessor<boolean>;
  readonly #setConnection: (connection: Connection) => void;
  readonly #setHello: (hello: HelloResult) => void;
  readonly #parts: WireParts;
  readonly #calls = new Calls();
  readonly #opened = new Listeners<HelloResult>();
  readonly #lost = new Listeners<void>();
  readonly #notified = new Listeners<Notification>();
  readonly #framed = new Listeners<Frame>();
  readonly #left = new Listeners<void>();
  readonly #unlisten: readonly (() => void)[];
  #pass: Pass | null = null;
  /// Of this connection; null where there is none.
  #ticket: string | null = null;
  #socket: Socket | null = null;
  /// Greeted: requests may follow.
  #up = false;
  #trouble: Trouble | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #over = false;
  /// A person has stopped the daemon.
  #stopped = false;
  #settle: () => void = () => {};
  /// Done when the daemon was greeted for the first time, or when only the person can help.
  readonly settled: Promise<void>;

  constructor(parts: WireParts) {
    this.#parts = parts;
    this.settled = new Promise((resolve) => {
      this.#settle = resolve;
    });
    const [connection, setConnection] = createSignal<Connection>({ state: "connecting" });
    const [hello, setHello] = createSignal<HelloResult | null>(null);
    this.connection = connection;
    this.#setConnection = (value) => setConnection(() => value);
    this.hello = hello;
    // Signals of their own: a daemon that came back with the same ones changes nothing of what is shown.
    const [blobs, setBlobs] = createSignal("");
    const [guest, setGuest] = createSignal("");
    const [moved, setMoved] = createSignal(false);
    this.blobs = blobs;
    this.guest = guest;
    this.moved = moved;
    this.#setHello = (value) =>
      batch(() => {
        if (hello() === null) setBlobs(value.blobs);
        setMoved(value.blobs !== blobs());
        if (value.blobs === blobs()) setGuest(value.guest ?? "");
        setHello(() => value);
      });
    this.#unlisten = [parts.wakes(() => this.hasten()), parts.leaves(() => this.#left.tell())];
    void this.#try();
  }

  call<M extends Method>(
    method: M,
    params: Methods[M]["params"],
    options: CallOptions<M> = {},
  ): Promise<Methods[M]["result"]> {
    if (!this.#up) return Promise.reject(new HoodError("daemon.unreachable", "There is no connection at the moment."));
    return this.#ask(method, params, options);
  }

  send(frame: Frame): boolean {
    if (!this.#up || this.#socket === null) return false;
    this.#socket.send(encodeFrame(frame));
    return true;
  }

  onOpen(listener: (hello: HelloResult) => void): () => void {
    return this.#opened.add(listener);
  }

  onLost(listener: () => void): () => void {
    return this.#lost.add(listener);
  }

  onNotification(listener: (message: Notification) => void): () => void {
    return this.#notified.add(listener);
  }

  onFrame(listener: (frame: Frame) => void): () => void {
    return this.#framed.add(listener);
  }

  onLeave(listener: () => void): () => void {
    return this.#left.add(listener);
  }

  newCode(outputs?: string): Promise<string> {
    if (this.#ticket === null)
      return Promise.reject(new HoodError("daemon.unreachable", "There is no connection at the moment."));
    return this.#parts.newCode(this.#ticket, outputs);
  }

  hasten(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    void this.#try();
  }

  close(): void {
    this.#end({ state: "gone", reason: "This page has closed its connection." });
  }

  // -- inside

  #ask<M extends Method>(
    method: M,
    params: Methods[M]["params"],
    { timeout = limits.CALL_SECONDS * 1000, received }: CallOptions<M>,
  ): Promise<Methods[M]["result"]> {
    return this.#calls.make(method, params, timeout, (text) => this.#socket?.send(text), received);
  }

  async #try(): Promise<void> {
    if (this.#over || this.#socket !== null) return;
    try {
      this.#pass ??= await this.#parts.enter();
    } catch (error) {
      if (error instanceof HoodError && error.code === "daemon.unreachable") this.#wait(false, error.message);
      else this.#end({ state: "gone", reason: error instanceof HoodError ? error.message : "No access." });
      return;
    }
    if (!this.#over) this.#connect(this.#pass);
  }

  #connect(pass: Pass): void {
    const greeting = new Greeting(pass);
    let greeted: Promise<void> | null = Promise.resolve();
    const patience = setTimeout(() => socket.close(), limits.START_SECONDS * 1000);
    const take = async (data: unknown): Promise<void> => {
      const said = await greeting.take(data, (text) => socket.send(text));
      if (said === "more" || this.#socket !== socket) return;
      if (said === "foreign") {
        this.#end({ state: "gone", reason: FOREIGN });
        return;
      }
      greeted = null;
      this.#ticket = said.ticket;
      this.#greet(socket, () => clearTimeout(patience));
    };
    const socket = this.#parts.open({
      opened: () => socket.send(greeting.begin()),
      received: (data) => {
        if (greeted === null) this.#received(data);
        else
          greeted = greeted
            .then(() => (greeted === null ? this.#received(data) : take(data)))
            .catch(() => socket.close());
      },
      closed: (code, reason) => {
        clearTimeout(patience);
        this.#socket = null;
        this.#ticket = null;
        // Who has proven nothing is not heard, and not shown.
        if (greeting.proven) this.#ended(code, reason, true);
        else if (code === BEARER_REFUSED) this.#end({ state: "gone", reason: FOREIGN });
        else this.#ended(code, "", false);
      },
    });
    this.#socket = socket;
  }

  #greet(socket: Socket, done: () => void): void {
    const received = (hello: HelloResult) => {
      done();
      this.#greeted(hello);
    };
    const options = { received, timeout: Number.POSITIVE_INFINITY };
    this.#ask("daemon.hello", { version: VERSION, client: CLIENT }, options).catch((error: unknown) => {
      if (error instanceof HoodError && error.code === "daemon.version")
        this.#end({ state: "gone", reason: error.message });
      else socket.close();
    });
  }

  #greeted(hello: HelloResult): void {
    this.#up = true;
    this.#trouble = null;
    batch(() => {
      this.#setHello(hello);
      this.#setConnection({ state: "open" });
    });
    this.#settle();
    this.#opened.tell(hello);
  }

  #received(data: unknown): void {
    if (typeof data !== "string") {
      if (data instanceof ArrayBuffer) this.#framed.tell(decodeFrame(new Uint8Array(data)));
      return;
    }
    const message = parseMessage(data);
    if (message.kind === "notification") {
      if (message.method === "daemon.leaving") this.#stopped = message.params.reason === "user";
      this.#notified.tell(message);
    }
    if (message.kind === "result") this.#calls.answered(message.id, message.result);
    if (message.kind === "error" && message.id !== null) this.#calls.failed(message.id, message.error);
  }

  #ended(code: number, reason: string, answered: boolean): void {
    const wasUp = this.#up;
    this.#up = false;
    this.#calls.lost("The connection was lost.");
    if (wasUp) this.#lost.tell();
    if (this.#over) return;
    // Coming again would start it behind that person's back.
    if (this.#stopped) this.#end({ state: "gone", reason: STOPPED });
    else if (code === BEARER_REFUSED)
      this.#end({ state: "gone", reason: reason || "The gateway does not know this page. Run `hood open` again." });
    else this.#wait(answered, reason || (wasUp ? "The connection was lost." : "The daemon cannot be reached."));
  }

  #wait(answered: boolean, reason: string): void {
    const now = Date.now();
    this.#trouble = troubled(this.#trouble, now, answered, reason);
    this.#setConnection(connectionOf(this.#trouble, now));
    if (isGone(this.#trouble, now)) this.#settle();
    this.#timer = setTimeout(() => this.hasten(), delay(this.#trouble, now, Math.random()));
  }

  #end(connection: Connection): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#timer);
    for (const end of this.#unlisten) end();
    this.#setConnection(connection);
    this.#settle();
    this.#socket?.close();
  }
}

class Listeners<T> {
  readonly #all = new Set<(value: T) => void>();

  add(listener: (value: T) => void): () => void {
    this.#all.add(listener);
    return () => this.#all.delete(listener);
  }

  tell(value: T): void {
    for (const listener of [...this.#all]) listener(value);
  }
}
