/// The sections below headings, and which cells a folded one hides. Pure. A section ends before the next heading of its
/// level or above; of several headings in one cell the highest counts, as in JupyterLab.

export interface Row {
  readonly id: string;
  /// Null for a cell that is no heading.
  readonly level: number | null;
  /// Hides what is below.
  readonly folded: boolean;
}

export interface Sections {
  readonly hidden: ReadonlySet<string>;
  /// The hidden cells of each folded heading that is seen itself, in order.
  readonly below: ReadonlyMap<string, readonly string[]>;
}

export const NO_SECTIONS: Sections = { hidden: new Set(), below: new Map() };

export function sections(rows: readonly Row[]): Sections {
  if (!rows.some((row) => row.folded)) return NO_SECTIONS;
  const hidden = new Set<string>();
  const below = new Map<string, string[]>();
  let open: { readonly level: number; readonly cells: string[] } | null = null;
  for (const { id, level, folded } of rows) {
    if (open !== null && level !== null && level <= open.level) open = null;
    if (open !== null) {
      hidden.add(id);
      open.cells.push(id);
    } else if (folded && level !== null) {
      open = { level, cells: [] };
      below.set(id, open.cells);
    }
  }
  return { hidden, below };
}

/// The headings that a cell stands under, the nearest first.
export function above(rows: readonly Row[], id: string): readonly Row[] {
  const found: Row[] = [];
  let at = rows.findIndex((row) => row.id === id);
  let level = rows[at]?.level ?? Number.POSITIVE_INFINITY;
  while (--at >= 0) {
    const row = rows[at];
    if (row === undefined || row.level === null || row.level >= level) continue;
    found.push(row);
    level = row.level;
  }
  return found;
}
