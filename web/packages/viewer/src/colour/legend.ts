/// What a coloured column's legend says, and the colours that go with it: the data as it is, and on top of it what a
/// person changed (`Overlay`). A merged category counts as the other; one merged into none counts as missing.

import { NO_OVERLAY, type Overlay } from "../state/document";
import { bytes, categorical } from "./palettes";

export interface Entry {
  readonly code: number;
  readonly name: string;
  readonly colour: string;
  readonly count: number;
  /// Other categories that count as this one.
  readonly merged: readonly number[];
}

export interface Legend {
  readonly entries: readonly Entry[];
  readonly missing: number;
  /// Four bytes a category of the data, for the GPU.
  readonly palette: Uint8Array<ArrayBuffer>;
}

const UNKNOWN = -2;
const ON_THE_WAY = -3;

export interface Counted {
  readonly names: readonly string[];
  /// Cells of each; the missing ones last.
  readonly counts: Uint32Array;
}

/// What each code counts as after all merges; -1: missing. A circle of merges ends at its first. In one pass, since a
/// stranger's merges may be one long chain.
export function standings(count: number, merged: Overlay["merged"]): Int32Array {
  const found = new Int32Array(count).fill(UNKNOWN);
  const way: number[] = [];
  for (let code = 0; code < count; code++) {
    way.length = 0;
    let at = code;
    while (found[at] === UNKNOWN) {
      found[at] = ON_THE_WAY;
      way.push(at);
      const next = merged[at];
      // One that is not there is no category.
      if (next !== undefined) at = Number.isInteger(next) && next < count ? next : -1;
    }
    const end = at < 0 ? -1 : found[at] === ON_THE_WAY ? at : (found[at] as number);
    for (const one of way) found[one] = end;
  }
  return found;
}

/// What one code counts as; -1: missing.
export function standing(code: number, count: number, merged: Overlay["merged"]): number {
  // Most were never merged: nobody looks at all of them for the one under the pointer.
  if (merged[code] === undefined) return code < count ? code : -1;
  return standings(count, merged)[code] ?? -1;
}

export function legendOf(column: Counted, none: string, overlay: Overlay = NO_OVERLAY): Legend {
  const count = column.names.length;
  const base = categorical(count).map((colour, code) => overlay.colours[code] ?? colour);
  const standing = standings(count, overlay.merged);
  const colours = Array.from(standing, (code) => (code < 0 ? none : (base[code] ?? none)));
  const counts = new Uint32Array(count);
  let missing = column.counts[count] ?? 0;
  const merged = new Map<number, number[]>();
  standing.forEach((code, from) => {
    const cells = column.counts[from] ?? 0;
    if (code < 0) missing += cells;
    else counts[code] = (counts[code] ?? 0) + cells;
    if (code < 0 || code === from) return;
    const others = merged.get(code);
    if (others === undefined) merged.set(code, [from]);
    else others.push(from);
  });
  const entries = column.names.flatMap((name, code) =>
    standing[code] === code
      ? [
          {
            code,
            name: overlay.names[code] ?? name,
            colour: base[code] as string,
            count: counts[code] as number,
            merged: merged.get(code) ?? [],
          },
        ]
      : [],
  );
  return { entries, missing, palette: bytes(colours) };
}
