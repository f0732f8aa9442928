/// Positions in a text: the page counts UTF-16 units, the kernel code points.

/// Code points before the UTF-16 offset `at`; a position inside a pair counts as behind it.
export function toPoints(text: string, at: number): number {
  let points = 0;
  for (let unit = 0; unit < Math.min(at, text.length); points++) unit += width(text, unit);
  return points;
}

/// The UTF-16 offset of code point number `points`; the text's end where it has fewer.
export function toUnits(text: string, points: number): number {
  let unit = 0;
  for (let seen = 0; seen < points && unit < text.length; seen++) unit += width(text, unit);
  return unit;
}

/// `at` within the text, and not inside a character that takes two units: the daemon refuses to cut one.
export function snap(text: string, at: number): number {
  const within = Math.min(Math.max(0, Math.trunc(at)), text.length);
  return within > 0 && isHigh(text.charCodeAt(within - 1)) && isLow(text.charCodeAt(within)) ? within - 1 : within;
}

function width(text: string, unit: number): 1 | 2 {
  return isHigh(text.charCodeAt(unit)) && isLow(text.charCodeAt(unit + 1)) ? 2 : 1;
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}

/// What turns `old` into `now`: one replacement, between what both begin and end with.
export function replacement(old: string, now: string): { from: number; to: number; insert: string } | null {
  if (old === now) return null;
  const most = Math.min(old.length, now.length);
  let start = 0;
  while (start < most && old.charCodeAt(start) === now.charCodeAt(start)) start++;
  let end = 0;
  while (end < most - start && old.charCodeAt(old.length - 1 - end) === now.charCodeAt(now.length - 1 - end)) end++;
  if (start > 0 && isHigh(old.charCodeAt(start - 1))) start--;
  if (end > 0 && isLow(old.charCodeAt(old.length - end))) end--;
  return { from: start, to: old.length - end, insert: now.slice(start, now.length - end) };
}
