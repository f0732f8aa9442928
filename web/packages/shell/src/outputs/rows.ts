/// Text as rows: a line, or a piece of a line too long to be laid out at once. Pure. What a saved file holds of carriage
/// returns and backspaces is resolved per line, as the runtime does it for what it prints itself.

import { PLAIN, type Style, styleAfter } from "./sgr.js";

/// Characters of one row.
export const ROW_CHARS = 2000;

export interface Row {
  readonly text: string;
  /// At its first character.
  readonly style: Style;
}

/// How many rows `text` has; a line's end at the very end begins no row.
export function countRows(text: string): number {
  let rows = 0;
  for (let from = 0; from < text.length; ) {
    const newline = text.indexOf("\n", from);
    const end = newline < 0 ? text.length : newline;
    rows += Math.max(1, Math.ceil((end - from) / ROW_CHARS));
    from = end + 1;
  }
  return rows;
}

export function countLines(text: string): number {
  let lines = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) lines++;
  return text === "" || text.endsWith("\n") ? lines : lines + 1;
}

/// The rows of `text`, the first `most` of them.
export function splitRows(text: string, start: Style = PLAIN, most = Number.POSITIVE_INFINITY): readonly Row[] {
  const rows: Row[] = [];
  let style = start;
  for (let from = 0; from < text.length && rows.length < most; ) {
    const newline = text.indexOf("\n", from);
    const end = newline < 0 ? text.length : newline;
    let at = from;
    do {
      const until = Math.min(end, at + ROW_CHARS);
      const piece = text.slice(at, until);
      rows.push({ text: settle(piece), style });
      style = styleAfter(piece, style);
      at = until;
    } while (at < end && rows.length < most);
    from = end + 1;
  }
  return rows;
}

/// Where the last `count` rows of `text` begin.
export function tailStart(text: string, count: number): number {
  let at = text.endsWith("\n") ? text.length - 1 : text.length;
  for (let rows = 0; at > 0; ) {
    const newline = text.lastIndexOf("\n", at - 1);
    const length = at - newline - 1;
    const own = Math.max(1, Math.ceil(length / ROW_CHARS));
    if (rows + own > count) return rows === 0 ? newline + 1 + (own - count) * ROW_CHARS : at + 1;
    rows += own;
    if (rows === count) return newline + 1;
    at = newline;
  }
  return 0;
}

/// The style at `at`, looking back no farther than to the last reset.
export function styleAt(text: string, at: number, start: Style): Style {
  if (at === 0) return start;
  const before = text.slice(0, at);
  const reset = Math.max(before.lastIndexOf("\x1b[0m"), before.lastIndexOf("\x1b[m"));
  return reset < 0 ? styleAfter(before, start) : styleAfter(before.slice(reset), PLAIN);
}

/// A row as a terminal leaves it.
function settle(line: string): string {
  let result = line;
  if (result.includes("\r")) result = returns(result);
  while (result.includes("\b")) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: a backspace is what it is about.
    const shorter = result.replace(/[^\x08]\x08|^\x08+/g, "");
    if (shorter === result) break;
    result = shorter;
  }
  return result;
}

function returns(line: string): string {
  const parts = line.split("\r");
  const last = parts.findLast((part) => part !== "") ?? "";
  // Columns under escape sequences cannot be counted here: the last writing stands for the line.
  if (line.includes("\x1b")) return last;
  return parts.reduce((under, over) => over + under.slice(over.length), "");
}
