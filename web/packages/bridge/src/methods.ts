/// Everything that can be said over the bridge: one table per direction. What is not in it does not exist.
///
/// `toShell` is the whole power of code in an output: it may ask for a height, ask for a link to be opened (the page
/// decides, after a click), offer a file to save (the same), and report. Every line there is read as if an attacker had written it, because one may.

import type { Rate } from "./bucket.js";
import type { Budget } from "./plain.js";
import {
  either,
  file,
  type Infer,
  integer,
  json,
  list,
  number,
  object,
  oneOf,
  record,
  type Schema,
  text,
} from "./schema.js";

export const VERSION = 1;

/// Methods without `result` are notifications.
export interface Method<P, R = never> {
  readonly params: Schema<P>;
  readonly result?: Schema<R>;
  readonly budget: Budget;
  /// How often the receiver takes it.
  readonly rate: Rate;
}

// biome-ignore lint/suspicious/noExplicitAny: a table holds methods of every type; each entry keeps its own
export type Table = Readonly<Record<string, Method<any, any>>>;
export type Params<T extends Table, M extends keyof T> = Infer<T[M]["params"]>;
export type Result<T extends Table, M extends keyof T> = Infer<NonNullable<T[M]["result"]>>;
export type Requests<T extends Table> = {
  [M in keyof T]: T[M] extends { result: Schema<unknown> } ? M : never;
}[keyof T];
export type Notifications<T extends Table> = Exclude<keyof T, Requests<T>>;

const MIB = 1024 * 1024;
/// A height that a page can have in every engine.
export const TALLEST = 10_000_000;
export const OUTPUTS = 10_000;
export const MIME_TYPES = 100;
export const MIME_TYPE_CHARS = 256;
/// More than this no frame saves.
export const FILE_BYTES = 512 * MIB;

const id = text(200);
const blobRef = object({ blob: text(64, /^[0-9a-f]{64}$/), size: integer(0, Number.MAX_SAFE_INTEGER) });
const bundle = record(text(MIME_TYPE_CHARS), either(text(64 * MIB), blobRef), MIME_TYPES);
const metadata = record(text(1000), json, 1000);
/// `text`: what was printed, with its ANSI codes, for an output that has no MIME bundle.
const output = object({ id, data: bundle, metadata }, { text: text(64 * MIB) });
const theme = object({
  scheme: oneOf("light", "dark"),
  name: text(40, /^[a-z0-9-]+$/),
  /// Custom properties of the page that outputs may use: `--fh-…` to a value.
  variables: record(text(80, /^--[a-z0-9-]+$/), text(300), 200),
});
const fontSize = number(6, 48);

/// A widget's model, by the id of its comm.
const model = text(200, /^[^\p{Cc}]+$/u);
/// Where in a state a binary value belongs.
const path = list(either(text(256), integer(0, 1_000_000)), 60);
/// A binary value: base64, or bytes on the blob server. A frame has no blobs to give.
const inline = text(16 * MIB, /^[A-Za-z0-9+/]*={0,2}$/);
const state = record(text(256), json, 10_000);
const placed = object({ path, data: either(inline, blobRef) });
const models = list(object({ id: model, state, buffers: list(placed, 1000) }), 5000);

const BULK: Budget = { depth: 120, nodes: 2_000_000, bytes: 256 * MIB };
const SMALL: Budget = { depth: 4, nodes: 600, bytes: 128 * 1024 };
const FREELY: Rate = { perSecond: 1000, burst: 5000 };
/// Messages of a widget's own, of which none may be lost: more than a kernel can send.
const UNCOUNTED: Rate = { perSecond: 100_000, burst: 100_000 };
/// What a frame may write into a widget at once.
const WIDGET: Budget = { depth: 60, nodes: 200_000, bytes: 64 * MIB };

