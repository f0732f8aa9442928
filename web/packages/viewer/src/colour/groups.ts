/// Groups as what cells are coloured by: codes as a column of categories has them, in one pass over the groups' cells.
/// Where groups overlap the later one lies above, as `viewer.groups_to_obs` has it. Pure.

import type { Categories, Codes } from "../model/shelf";
import type { Group } from "../state/document";
import type { Legend } from "./legend";
import { bytes } from "./palettes";

export type Grouped = Omit<Categories, "kind" | "names">;

/// `groups`: the cells of each. `counts`: of those that have its colour, not of those that another one covers.
export function grouped(groups: readonly Group["cells"][], cells: number): Grouped {
  const narrow = groups.length < 0xff;
  const missing = narrow ? 0xff : 0xffff;
  const codes: Codes = narrow ? new Uint8Array(cells) : new Uint16Array(cells);
  codes.fill(missing);
  const counts = new Uint32Array(groups.length + 1);
  counts[groups.length] = cells;
  groups.forEach((group, code) => {
    for (const cell of group) {
      if (cell >= cells) continue;
      const before = Math.min(codes[cell] as number, groups.length);
      codes[cell] = code;
      counts[before] = (counts[before] as number) - 1;
      counts[code] = (counts[code] as number) + 1;
    }
  });
  return { codes, missing, counts };
}

export function groupLegend(groups: readonly Group[], { counts }: Grouped): Legend {
  const entries = groups.map(({ name, colour }, code) => ({
    code,
    name,
    colour,
    count: counts[code] ?? 0,
    merged: [],
  }));
  return { entries, missing: counts[groups.length] ?? 0, palette: bytes(groups.map(({ colour }) => colour)) };
}
