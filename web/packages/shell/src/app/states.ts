/// What the status bar and the banners say, from what the model knows. Pure.

import type { FinishStatus, KernelChanged } from "@fumehood/protocol";
import { byteSize } from "@fumehood/ui/sizes";
import type { Connection, Merged, Values } from "../notebook/types.js";
import { clock, many } from "./format.js";

export type Mood = "quiet" | "busy" | "ok" | "warning" | "danger";

export interface Said {
  readonly text: string;
  readonly mood: Mood;
}

/// `running`: how the cell that runs is called; `waiting`: how many more are in the queue.
export function kernelSaid(kernel: KernelChanged, running: string | null, waiting: number): Said {
  const more = waiting > 0 ? ` · ${waiting} waiting` : "";
  switch (kernel.status) {
    case "none":
      return { text: "Not started", mood: "quiet" };
    case "starting":
      return { text: `Starting…${more}`, mood: "busy" };
    case "restarting":
      return { text: `Restarting…${more}`, mood: "busy" };
    case "busy":
      return { text: `${running === null ? "Busy" : `Running ${running}`}${more}`, mood: "busy" };
    case "idle":
      return running === null ? { text: "Idle", mood: "ok" } : { text: `Running ${running}${more}`, mood: "busy" };
    case "unresponsive":
      return { text: "Not answering", mood: "warning" };
    case "dead":
      return { text: "Dead", mood: "danger" };
  }
}

/// Why the kernel ended, as far as it is known. The daemon's sentence has the peak memory in it.
export function deathSaid(kernel: KernelChanged): string {
  if (kernel.reason) return kernel.reason;
  return `The kernel has ended.${kernel.peak_memory ? ` It had used ${byteSize(kernel.peak_memory)} of memory.` : ""}`;
}

/// What the code runs in: the kernel's name, also before it starts, as the notebook's own metadata has it. Hostile text.
export function environmentName(kernel: KernelChanged, metadata: Values): string | null {
  const wanted = metadata.kernelspec;
  const spec = typeof wanted === "object" && wanted !== null ? (wanted as Values) : {};
  const same = !kernel.spec || spec.name === kernel.spec;
  const named = same && typeof spec.display_name === "string" ? spec.display_name : "";
  return kernel.display_name || named || kernel.spec || (typeof spec.name === "string" ? spec.name : "") || null;
}

export interface Saving {
  readonly dirty: boolean;
  /// A save that was asked for is on its way.
  readonly saving: boolean;
  readonly savedAt: number | null;
  /// Of the room, whoever switched it.
  readonly autosave: boolean;
  readonly connected: boolean;
  readonly readOnly: boolean;
}

export function saveSaid(saving: Saving, now: number, locale?: string): Said {
  if (saving.readOnly) return { text: "Read-only", mood: "quiet" };
  if (saving.saving) return { text: "Saving…", mood: "quiet" };
  if (saving.dirty) {
    if (!saving.connected) return { text: "Not saved yet", mood: "warning" };
    return saving.autosave
      ? { text: "Saving…", mood: "quiet" }
      : { text: "Not saved yet · autosave off", mood: "warning" };
  }
  if (saving.savedAt !== null) return { text: `Saved ${clock(saving.savedAt, now, locale)}`, mood: "quiet" };
  return { text: "No changes", mood: "quiet" };
}

/// Empty while all is well. `running`: code runs meanwhile, as far as was known when the connection was lost.
export function connectionSaid(connection: Connection, running: boolean): Said | null {
  switch (connection.state) {
    case "open":
      return null;
    case "connecting":
      return { text: "Connecting…", mood: "busy" };
    case "lost":
      return {
        text: running ? "Connection lost, still running: reconnecting…" : "Connection lost: reconnecting…",
        mood: "warning",
      };
    case "gone":
      return { text: "Not connected", mood: "danger" };
  }
}

/// Null where nothing of it is worth a line.
export function mergedSaid(merged: Merged): string | null {
  const parts = [
    merged.edited.length > 0 ? `${many(merged.edited.length, "cell")} edited` : "",
    merged.added.length > 0 ? `${merged.added.length} added` : "",
    merged.deleted.length > 0 ? `${merged.deleted.length} deleted` : "",
    merged.conflicts.length > 0 ? many(merged.conflicts.length, "conflict") : "",
  ].filter((part) => part !== "");
  return parts.length === 0 ? null : `The file changed outside: ${parts.join(", ")}.`;
}

/// The mark in the tab's title.
export function titleMark(kernel: KernelChanged, queued: number, last: FinishStatus | null): string {
  if (kernel.status === "dead") return "✕ ";
  if (queued > 0 || kernel.status === "busy") return "● ";
  return last === "error" ? "! " : "";
}
