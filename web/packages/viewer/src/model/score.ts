/// The score of a set of genes in each cell. Whoever serves the dataset takes from the mean the mean of genes that are as
/// high on average; a folder has nobody to ask, and the page makes the mean alone.

import { real, type Values } from "../colour/range";
import { FetchFailed, type Progress } from "../wire/transport";

export interface Gene extends Values {
  readonly missing: number;
}

export interface Scored extends Gene {
  readonly kind: "numbers";
  /// Whether the mean of genes that are as high on average was taken away.
  readonly controlled: boolean;
}

export interface Scorers {
  readonly cells: number;
  gene(name: string, progress: Progress): Promise<Gene>;
  /// Of the whole dataset, by whoever serves it; absent or refused where nobody does.
  score?(genes: readonly string[], progress: Progress): Promise<Float32Array>;
}

/// Genes that the page fetches for a mean of its own.
export const MOST_GENES = 200;

export async function scored(sources: Scorers, genes: readonly string[], progress: Progress): Promise<Scored> {
  const about = { kind: "numbers", min: 0, max: 0, top: 0, missing: Number.NaN } as const;
  if (sources.score !== undefined) {
    try {
      return { ...about, values: await sources.score(genes, progress), controlled: true };
    } catch (error) {
      if (!(error instanceof FetchFailed) || error.code !== "question") throw error;
    }
  }
  if (genes.length > MOST_GENES) {
    throw new FetchFailed("genes", `Without Python a score is made of ${MOST_GENES} genes at most.`);
  }
  const sum = new Float64Array(sources.cells);
  for (const name of genes) add(sum, await sources.gene(name, progress));
  const values = Float32Array.from(sum, (all) => all / genes.length);
  return { ...about, values, controlled: false };
}

/// A cell without one of the values has no score.
function add(sum: Float64Array, gene: Gene): void {
  const { values, top, missing } = gene;
  for (let cell = 0; cell < sum.length; cell++) {
    const found = values[cell] as number;
    const value = found === missing || (top !== 0 && found > top) ? Number.NaN : real(gene, found);
    sum[cell] = (sum[cell] as number) + value;
  }
}
