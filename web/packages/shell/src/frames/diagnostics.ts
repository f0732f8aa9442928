/// What frames did that they may not do, counted for the person who wants to know, frame by frame. It is bounded whatever
/// frames do. Keys are constants of ours, with one exception: a host that a frame says it was kept from is the frame's own
/// word, hostile text, kept short and few.

import type { Refused } from "@fumehood/bridge";
import { type Accessor, createSignal } from "solid-js";

/// What a frame did, as the panel calls it.
export const DEEDS = {
  reloaded: "loaded another page into itself",
  focused: "took the keyboard unasked",
  offered: "offered a file to save",
  restless: "kept changing its height",
} as const;

export type Deed = keyof typeof DEEDS;
export type Counts = ReadonlyMap<string, number>;

export interface Blockage {
  readonly directive: string;
  /// The frame's own word; hostile text.
  readonly host: string;
  readonly times: number;
}

export interface FrameRecord {
  readonly cell: string;
  /// Which frame of the cell: the number of its first output, or `markdown`.
  readonly part: string;
  /// Messages that were not taken: `method: reason`.
  readonly refused: Counts;
  readonly blocked: readonly Blockage[];
  readonly deeds: ReadonlyMap<Deed, number>;
  /// By the sentence that stood in its place.
  readonly stopped: Counts;
}

export interface Diagnostics {
  /// Frames with something to tell, the latest last.
  readonly frames: ReadonlyMap<string, FrameRecord>;
  /// What the page's own policy refused, to whomever it was.
  readonly page: readonly Blockage[];
  /// Messages refused, loads blocked and frames stopped since the page was opened, also those no longer listed.
  readonly total: number;
  /// Frames made since the page was opened, and the milliseconds from making one to its being ready.
  readonly made: number;
  readonly readyMs: number;
}

/// Frames listed, and different hosts of each.
const FRAMES = 200;
const HOSTS = 40;
const HOST_CHARS = 200;
const NOTHING: Diagnostics = { frames: new Map(), page: [], total: 0, made: 0, readyMs: 0 };

const [diagnostics, setDiagnostics] = createSignal(NOTHING);
const [alive, setAlive] = createSignal<ReadonlySet<string>>(new Set());

export { diagnostics };

/// Keys of the frames that are alive now.
export const aliveFrames: Accessor<ReadonlySet<string>> = alive;

export const keyOf = (cell: string, part: string): string => `${cell}/${part}`;

/// Where one frame's doings are written down.
export interface Tally {
  alive(now: boolean): void;
  ready(milliseconds: number): void;
  refused(refused: Refused): void;
  /// It asked for a widget that is none of its own.
  widget(why: string): void;
  did(deed: Deed): void;
  blocked(directive: string, host: string): void;
  stopped(reason: string): void;
}

export function tallyOf(cell: string, part: string): Tally {
  const key = keyOf(cell, part);
  const note = (change: (old: FrameRecord) => FrameRecord, counts = 1) =>
    setDiagnostics((old) => {
      const before = old.frames.get(key) ?? {
        cell,
        part,
        refused: new Map(),
        blocked: [],
        deeds: new Map(),
        stopped: new Map(),
      };
      const frames = new Map(old.frames);
      frames.delete(key);
      frames.set(key, change(before));
      for (const oldest of frames.keys()) {
        if (frames.size <= FRAMES) break;
        frames.delete(oldest);
      }
      return { ...old, frames, total: old.total + counts };
    });
  return {
    alive: (now) =>
      setAlive((old) => {
        const next = new Set(old);
        if (now) next.add(key);
        else next.delete(key);
        return next;
      }),
    ready: (milliseconds) =>
      setDiagnostics((old) => ({ ...old, made: old.made + 1, readyMs: old.readyMs + milliseconds })),
    refused: ({ method, reason }) => {
      const what = method === "" ? reason : `${method}: ${reason}`;
      note((old) => ({ ...old, refused: more(old.refused, what) }));
    },
    widget: (why) => note((old) => ({ ...old, refused: more(old.refused, why) })),
    did: (deed) => note((old) => ({ ...old, deeds: more(old.deeds, deed) }), 0),
    blocked: (directive, host) => note((old) => ({ ...old, blocked: met(old.blocked, directive, host) })),
    stopped: (reason) => note((old) => ({ ...old, stopped: more(old.stopped, reason) })),
  };
}

/// Listens to what the page's own policy refuses. Returns how to stop.
export function watchPage(): () => void {
  const heard = ({ effectiveDirective, blockedURI }: SecurityPolicyViolationEvent) =>
    countPage(effectiveDirective, hostOf(blockedURI));
  document.addEventListener("securitypolicyviolation", heard);
  return () => document.removeEventListener("securitypolicyviolation", heard);
}

export function countPage(directive: string, host: string): void {
  setDiagnostics((old) => ({ ...old, page: met(old.page, directive, host), total: old.total + 1 }));
}

/// An address by its host; a word such as `inline` as it is.
export function hostOf(blocked: string): string {
  try {
    return new URL(blocked).host || blocked.slice(0, blocked.indexOf(":") + 1);
  } catch {
    return blocked;
  }
}

function more<K extends string>(counts: ReadonlyMap<K, number>, what: K): ReadonlyMap<K, number> {
  return new Map(counts).set(what, (counts.get(what) ?? 0) + 1);
}

function met(list: readonly Blockage[], directive: string, said: string): readonly Blockage[] {
  const host = said.slice(0, HOST_CHARS);
  const at = list.findIndex((one) => one.directive === directive && one.host === host);
  if (at >= 0) return list.map((one, index) => (index === at ? { ...one, times: one.times + 1 } : one));
  return list.length >= HOSTS ? list : [...list, { directive, host, times: 1 }];
}
