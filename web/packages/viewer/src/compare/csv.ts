/// Results as CSV, with the columns that `scanpy.get.rank_genes_groups_df` has. Names are a stranger's, and the file is
/// opened in spreadsheets: one that would be a formula there gets an apostrophe before it.

import type { Genes } from "./genes";

const FORMULA = /^[=+\-@\t\r\n]/;
const QUOTED = /[",\r\n]/;

export function cell(text: string): string {
  const plain = FORMULA.test(text) ? `'${text}` : text;
  return QUOTED.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

/// Python and R read "inf"; what is missing is empty.
export function figure(value: number): string {
  if (Number.isNaN(value)) return "";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  return String(value);
}

/// `group`: the first column, where rows belong to several.
export function csv(genes: Genes, rows: Iterable<number>, group?: (row: number) => string): string {
  const head = ["names", "scores", "logfoldchanges", "pvals", "pvals_adj", "pct_nz_group", "pct_nz_reference"];
  const lines = [group === undefined ? head : ["group", ...head]];
  const columns = [genes.score, genes.fold, genes.p, genes.adjusted, genes.inA, genes.inB];
  for (const row of rows) {
    const line = [cell(genes.names[row] as string), ...columns.map((column) => figure(column[row] as number))];
    lines.push(group === undefined ? line : [cell(group(row)), ...line]);
  }
  return lines.map((line) => `${line.join(",")}\r\n`).join("");
}
