/// The diagnostics as they are read: frame by frame in the notebook's order, in words, and as text and JSON to be copied.
/// Pure. Hosts are the frames' own words: shown with what cannot be seen made visible, and never as anything but text.

import { visible } from "@fumehood/ui";
import { type Blockage, DEEDS, type Deed, type Diagnostics, type FrameRecord, keyOf } from "./diagnostics.js";

export interface Line {
  readonly what: string;
  readonly detail: string;
  readonly times: number;
}

export interface Entry {
  readonly cell: string;
  /// `cell 4`, or `a deleted cell`.
  readonly name: string;
  readonly part: string;
  readonly known: boolean;
  readonly alive: boolean;
  readonly lines: readonly Line[];
}

export interface Report {
  readonly alive: number;
  readonly most: number;
  readonly made: number;
  /// Milliseconds; null before the first frame.
  readonly ready: number | null;
  readonly total: number;
  readonly frames: readonly Entry[];
  readonly page: readonly Line[];
}

export function reportOf(
  { frames, page, total, made, readyMs }: Diagnostics,
  alive: ReadonlySet<string>,
  most: number,
  order: readonly string[],
): Report {
  const place = new Map(order.map((id, index) => [id, index]));
  const at = ({ cell }: { readonly cell: string }) => place.get(cell) ?? order.length;
  const entries = [...frames.values()].map((record): Entry => {
    const index = place.get(record.cell);
    return {
      cell: record.cell,
      name: index === undefined ? "a deleted cell" : `cell ${index + 1}`,
      part: record.part === "markdown" ? "Markdown" : `output ${Number(record.part) + 1}`,
      known: index !== undefined,
      alive: alive.has(keyOf(record.cell, record.part)),
      lines: linesOf(record),
    };
  });
  return {
    alive: alive.size,
    most,
    made,
    ready: made === 0 ? null : Math.round(readyMs / made),
    total,
    frames: entries.sort((a, b) => at(a) - at(b)),
    page: page.map(blockedLine),
  };
}

function linesOf({ refused, blocked, deeds, stopped }: FrameRecord): readonly Line[] {
  return [
    ...[...stopped].map(([reason, times]) => ({ what: "Stopped", detail: reason, times })),
    ...[...refused].map(([reason, times]) => ({ what: "Message refused", detail: reason, times })),
    ...blocked.map(blockedLine),
    ...[...deeds].map(([deed, times]: [Deed, number]) => ({ what: "Noticed", detail: DEEDS[deed], times })),
  ];
}

function blockedLine({ directive, host, times }: Blockage): Line {
  return { what: "Load blocked", detail: `${directive} ${visible(host)}`.trim(), times };
}

export function summary({ alive, most, made, ready, total }: Report): readonly (readonly [string, string])[] {
  return [
    ["Frames alive", `${alive} of ${most} at most`],
    ["Frames made", ready === null ? "none yet" : `${made}, ready after ${ready} ms on average`],
    ["Refused, blocked or stopped", total === 0 ? "nothing" : `${total}`],
  ];
}

export function asText(report: Report, notebook: string): string {
  const block = (title: string, lines: readonly Line[]) =>
    [title, ...lines.map(({ what, detail, times }) => `  ${what}: ${detail} (${times})`)].join("\n");
  return [
    `Diagnostics of the outputs of ${visible(notebook)}`,
    summary(report)
      .map(([what, value]) => `${what}: ${value}`)
      .join("\n"),
    ...report.frames.map(({ name, part, alive, lines }) => block(`${name}, ${part}${alive ? ", alive" : ""}`, lines)),
    ...(report.page.length > 0 ? [block("Refused by the page's own policy", report.page)] : []),
  ].join("\n\n");
}

export function asJson(report: Report): string {
  return JSON.stringify(report, null, 2);
}
