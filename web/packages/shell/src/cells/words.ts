/// What a cell says of itself in words and numbers. Pure.

import type { CellType } from "../notebook/types.js";

const TYPES: Readonly<Record<CellType, string>> = { code: "Code", markdown: "Markdown", raw: "Raw" };

export interface Said {
  readonly type: CellType;
  /// From 1; null where it is not known.
  readonly position: number | null;
  readonly count: number | null;
  readonly status: string;
  readonly stale: boolean;
  readonly selected: boolean;
}

const STATUS: Readonly<Record<string, string>> = {
  queued: "waiting to run",
  running: "running",
  ok: "finished",
  error: "failed",
  cancelled: "cancelled",
  lost: "lost with the kernel",
};

/// `Code cell 3, executed 5, finished`.
export function cellLabel(said: Said): string {
  const parts = [said.position === null ? `${TYPES[said.type]} cell` : `${TYPES[said.type]} cell ${said.position}`];
  if (said.count !== null) parts.push(`executed ${said.count}`);
  const status = STATUS[said.status];
  if (status !== undefined) parts.push(status);
  if (said.stale) parts.push("edited since it ran");
  if (said.selected) parts.push("selected");
  return parts.join(", ");
}

/// `[3]`, `[*]` while it waits or runs, `[ ]` before.
export function prompt(status: string, count: number | null): string {
  if (status === "queued" || status === "running") return "[*]";
  return count === null ? "[ ]" : `[${count}]`;
}

/// `40 ms`, `1.2 s`, `3:07`, `2:00:05`.
export function duration(seconds: number): string {
  const s = Math.max(0, seconds);
  if (s < 0.1) return `${Math.round(s * 1000)} ms`;
  if (s < 10) return `${Number.isInteger(s) ? s : s.toFixed(1)} s`;
  if (s < 60) return `${Math.round(s)} s`;
  const whole = Math.round(s);
  const [h, m] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  const two = (n: number) => String(n).padStart(2, "0");
  return h > 0 ? `${h}:${two(m)}:${two(whole % 60)}` : `${m}:${two(whole % 60)}`;
}

/// Of a cell that was not yet near the view, in pixels: a guess that the browser replaces by what it measures.
export function guessHeight(lines: number, hasOutputs: boolean, line = 19): number {
  return Math.min(lines, 400) * line + 28 + (hasOutputs ? 160 : 0);
}

/// `time` in seconds, as the person's own clock and calendar say it.
export function moment(time: number): string {
  return new Date(time * 1000).toLocaleString([], { dateStyle: "medium", timeStyle: "medium" });
}
