/// A plot's numbers as CSV.

import { cell, figure } from "../compare/csv";
import type { Table } from "./drawing";

export function csv({ columns, rows }: Table): string {
  return [columns, ...rows]
    .map((row) => `${row.map((one) => (typeof one === "string" ? cell(one) : figure(one))).join(",")}\r\n`)
    .join("");
}
