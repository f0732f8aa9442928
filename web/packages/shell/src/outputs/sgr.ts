/// Terminal text as runs of one style: SGR (16, 256 and true colours), OSC 8 links, everything else that a terminal
/// would obey is dropped. Never makes markup: who renders the runs makes text nodes of them. Hostile text: each
/// character is looked at a bounded number of times, and a sequence that never ends is dropped.

import { openable } from "../frames/links.js";

/// -1: the theme's own; 0–15: the palette; from `RGB` on: `RGB | 0xrrggbb`.
export type Color = number;
export const RGB = 0x1000000;

export interface Style {
  readonly fg: Color;
  readonly bg: Color;
  /// Bits of `Flag`.
  readonly flags: number;
  /// Target of an OSC 8 link, http or https; empty: none.
  readonly link: string;
}

export const Flag = { bold: 1, faint: 2, italic: 4, underline: 8, inverse: 16, strike: 32, conceal: 64 } as const;

export const PLAIN: Style = { fg: -1, bg: -1, flags: 0, link: "" };

export interface Run {
  readonly text: string;
  readonly style: Style;
}

const LINK_LENGTH = 2048;
/// Sequences longer than this are not sequences.
const SEQUENCE_LENGTH = 4096;

// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what terminal text is made of.
export const SPECIAL = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/;
const EACH = new RegExp(SPECIAL, "g");

/// The runs of `text`, and the style after it.
export function parseRuns(text: string, start: Style): { readonly runs: readonly Run[]; readonly end: Style } {
  const runs: Run[] = [];
  let style = start;
  let at = 0;
  let pending = "";
  const flush = () => {
    if (pending !== "") runs.push({ text: pending, style });
    pending = "";
  };
  EACH.lastIndex = 0;
  for (let found = EACH.exec(text); found !== null; found = EACH.exec(text)) {
    pending += text.slice(at, found.index);
    const code = text.charCodeAt(found.index);
    if (code === 0x1b) {
      const sequence = readEscape(text, found.index);
      const next = sequence.apply(style);
      if (next !== style) {
        flush();
        style = next;
      }
      at = sequence.end;
    } else {
      pending += visible(code);
      at = found.index + 1;
    }
    EACH.lastIndex = at;
  }
  pending += text.slice(at);
  flush();
  return { runs, end: style };
}

/// The style after `text`, without making runs.
export function styleAfter(text: string, start: Style): Style {
  let style = start;
  for (let at = text.indexOf("\x1b"); at >= 0; ) {
    const sequence = readEscape(text, at);
    style = sequence.apply(style);
    at = text.indexOf("\x1b", sequence.end);
  }
  return style;
}

/// Without any sequence: what a person reads.
export function strip(text: string): string {
  if (!text.includes("\x1b")) return text;
  let result = "";
  let from = 0;
  for (let at = text.indexOf("\x1b"); at >= 0; ) {
    result += text.slice(from, at);
    from = readEscape(text, at).end;
    at = text.indexOf("\x1b", from);
  }
  return result + text.slice(from);
}

/// A picture of the control character, so that nothing is hidden in the text; C1 has none.
function visible(code: number): string {
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? "␡" : "�";
}

interface Sequence {
  readonly end: number;
  apply(style: Style): Style;
}

const same = (style: Style) => style;

function readEscape(text: string, at: number): Sequence {
  const kind = text[at + 1];
  if (kind === "[") return readControl(text, at + 2);
  if (kind === "]" || kind === "P" || kind === "X" || kind === "^" || kind === "_")
    return readString(text, at + 2, kind);
  // Two-character sequences, and the three-character ones that choose a character set.
  return { end: Math.min(text.length, at + (kind !== undefined && "()*+#%".includes(kind) ? 3 : 2)), apply: same };
}

