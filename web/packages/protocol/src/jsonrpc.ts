/// JSON-RPC 2.0 envelopes. Ids are non-negative integers that the client chooses; batches are not spoken.

import { type ErrorCode, errors } from "./generated/errors.js";
import type { ErrorBody, Incoming } from "./generated/messages.js";
import type { Methods, Notifications } from "./generated/methods.js";

/// What the daemon (or our own codec) has to say when something does not work. A program may match on `code`.
export class HoodError extends Error {
  override readonly name = "HoodError";
  readonly code: ErrorCode;
  readonly hint: string;
  readonly fields: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, hint?: string, fields: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.code = code;
    this.hint = hint ?? errors[code].hint;
    this.fields = fields;
  }

  static of(body: ErrorBody): HoodError {
    const { code, hint, fields } = body.data ?? {};
    const known = typeof code === "string" && Object.hasOwn(errors, code) ? (code as ErrorCode) : "internal";
    const record = typeof fields === "object" && fields !== null ? (fields as Record<string, unknown>) : {};
    return new HoodError(known, body.message, typeof hint === "string" ? hint : "", record);
  }
}

type NotificationMessage = {
  [N in keyof Notifications]: { readonly kind: "notification"; readonly method: N; readonly params: Notifications[N] };
}[keyof Notifications];

/// A message from the daemon, by what it is.
export type Message =
  | { readonly kind: "result"; readonly id: number; readonly result: unknown }
  | { readonly kind: "error"; readonly id: number | null; readonly error: HoodError }
  | NotificationMessage;

export function encodeRequest<M extends keyof Methods>(method: M, params: Methods[M]["params"], id: number): string {
  return JSON.stringify({ jsonrpc: "2.0", method, params, id });
}

/// Throws `HoodError` for what is not JSON-RPC. The values inside come from the daemon, which the page trusts.
export function parseMessage(text: string): Message {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new HoodError("protocol.bad_message", "The message is not JSON.");
  }
  const message = value as Partial<Incoming> | null;
  if (typeof message !== "object" || message === null || message.jsonrpc !== "2.0")
    throw new HoodError("protocol.bad_message", "The message is not JSON-RPC 2.0.");
  if (message.error) return { kind: "error", id: message.id ?? null, error: HoodError.of(message.error) };
  if (typeof message.id === "number" && "result" in message)
    return { kind: "result", id: message.id, result: message.result };
  if (typeof message.method === "string")
    return { kind: "notification", method: message.method, params: message.params ?? {} } as NotificationMessage;
  throw new HoodError("protocol.bad_message", "The message is neither an answer nor a notification.");
}
