/// One end of the bridge: JSON-RPC 2.0 over a `MessagePort`.
///
/// Each end has a table of what may come in. A message is looked at in this order, and refused at the first thing that
/// is wrong: rate, plainness, envelope, method, schema. Handlers see only values that their schema accepts. A refused
/// message is counted and costs credit; who has no credit left is cut off. Nothing throws out of the port's event.

import { Bucket, type Rate } from "./bucket.js";
import type { Method, Notifications, Params, Requests, Result, Table } from "./methods.js";
import { type Budget, notPlain } from "./plain.js";

/// What both the browser's and node's ports can do.
export interface Port {
  postMessage(message: unknown): void;
  addEventListener(type: "message" | "messageerror", listener: (event: Incoming) => void): void;
  removeEventListener(type: "message" | "messageerror", listener: (event: Incoming) => void): void;
  start(): void;
  close(): void;
}

interface Incoming {
  readonly data?: unknown;
  readonly ports?: readonly { close(): void }[];
}

/// Why a message went no further; constants, so that they can be counted.
export type Reason =
  | "unreadable"
  | "ports"
  | "envelope"
  | "unknown method"
  | "unknown id"
  | "too often"
  | "too large"
  | "not plain"
  | "wrong parameters"
  | "wrong result"
  | "sent wrongly"
  | "cut off";

export interface Refused {
  readonly reason: Reason;
  /// A method of a table; empty where none was recognised.
  readonly method: string;
}

export type Handlers<In extends Table> = {
  readonly [M in Requests<In>]: (params: Params<In, M>) => Result<In, M> | Promise<Result<In, M>>;
} & { readonly [M in Notifications<In>]: (params: Params<In, M>) => void };

export interface Options {
  readonly onRefused?: (refused: Refused) => void;
  /// A handler threw; what it threw may hold the sender's text.
  readonly onFault?: (method: string, error: unknown) => void;
  /// Once, however it came about.
  readonly onClosed?: () => void;
  /// Milliseconds that never go back.
  readonly now?: () => number;
}

export class BridgeError extends Error {
  override readonly name = "BridgeError";
}

/// Refused messages that one end endures: a mistake now and then is none of its business, a flood is.
const CREDIT: Rate = { perSecond: 50, burst: 500 };
const COST: Partial<Record<Reason, number>> = { "too large": 50, "not plain": 5, ports: 50 };
/// The envelope around the parameters.
const ENVELOPE: Budget = { depth: 3, nodes: 12, bytes: 4096 };
const LARGEST_RESULT: Budget = { depth: 8, nodes: 1000, bytes: 256 * 1024 };
const PENDING = 64;
const PATIENCE_MS = 10_000;
const MESSAGE_CHARS = 500;

const INTERNAL = -32603;

interface Waiting {
  readonly method: string;
  readonly resolve: (value: never) => void;
  readonly reject: (error: BridgeError) => void;
  readonly timer: ReturnType<typeof setTimeout>;
}

export class Endpoint<In extends Table, Out extends Table> {
  readonly #port: Port;
  readonly #incoming: In;
  readonly #outgoing: Out;
  readonly #handlers: Handlers<In>;
  readonly #options: Options;
  readonly #now: () => number;
  readonly #buckets = new Map<string, Bucket>();
  readonly #credit: Bucket;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 1;
  #closed = false;

  constructor(port: Port, incoming: In, outgoing: Out, handlers: Handlers<In>, options: Options = {}) {
    this.#port = port;
    this.#incoming = incoming;
    this.#outgoing = outgoing;
    this.#handlers = handlers;
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.#credit = new Bucket(CREDIT, this.#now());
    for (const [name, method] of Object.entries(incoming))
      this.#buckets.set(name, new Bucket(method.rate, this.#now()));
    port.addEventListener("message", this.#onMessage);
    port.addEventListener("messageerror", this.#onUnreadable);
    port.start();
  }

  get closed(): boolean {
    return this.#closed;
  }

  /// False where it was not sent: the port is closed, or the parameters are more than the other end takes.
  notify<M extends Notifications<Out>>(method: M, params: Params<Out, M>): boolean {
    if (this.#closed || !this.#sendable(method, params)) return false;
    return this.#post({ jsonrpc: "2.0", method, params });
  }

  /// Rejects with `BridgeError`: closed, refused, or no answer in time.
  request<M extends Requests<Out>>(method: M, params: Params<Out, M>, patience = PATIENCE_MS): Promise<Result<Out, M>> {
    if (this.#closed) return Promise.reject(new BridgeError("The bridge is closed."));
    if (this.#waiting.size >= PENDING) return Promise.reject(new BridgeError("Too many requests wait for an answer."));
    if (!this.#sendable(method, params)) return Promise.reject(new BridgeError("The other end would not take it."));
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        reject(new BridgeError("There was no answer in time."));
      }, patience);
      this.#waiting.set(id, { method: String(method), resolve, reject, timer });
      this.#post({ jsonrpc: "2.0", method, params, id });
    });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#port.removeEventListener("message", this.#onMessage);
    this.#port.removeEventListener("messageerror", this.#onUnreadable);
    this.#port.close();
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(new BridgeError("The bridge was closed."));
    }
    this.#waiting.clear();
    this.#options.onClosed?.();
  }

  // -- out

  #sendable(method: keyof Out, params: unknown): boolean {
    const known = this.#outgoing[method] as Method<unknown>;
    if (notPlain(params, known.budget) === null && known.params.accepts(params)) return true;
    this.#tell("sent wrongly", String(method));
    return false;
  }

