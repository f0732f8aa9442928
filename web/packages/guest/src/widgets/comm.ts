/// What a widget's model takes for its comm: messages go over the bridge to the page, which asks the kernel.
///
/// `@jupyter-widgets/base` sends an update, waits until the kernel is idle again, and folds what comes meanwhile into the
/// next; here the page's `taken` says so.

import type { ICallbacks, IClassicComm } from "@jupyter-widgets/base";
import { bytesOf, toBase64 } from "./buffers.js";
import { jsonOf } from "./plain.js";
import type { WidgetPort } from "./port.js";

type Buffers = ArrayBuffer[] | ArrayBufferView[];
type Callback = (message: unknown) => void;

export interface Message {
  readonly content: { readonly data: unknown };
  readonly buffers?: readonly DataView[];
}

export class GuestComm implements IClassicComm {
  readonly target_name = "jupyter.widget";
  readonly comm_id: string;
  readonly #port: WidgetPort;
  readonly #failed: (message: string) => void;
  #message: Callback = () => undefined;
  #closed: Callback = () => undefined;
  #waiting: ICallbacks[] = [];
  #sent = 0;
  #ended = false;

  constructor(id: string, port: WidgetPort, failed: (message: string) => void) {
    this.comm_id = id;
    this.#port = port;
    this.#failed = failed;
  }

  // -- for the model

  open(): string {
    return "";
  }

  send(data: unknown, callbacks?: ICallbacks, _metadata?: unknown, buffers: Buffers = []): string {
    const { method, state, content, buffer_paths: paths = [] } = data as Readonly<Record<string, unknown>>;
    if (this.#ended) {
      if (callbacks) this.#waiting.push(callbacks);
      queueMicrotask(() => this.taken());
      return "";
    }
    const encoded = buffers.map((one) => toBase64(bytesOf(one)));
    const id = this.comm_id;
    let sent: boolean;
    if (method === "update") {
      const placed = encoded.map((one, at) => ({ path: (paths as (string | number)[][])[at] ?? [], data: one }));
      if (callbacks) this.#waiting.push(callbacks);
      sent = this.#port.notify("set", { id, state: jsonOf(state) as Record<string, unknown>, buffers: placed });
      // Too much for a message: nobody will ever have seen it.
      if (!sent) queueMicrotask(() => this.taken());
    } else {
      sent = this.#port.notify("tell", { id, content: jsonOf(content), buffers: encoded });
    }
    if (!sent) this.#failed("A widget said more than fits into a message.");
    this.#sent += 1;
    return String(this.#sent);
  }

  /// Code in an output ends no widget of the kernel.
  close(): string {
    return "";
  }

  on_msg(callback: Callback): void {
    this.#message = callback;
  }

  on_close(callback: Callback): void {
    this.#closed = callback;
  }

  // -- for the manager

  say(message: Message): void {
    this.#message(message);
  }

  taken(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    const idle = { content: { execution_state: "idle" } };
    for (const { iopub } of waiting) iopub?.status?.(idle as never);
  }

  /// Nobody hears it any more; what shows it stays.
  end(): void {
    this.#ended = true;
  }

  ended(): void {
    this.#closed({});
  }
}
