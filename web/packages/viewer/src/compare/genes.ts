/// What a comparison says of each gene, in columns of one length: a table of 30,000 rows is six typed arrays. Numbers may
/// be missing (NaN) or without bounds; names are a stranger's, and may come twice.

export interface Genes {
  readonly names: readonly string[];
  /// log2 of how many times more of it there is in A.
  readonly fold: Float64Array;
  readonly adjusted: Float64Array;
  readonly p: Float64Array;
  readonly score: Float64Array;
  /// Shares of the cells that have any of it, 0–1.
  readonly inA: Float64Array;
  readonly inB: Float64Array;
}

export interface Thresholds {
  /// Of the fold, on both sides.
  readonly fold: number;
  readonly adjusted: number;
}

export const USUAL: Thresholds = { fold: 1, adjusted: 0.05 };

export type Verdict = "up" | "down" | "neither";

/// "Up" is higher in A.
export function verdict(genes: Genes, row: number, { fold, adjusted }: Thresholds): Verdict {
  const change = genes.fold[row] as number;
  // A missing value is below no threshold and above none.
  if (!((genes.adjusted[row] as number) < adjusted && Math.abs(change) >= fold) || change === 0) return "neither";
  return change > 0 ? "up" : "down";
}

/// The surest first: by the adjusted p, and where that is as small as numbers are, by the score.
export function surest(genes: Genes, one: number, other: number): number {
  return (
    ascending(genes.adjusted[one] as number, genes.adjusted[other] as number) ||
    ascending(-Math.abs(genes.score[one] as number), -Math.abs(genes.score[other] as number)) ||
    one - other
  );
}

/// What is missing comes last.
export function ascending(one: number, other: number): number {
  if (Number.isNaN(one) || Number.isNaN(other)) return Number(Number.isNaN(one)) - Number(Number.isNaN(other));
  return one < other ? -1 : Number(one > other);
}

export interface Found {
  readonly up: readonly number[];
  readonly down: readonly number[];
}

/// The rows beyond the thresholds on each side, the surest first.
export function found(genes: Genes, thresholds: Thresholds): Found {
  const up: number[] = [];
  const down: number[] = [];
  for (let row = 0; row < genes.names.length; row++) {
    const one = verdict(genes, row, thresholds);
    if (one !== "neither") (one === "up" ? up : down).push(row);
  }
  const order = (a: number, b: number) => surest(genes, a, b);
  return { up: up.sort(order), down: down.sort(order) };
}

/// Most genes have a p and no fold: of values below 0 there is no logarithm, so they were scaled, or centred.
export function foldless(genes: Genes): boolean {
  let tested = 0;
  let without = 0;
  for (let row = 0; row < genes.names.length; row++) {
    if (Number.isNaN(genes.adjusted[row])) continue;
    tested++;
    if (Number.isNaN(genes.fold[row])) without++;
  }
  return without * 2 > tested;
}

/// What somebody typed as a threshold; undefined where it is none.
export function threshold(text: string, least: number, most: number): number | undefined {
  const value = Number(text.trim().replace(",", "."));
  return text.trim() !== "" && value >= least && value <= most ? value : undefined;
}