  #post(message: unknown): boolean {
    try {
      this.#port.postMessage(message);
      return true;
    } catch {
      this.#tell("sent wrongly", "");
      return false;
    }
  }

  // -- in

  readonly #onUnreadable = (): void => this.#refuse("unreadable");

  readonly #onMessage = (event: Incoming): void => {
    if (this.#closed) return;
    const refused = this.#take(event);
    if (refused) this.#refuse(refused.reason, refused.method);
  };

  /// Null where the message was good.
  #take(event: Incoming): Refused | null {
    if (event.ports?.length) {
      for (const port of event.ports) port.close();
      return because("ports");
    }
    let data: unknown;
    try {
      data = event.data;
    } catch {
      return because("unreadable");
    }
    if (!isEnvelope(data)) return because("envelope");
    return "method" in data ? this.#called(data) : this.#answered(data);
  }

  #called(data: Envelope): Refused | null {
    const { method: name, id, params } = data;
    if (!fits(data, CALL) || typeof name !== "string" || !isId(id)) return because("envelope");
    const method: Method<unknown, unknown> | undefined = Object.hasOwn(this.#incoming, name)
      ? this.#incoming[name]
      : undefined;
    if (!method) return because("unknown method");
    if (!this.#buckets.get(name)?.take(this.#now())) return because("too often", name);
    if ((id === undefined) !== (method.result === undefined)) return because("envelope", name);
    const wrong = notPlain(params, method.budget);
    if (wrong) return because(wrong === "budget" ? "too large" : "not plain", name);
    if (!method.params.accepts(params)) return because("wrong parameters", name);
    void this.#handle(name, params, id);
    return null;
  }

  async #handle(name: string, params: unknown, id: number | undefined): Promise<void> {
    try {
      const handler = (this.#handlers as Readonly<Record<string, (params: unknown) => unknown>>)[name];
      const result = await handler?.(params);
      if (id !== undefined && !this.#closed) this.#post({ jsonrpc: "2.0", id, result });
    } catch (error) {
      if (id !== undefined && !this.#closed)
        this.#post({ jsonrpc: "2.0", id, error: { code: INTERNAL, message: "It failed." } });
      this.#guard(() => this.#options.onFault?.(name, error));
    }
  }

  #answered(data: Envelope): Refused | null {
    const { id, result } = data;
    const good = fits(data, RESULT) && "result" in data;
    if (typeof id !== "number" || !(good || (fits(data, ERROR) && "error" in data))) return because("envelope");
    const waiting = this.#waiting.get(id);
    if (!waiting) return because("unknown id");
    this.#waiting.delete(id);
    clearTimeout(waiting.timer);
    if (!good) {
      waiting.reject(new BridgeError(errorText(data.error)));
      return null;
    }
    const method = this.#outgoing[waiting.method] as Method<unknown, unknown>;
    if (notPlain(result, LARGEST_RESULT) !== null || !method.result?.accepts(result)) {
      waiting.reject(new BridgeError("The answer is not what was asked for."));
      return because("wrong result", waiting.method);
    }
    waiting.resolve(result as never);
    return null;
  }

  #refuse(reason: Reason, method = ""): void {
    this.#tell(reason, method);
    if (this.#credit.take(this.#now(), COST[reason] ?? 1)) return;
    this.#tell("cut off", "");
    this.close();
  }

  #tell(reason: Reason, method: string): void {
    this.#guard(() => this.#options.onRefused?.({ reason, method }));
  }

  /// A listener's own mistake must not reach the port's event.
  #guard(call: () => void): void {
    try {
      call();
    } catch {
      // There is nobody left to tell.
    }
  }
}

const because = (reason: Reason, method = ""): Refused => ({ reason, method });

type Envelope = Readonly<Record<string, unknown>>;

const CALL: ReadonlySet<string> = new Set(["jsonrpc", "method", "params", "id"]);
const RESULT: ReadonlySet<string> = new Set(["jsonrpc", "result", "id"]);
const ERROR: ReadonlySet<string> = new Set(["jsonrpc", "error", "id"]);

function isEnvelope(value: unknown): value is Envelope {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const above: unknown = Object.getPrototypeOf(value);
  const plain = above === null || Object.getPrototypeOf(above) === null;
  return plain && Object.hasOwn(value, "jsonrpc") && (value as Envelope).jsonrpc === "2.0";
}

function fits(value: Envelope, names: ReadonlySet<string>): boolean {
  return Object.keys(value).every((name) => names.has(name));
}

function isId(value: unknown): value is number | undefined {
  return value === undefined || (typeof value === "number" && Number.isSafeInteger(value) && value >= 0);
}

function errorText(error: unknown): string {
  if (notPlain(error, ENVELOPE) !== null || typeof error !== "object" || error === null) return "It failed.";
  const { message } = error as { message?: unknown };
  return typeof message === "string" ? message.slice(0, MESSAGE_CHARS) : "It failed.";
}