function readControl(text: string, from: number): Sequence {
  let at = from;
  const most = Math.min(text.length, from + SEQUENCE_LENGTH);
  while (at < most && text.charCodeAt(at) >= 0x20 && text.charCodeAt(at) < 0x40) at++;
  if (at >= most) return { end: at, apply: same };
  const final = text.charCodeAt(at);
  // Something that cannot be in a sequence ends it, and is itself text.
  if (final < 0x40 || final > 0x7e) return { end: at, apply: same };
  const body = text.slice(from, at);
  if (final !== 0x6d || !/^[\d;:]*$/.test(body)) return { end: at + 1, apply: same };
  return { end: at + 1, apply: (style) => select(style, body) };
}

function readString(text: string, from: number, kind: string): Sequence {
  const most = Math.min(text.length, from + SEQUENCE_LENGTH);
  for (let at = from; at < most; at++) {
    const code = text.charCodeAt(at);
    const bell = code === 0x07;
    if (bell || (code === 0x1b && text[at + 1] === "\\")) {
      const body = text.slice(from, at);
      const end = at + (bell ? 1 : 2);
      return kind === "]" && body.startsWith("8;")
        ? { end, apply: (style) => link(style, body) }
        : { end, apply: same };
    }
    // A line's end or another sequence inside: it was none.
    if (code === 0x0a || code === 0x1b) return { end: at, apply: same };
  }
  return { end: most, apply: same };
}

function link(style: Style, body: string): Style {
  const target = body.slice(body.indexOf(";", 2) + 1);
  const web = target.length <= LINK_LENGTH && /^https?:\/\/[^\s]+$/i.test(target);
  const safe = web && openable(target) ? target : "";
  return safe === style.link ? style : { ...style, link: safe };
}

const ON: Readonly<Record<number, number>> = { 1: 1, 2: 2, 3: 4, 4: 8, 7: 16, 8: 64, 9: 32, 21: 8 };
const OFF: Readonly<Record<number, number>> = { 22: 1 | 2, 23: 4, 24: 8, 27: 16, 28: 64, 29: 32 };

function select(style: Style, body: string): Style {
  const codes = body.split(/[;:]/).map((part) => (part === "" ? 0 : Number(part)));
  let { fg, bg, flags } = style;
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at] ?? 0;
    if (code === 0) {
      fg = -1;
      bg = -1;
      flags = 0;
    } else if (ON[code] !== undefined) flags |= ON[code];
    else if (OFF[code] !== undefined) flags &= ~OFF[code];
    else if (code >= 30 && code <= 37) fg = code - 30;
    else if (code >= 40 && code <= 47) bg = code - 40;
    else if (code >= 90 && code <= 97) fg = code - 90 + 8;
    else if (code >= 100 && code <= 107) bg = code - 100 + 8;
    else if (code === 39) fg = -1;
    else if (code === 49) bg = -1;
    else if (code === 38 || code === 48) {
      const [color, used] = extended(codes, at + 1);
      if (color >= 0) {
        if (code === 38) fg = color;
        else bg = color;
      }
      at += used;
    }
  }
  return fg === style.fg && bg === style.bg && flags === style.flags ? style : { ...style, fg, bg, flags };
}

/// The colour after 38 or 48, and how many codes it took.
function extended(codes: readonly number[], at: number): readonly [Color, number] {
  if (codes[at] === 5) return [palette(codes[at + 1] ?? 0), 2];
  if (codes[at] !== 2) return [-1, codes.length];
  const [red, green, blue] = [codes[at + 1] ?? 0, codes[at + 2] ?? 0, codes[at + 3] ?? 0];
  if (Math.max(red, green, blue) > 255) return [-1, 4];
  return [RGB | (red << 16) | (green << 8) | blue, 4];
}

const LEVELS = [0, 95, 135, 175, 215, 255];

function palette(index: number): Color {
  if (index < 16) return index;
  if (index > 255) return -1;
  if (index >= 232) return RGB | ((8 + (index - 232) * 10) * 0x010101);
  const cube = index - 16;
  const [red, green, blue] = [
    LEVELS[Math.floor(cube / 36)] ?? 0,
    LEVELS[Math.floor(cube / 6) % 6] ?? 0,
    LEVELS[cube % 6] ?? 0,
  ];
  return RGB | (red << 16) | (green << 8) | blue;
}
