/// Which rows of a table are shown, and in which order. Pure; a table is columns that are read by row number, so that a
/// million rows cost nothing until they are looked at.

export type Kind = "number" | "text" | "other";

export interface Column {
  readonly name: string;
  readonly kind: Kind;
  at(row: number): unknown;
}

/// Rows that are looked through before the page gets its turn.
const PORTION = 20_000;

export function all(count: number): Uint32Array {
  return Uint32Array.from({ length: count }, (_, row) => row);
}

/// The rows that hold the text in any column, without regard to case. Null where `pause`, which is awaited now and then,
/// says that nobody waits for it any more.
export async function matching(
  columns: readonly Column[],
  count: number,
  query: string,
  pause: () => Promise<boolean>,
): Promise<Uint32Array | null> {
  const wanted = query.trim().toLowerCase();
  if (wanted === "") return all(count);
  const found = new Uint32Array(count);
  let size = 0;
  for (let row = 0; row < count; row++) {
    if (row % PORTION === PORTION - 1 && !(await pause())) return null;
    if (columns.some((column) => shown(column.at(row)).toLowerCase().includes(wanted))) found[size++] = row;
  }
  return found.slice(0, size);
}

/// Missing values are last whichever way; rows that are equal keep their order.
export function ordered(rows: Uint32Array, column: Column, down: boolean): Uint32Array {
  const keys = new Map<number, unknown>();
  for (const row of rows) keys.set(row, key(column.at(row)));
  const sign = down ? -1 : 1;
  return Uint32Array.from(
    [...rows].sort((a, b) => {
      const [one, other] = [keys.get(a), keys.get(b)];
      if (one === null || other === null) return one === other ? a - b : one === null ? 1 : -1;
      return sign * compare(one, other) || a - b;
    }),
  );
}

function key(value: unknown): number | bigint | string | null {
  if (value === null || value === undefined || Number.isNaN(value)) return null;
  if (value instanceof Date) return value.getTime();
  return typeof value === "number" || typeof value === "bigint"
    ? value
    : typeof value === "boolean"
      ? Number(value)
      : shown(value);
}

function compare(one: unknown, other: unknown): number {
  if (typeof one === "string" && typeof other === "string") return one < other ? -1 : one > other ? 1 : 0;
  return (one as number) < (other as number) ? -1 : (one as number) > (other as number) ? 1 : 0;
}

/// As a person reads it: six digits, like pandas.
export function shown(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "" : moment(value);
  if (typeof value === "object")
    return JSON.stringify(value, (_, one) => (typeof one === "bigint" ? String(one) : one));
  return String(value);
}

function moment(value: Date): string {
  const text = value.toISOString();
  return text.endsWith("T00:00:00.000Z")
    ? text.slice(0, 10)
    : text
        .slice(0, -1)
        .replace("T", " ")
        .replace(/\.000$/, "");
}
