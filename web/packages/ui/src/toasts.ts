/// Short messages that come and go. Any part of the page may call `toast`; the layout shows them once.

import { createSignal } from "solid-js";
import type { Tone } from "./Message.js";

export interface ToastMessage {
  readonly text: string;
  readonly tone?: Tone;
  /// A hint: what can be done.
  readonly detail?: string | undefined;
  readonly action?: { readonly label: string; readonly run: () => void } | undefined;
  /// Replaces the message of the same key instead of standing beside it.
  readonly key?: string;
}

export interface ShownToast extends ToastMessage {
  readonly id: number;
}

/// More than this many at once nobody reads.
const MOST = 4;
const STAY_MS = 6000;

const [shown, setShown] = createSignal<readonly ShownToast[]>([]);
let last = 0;

export const toasts = shown;

/// Errors and messages with an action stay until they are sent away. Returns how to.
export function toast(message: ToastMessage): () => void {
  const entry: ShownToast = { ...message, id: ++last };
  setShown((all) => [...without(all, message.key), entry].slice(-MOST));
  const dismiss = () => dismissToast(entry.id);
  if (message.tone !== "danger" && !message.action) setTimeout(dismiss, STAY_MS);
  return dismiss;
}

export function dismissToast(id: number): void {
  setShown((all) => all.filter((entry) => entry.id !== id));
}

function without(all: readonly ShownToast[], key: string | undefined): readonly ShownToast[] {
  return key === undefined ? all : all.filter((entry) => entry.key !== key);
}
