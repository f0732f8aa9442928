/// `overview.json`: all that a page needs to start, with the paths of the rest. Names in it are a stranger's: they are
/// shown as text and looked up in maps, nothing else.

import type { Transport } from "../wire/transport";

export interface Column {
  readonly key: string;
  readonly kind: "category" | "continuous";
  readonly path: string;
  readonly type: string;
  readonly categories: readonly string[];
}

export interface Embedding {
  readonly key: string;
  /// The most that it can be drawn in.
  readonly dimensions: number;
  /// By the number of dimensions.
  readonly paths: ReadonlyMap<number, string>;
  /// How long one unit of its coordinates here is in the data's own; 1 where that is not said.
  readonly unit: number;
  /// The same in micrometres, where the dataset knows it.
  readonly micrometres: number | undefined;
}

/// Directions of the cells in an embedding, by the number of dimensions.
export interface VectorField {
  readonly id: string;
  readonly label: string;
  /// The embedding's key without `X_`.
  readonly basis: string;
  readonly paths: ReadonlyMap<number, string>;
}

export interface Overview {
  readonly id: string;
  /// h5ad, zarr, export, memory.
  readonly kind: string;
  readonly name: string;
  readonly cells: number;
  readonly genes: number;
  /// They are there in 16 bits too.
  readonly fineGenes: boolean;
  readonly columns: readonly Column[];
  readonly embeddings: readonly Embedding[];
  readonly vectors: readonly VectorField[];
  /// Of neighbours; where its edges begin and end.
  readonly graph: { readonly sources: string; readonly targets: string } | null;
}

type Json = Readonly<Record<string, unknown>>;

export async function overview(transport: Transport): Promise<Overview> {
  const found = JSON.parse(new TextDecoder().decode(await transport.fetch("overview.json"))) as Json;
  return {
    id: text(found.id),
    kind: text(found.kind),
    name: text(found.name),
    cells: Number(found.n_cells),
    genes: Number(found.n_genes),
    fineGenes: bits(found.genes).includes(16),
    columns: list(found.columns).map((one) => ({
      key: text(one.key),
      kind: one.kind === "category" ? "category" : "continuous",
      path: text(one.path),
      type: text(one.type),
      categories: Array.isArray(one.categories) ? one.categories.map(text) : [],
    })),
    embeddings: list(found.embeddings).map((one) => ({
      key: text(one.key),
      dimensions: Number(one.dimensions),
      paths: byNumber(one.paths),
      unit: length(one.unit) ?? 1,
      micrometres: length(one.micrometres),
    })),
    vectors: list(found.vectors).map((one) => ({
      id: text(one.id),
      label: text(one.label),
      basis: text(one.basis),
      paths: byNumber(one.paths),
    })),
    graph: ends(found.graph),
  };
}

function byNumber(paths: unknown): ReadonlyMap<number, string> {
  return new Map(Object.entries((paths ?? {}) as Json).map(([d, path]) => [Number(d), text(path)]));
}

function ends(graph: unknown): Overview["graph"] {
  if (typeof graph !== "object" || graph === null) return null;
  const { sources, targets } = graph as Json;
  return { sources: text(sources), targets: text(targets) };
}

function bits(genes: unknown): readonly unknown[] {
  const said = typeof genes === "object" && genes !== null ? (genes as Json).bits : [];
  return Array.isArray(said) ? said : [];
}

function length(value: unknown): number | undefined {
  return typeof value === "number" && value > 0 && Number.isFinite(value) ? value : undefined;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : String(value ?? "");
}

function list(value: unknown): readonly Json[] {
  return Array.isArray(value) ? (value as Json[]) : [];
}
