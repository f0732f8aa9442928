/// The order of a table of genes and which of its rows are on the page. Rows are places in the columns; nothing is moved.

import { ascending, type Genes, surest } from "./genes";

export type ColumnName = "gene" | "fold" | "adjusted" | "p" | "score" | "inA" | "inB";

export interface Order {
  readonly by: ColumnName;
  readonly descending: boolean;
}

export const SUREST_FIRST: Order = { by: "adjusted", descending: false };

const names = new Intl.Collator("en", { numeric: true });

/// Missing values stay last in both directions; ties keep the surest first.
export function ordered(genes: Genes, rows: Iterable<number>, { by, descending }: Order): Uint32Array {
  const sign = descending ? -1 : 1;
  const all = Uint32Array.from(rows);
  if (by === "gene") {
    return all.sort((a, b) => sign * names.compare(genes.names[a] as string, genes.names[b] as string) || a - b);
  }
  const values = genes[by];
  return all.sort((a, b) => {
    const [one, other] = [values[a] as number, values[b] as number];
    const missing = Number.isNaN(one) || Number.isNaN(other);
    return (missing ? 1 : sign) * ascending(one, other) || surest(genes, a, b);
  });
}

/// A number's first click shows the largest first, but for p, of which the smallest counts.
export function turned(order: Order, by: ColumnName): Order {
  if (order.by === by) return { by, descending: !order.descending };
  return { by, descending: !["gene", "p", "adjusted"].includes(by) };
}

export function matching(genes: Genes, text: string): number[] {
  const wanted = text.trim().toLowerCase();
  const rows: number[] = [];
  for (let row = 0; row < genes.names.length; row++) {
    if (wanted === "" || (genes.names[row] as string).toLowerCase().includes(wanted)) rows.push(row);
  }
  return rows;
}

/// A row at a place of the table, or the height of rows that are not on the page.
export type Piece = { readonly at: number } | { readonly gap: number };

/// The rows in sight with some to spare, and the one that has the keyboard: it must not vanish while others scroll by.
export function pieces(rows: number, top: number, height: number, line: number, held: number): Piece[] {
  const spare = Math.ceil(height / line);
  const from = Math.max(0, Math.min(Math.floor(top / line) - spare, rows));
  const to = Math.min(rows, from + Math.ceil(height / line) + 2 * spare + 1);
  const places: number[] = [];
  if (held >= 0 && held < Math.min(from, rows)) places.push(held);
  for (let at = from; at < to; at++) places.push(at);
  if (held >= to && held < rows) places.push(held);
  const found: Piece[] = [];
  let next = 0;
  for (const at of places) {
    if (at > next) found.push({ gap: (at - next) * line });
    found.push({ at });
    next = at + 1;
  }
  if (next < rows) found.push({ gap: (rows - next) * line });
  return found;
}

/// Whether a key leaves the table: nothing else is undone by it then.
export function leaves(pressed: Pick<KeyboardEvent, "key" | "altKey" | "ctrlKey" | "metaKey" | "shiftKey">): boolean {
  const { key, altKey, ctrlKey, metaKey, shiftKey } = pressed;
  return key === "Escape" && !altKey && !ctrlKey && !metaKey && !shiftKey;
}

/// Where a key moves to; undefined for keys that move nothing.
export function moved(key: string, at: number, rows: number, page: number): number | undefined {
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    PageDown: at + page,
    PageUp: at - page,
    Home: 0,
    End: rows - 1,
  };
  const to = Object.hasOwn(steps, key) ? steps[key] : undefined;
  return to === undefined ? undefined : Math.max(0, Math.min(rows - 1, to));
}