export const toGuest = {
  /// Replaces everything that the frame shows. `blobs`: `http://127.0.0.1:PORT`.
  render: {
    params: object({ outputs: list(output, OUTPUTS), blobs: text(200), theme, fontSize }),
    budget: BULK,
    rate: FREELY,
  },
  /// The output of this id, which the frame shows, is now this one.
  update: { params: output, budget: BULK, rate: FREELY },
  theme: { params: object({ theme, fontSize }), budget: SMALL, rate: FREELY },
  /// How often the text is found in what the frame shows, and where it is marked; an empty query removes the marks. The
  /// current one is scrolled to.
  find: {
    params: object({ query: text(1000) }, { current: integer(0, 1_000_000) }),
    result: object({ count: integer(0, 1_000_000) }),
    budget: SMALL,
    rate: FREELY,
  },
  /// Models that the frame may see from now on, or sees anew; and those that its outputs name and nobody has.
  models: { params: object({ models, missing: list(model, 10_000) }), budget: BULK, rate: FREELY },
  /// Traits that have another value; those in `gone` have none but what `buffers` says.
  changed: {
    params: object({ id: model, state, buffers: list(placed, 1000), gone: list(text(256), 10_000) }),
    budget: BULK,
    rate: FREELY,
  },
  /// The kernel closed the models.
  closed: { params: object({ ids: list(model, 5000) }), budget: BULK, rate: FREELY },
  /// The kernel of these models has ended: they are what they were, and nobody hears them.
  ended: { params: object({ ids: list(model, 5000) }), budget: BULK, rate: FREELY },
  /// A message of the widget's own.
  told: {
    params: object({ id: model, content: json, buffers: list(either(inline, blobRef), 1000) }),
    budget: BULK,
    rate: UNCOUNTED,
  },
  /// The kernel has seen the frame's last `set`.
  taken: { params: object({ id: model }), budget: SMALL, rate: FREELY },
} as const satisfies Table;

export const toShell = {
  ready: {
    params: object({ version: integer(1, 1000) }),
    budget: { depth: 1, nodes: 4, bytes: 256 },
    rate: { perSecond: 1, burst: 2 },
  },
  /// The height of the content in CSS pixels.
  resized: {
    params: object({ height: number(0, TALLEST) }),
    budget: { depth: 1, nodes: 4, bytes: 256 },
    rate: { perSecond: 150, burst: 300 },
  },
  /// The person clicked on a link, or so the frame says.
  link: {
    params: object({ url: text(8192, /^(?:https?|mailto):[^\p{Cc}\p{Zl}\p{Zp}\s]+$/iu) }),
    budget: { depth: 1, nodes: 4, bytes: 20_000 },
    rate: { perSecond: 2, burst: 5 },
  },
  failed: {
    params: object({ id, message: text(2000) }),
    budget: { depth: 1, nodes: 6, bytes: 8000 },
    rate: { perSecond: 10, burst: 100 },
  },
  /// The frame offers a file to save. It cannot save one itself: the page does, after a click or a question.
  save: {
    params: object({ name: text(300), file: file(FILE_BYTES) }),
    budget: { depth: 1, nodes: 6, bytes: 2000, files: 1 },
    rate: { perSecond: 1, burst: 5 },
  },
  /// What the frame's policy did not let out.
  blocked: {
    params: object({ directive: text(60, /^[a-z0-9-]+$/), host: text(300) }),
    budget: { depth: 1, nodes: 6, bytes: 2000 },
    rate: { perSecond: 5, burst: 40 },
  },
  /// The person pressed Escape in the frame: back to the cell, if the frame has the focus.
  left: { params: object({}), budget: { depth: 1, nodes: 2, bytes: 64 }, rate: { perSecond: 5, burst: 10 } },
  /// The frame's widget has these values now. One at a time for each model: the next after `taken`.
  set: {
    params: object({ id: model, state, buffers: list(object({ path, data: inline }), 1000) }),
    budget: WIDGET,
    rate: { perSecond: 200, burst: 400 },
  },
  /// A message of the widget's own to its kernel.
  tell: {
    params: object({ id: model, content: json, buffers: list(inline, 1000) }),
    budget: WIDGET,
    rate: { perSecond: 300, burst: 1000 },
  },
} as const satisfies Table;

export type ToGuest = typeof toGuest;
export type ToShell = typeof toShell;
export type GuestOutput = Infer<typeof output>;
export type GuestBundle = Infer<typeof bundle>;
export type GuestBlob = Infer<typeof blobRef>;
export type GuestTheme = Infer<typeof theme>;
export type GuestModel = Infer<typeof models>[number];
export type GuestBuffer = Infer<typeof placed>;
