/// Numbers of a comparison as they are read, and the plot in words.

import { count, signed } from "../words/numbers";
import { found, type Genes, type Thresholds } from "./genes";

const TOP = 5;

export function foldText(value: number): string {
  if (Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  return signed(value.toFixed(2));
}

export function pText(value: number): string {
  if (Number.isNaN(value)) return "–";
  if (value === 0) return "0";
  if (value >= 0.001) return value.toFixed(value >= 0.1 ? 2 : 3);
  return signed(value.toExponential(1));
}

export function shareText(value: number): string {
  return Number.isNaN(value) ? "–" : `${Math.round(value * 100)} %`;
}

/// What one sees in the volcano plot, for whoever does not see it.
export function summary(genes: Genes, thresholds: Thresholds, a: string, b: string): string {
  const { up, down } = found(genes, thresholds);
  const all = count(genes.names.length);
  const at = `log2 fold change of ${thresholds.fold} or more, adjusted p below ${thresholds.adjusted}`;
  if (up.length + down.length === 0) return `None of ${all} genes differs between ${a} and ${b} (${at}).`;
  const side = (rows: readonly number[], where: string) =>
    rows.length === 0
      ? `No gene is higher in ${where}.`
      : `${count(rows.length)} ${rows.length === 1 ? "is" : "are"} higher in ${where}, first of all ${top(rows)}.`;
  const top = (rows: readonly number[]) =>
    rows
      .slice(0, TOP)
      .map((row) => `${genes.names[row]} (${foldText(genes.fold[row] as number)})`)
      .join(", ");
  return `Of ${all} genes, ${side(up, a)} ${side(down, b)} Counted: ${at}.`;
}
