/// A table as it comes from a kernel: an Arrow IPC stream (https://arrow.apache.org/docs/format/Columnar.html), with what
/// pandas writes about its index in the schema's metadata.

import { DataType, Table, tableFromIPC, type Vector } from "apache-arrow";
import type { Column, Kind } from "./rows.js";

export interface ReadTable {
  readonly count: number;
  /// What stands before each row: the index, or nothing, and then the row's number does.
  readonly index: readonly Column[];
  readonly columns: readonly Column[];
  /// How many rows there were before the kernel cut them off.
  readonly whole: number;
}

/// Where the kernel says how many rows there were.
const WHOLE = "fumehood.rows";

export function readArrow(bytes: ArrayBuffer): ReadTable {
  const table = tableFromIPC(new Uint8Array(bytes));
  if (!(table instanceof Table)) throw new TypeError("There is no table in it.");
  const names = indexNames(table.schema.metadata.get("pandas"));
  const columns = table.schema.fields.map((field, at) => column(field.name, field.type, table.getChildAt(at)));
  const whole = Number(table.schema.metadata.get(WHOLE) ?? 0);
  return {
    count: table.numRows,
    index: columns.filter(({ name }) => names.has(name)).map((each) => ({ ...each, name: named(each.name) })),
    columns: columns.filter(({ name }) => !names.has(name)),
    whole: Math.max(whole, table.numRows),
  };
}

function column(name: string, type: DataType, values: Vector | null): Column {
  const at = (row: number): unknown => values?.get(row) ?? null;
  if (DataType.isDate(type) || DataType.isTimestamp(type)) {
    return { name, kind: "other", at: (row) => (at(row) === null ? null : new Date(Number(at(row)))) };
  }
  return { name, kind: kind(type), at };
}

function kind(type: DataType): Kind {
  if (DataType.isInt(type) || DataType.isFloat(type) || DataType.isDecimal(type)) return "number";
  return DataType.isUtf8(type) || DataType.isDictionary(type) ? "text" : "other";
}

/// Of the columns that are the frame's index; one without a name is called `__index_level_0__`.
function indexNames(metadata: string | undefined): ReadonlySet<string> {
  try {
    const found = (JSON.parse(metadata ?? "") as { index_columns?: unknown }).index_columns;
    return new Set(Array.isArray(found) ? found.filter((name) => typeof name === "string") : []);
  } catch {
    return new Set();
  }
}

const named = (name: string): string => (/^__index_level_\d+__$/.test(name) ? "" : name);
