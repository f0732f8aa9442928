/// What a person made of a dataset, as one value: views with their embeddings, cameras, colours and filters, groups of
/// cells, and what was changed about columns. It is what is saved, linked, undone and set from Python. It never holds
/// data: a column is a name, a gene is a name, and the cells of a group are the one exception.

import type { MapName } from "../colour/maps";
import type { Camera } from "../points/camera";
import type { Cells } from "../select/sets";

export interface Embedding {
  readonly key: string;
  readonly dimensions: 1 | 2 | 3;
}

export type ColourBy =
  | { readonly by: "nothing" }
  | { readonly by: "column"; readonly key: string }
  | { readonly by: "gene"; readonly name: string }
  /// Of a set of genes; computed when it is shown.
  | { readonly by: "score"; readonly name: string; readonly genes: readonly string[] }
  | { readonly by: "group" };

/// How values become colours. Where `low` or `high` is null the percentiles decide.
export interface Scale {
  readonly map: MapName;
  readonly reversed: boolean;
  readonly logarithmic: boolean;
  readonly low: number | null;
  readonly high: number | null;
  /// Percentiles, 0–100, at which it is clipped.
  readonly clip: readonly [number, number];
}

/// Where a value is far from the others: in deviations from the median, or beyond percentiles.
export type Beyond =
  | { readonly by: "deviations"; readonly most: number }
  | { readonly by: "percentiles"; readonly low: number; readonly high: number };

/// Values of the cells, by which they can be filtered. A score carries its genes, as a colour does; `key` is its name.
export type Measured =
  | { readonly of: "column" | "gene"; readonly key: string }
  | { readonly of: "score"; readonly key: string; readonly genes: readonly string[] };

export type Filter = { readonly id: string; readonly on: boolean } & (
  | { readonly kind: "categories"; readonly key: string; readonly hidden: readonly number[]; readonly missing: boolean }
  | (Measured & {
      readonly kind: "range";
      /// Inclusive; null: no end on that side.
      readonly low: number | null;
      readonly high: number | null;
    })
  | (Measured & {
      readonly kind: "outliers";
      readonly beyond: Beyond;
      /// A column of categories: each cell is held against those of its own. null: against all.
      readonly within: string | null;
    })
  | { readonly kind: "group"; readonly group: string; readonly inside: boolean }
);

export interface View {
  readonly id: string;
  readonly embedding: Embedding;
  /// `null`: shows everything.
  readonly camera: Camera | null;
  readonly colour: ColourBy;
  readonly filters: readonly Filter[];
}

/// A view that is kept to come back to.
export interface Snapshot {
  readonly id: string;
  readonly name: string;
  readonly view: View;
}

/// Something that is told about a cell.
export interface Field {
  readonly of: "column" | "gene";
  readonly key: string;
}

/// How long one unit of the dataset's coordinates is.
export interface Length {
  readonly each: number;
  readonly name: string;
}

/// How the cells of a group were found, so that somebody else can find them again.
export type Recipe =
  | {
      readonly kind: "shape";
      /// Of `nearest` the shape is where it was pressed, and how far it was drawn.
      readonly tool: "lasso" | "rectangle" | "brush" | "nearest";
      readonly embedding: Embedding;
      readonly camera: Camera;
      /// CSS pixels, in a picture of this size.
      readonly shape: readonly number[];
      readonly width: number;
      readonly height: number;
      /// Of a brush, in the same pixels; null of tools that have none.
      readonly radius: number | null;
      readonly filters: readonly Filter[];
    }
  /// Everything that the filters left.
  | { readonly kind: "shown"; readonly filters: readonly Filter[] }
  | { readonly kind: "category"; readonly key: string; readonly category: string }
  | { readonly kind: "names"; readonly pasted: number; readonly found: number }
  | { readonly kind: "neighbours"; readonly steps: number; readonly from: number }
  | { readonly kind: "python" };

export interface Group {
  readonly id: string;
  readonly name: string;
  readonly colour: string;
  readonly note: string;
  readonly shown: boolean;
  readonly cells: Cells;
  readonly made: readonly Recipe[];
}

export interface Page {
  readonly id: string;
  readonly name: string;
  readonly groups: readonly Group[];
}

/// What a person changed about a column, on top of the data, which stays as it is.
export interface Overlay {
  readonly colours: Readonly<Record<number, string>>;
  readonly names: Readonly<Record<number, string>>;
  /// A category and the one that it counts as; -1: none.
  readonly merged: Readonly<Record<number, number>>;
}

export interface Look {
  /// Factors of what suits the number of points.
  readonly size: number;
  readonly opacity: number;
  readonly perspective: boolean;
  readonly labels: boolean;
  readonly edges: boolean;
  /// A field of directions by its id; where it belongs to another embedding nothing is drawn.
  readonly flow: string | null;
  /// In three dimensions: how dense cells are, instead of each of them.
  readonly smoke: boolean;
}

export interface Document {
  readonly views: readonly View[];
  readonly active: string;
  /// Views that move together.
  readonly locked: boolean;
  /// Cells in one colour, as Python asked.
  readonly highlight: { readonly cells: Cells; readonly colour: string } | null;
  /// Cells that Python hid.
  readonly hidden: Cells;
  readonly selection: Cells;
  readonly made: readonly Recipe[];
  readonly pages: readonly Page[];
  readonly page: string;
  readonly overlays: Readonly<Record<string, Overlay>>;
  readonly scales: Readonly<Record<string, Scale>>;
  readonly look: Look;
  /// Of embeddings of places, as the person said them.
  readonly lengths: Readonly<Record<string, Length>>;
  /// What is told about the cell under the pointer, beside its name.
  readonly tips: readonly Field[];
  readonly snapshots: readonly Snapshot[];
}

export const NO_CELLS: Cells = new Uint32Array(0);
export const NO_OVERLAY: Overlay = { colours: {}, names: {}, merged: {} };
export const PLAIN_SCALE: Scale = {
  map: "viridis",
  reversed: false,
  logarithmic: false,
  low: null,
  high: null,
  clip: [0, 100],
};

export function fresh(embedding: Embedding, colour: ColourBy): Document {
  return {
    views: [{ id: "view-1", embedding, camera: null, colour, filters: [] }],
    active: "view-1",
    locked: false,
    highlight: null,
    hidden: NO_CELLS,
    selection: NO_CELLS,
    made: [],
    pages: [{ id: "page-1", name: "Page 1", groups: [] }],
    page: "page-1",
    overlays: {},
    scales: {},
    look: { size: 1, opacity: 1, perspective: true, labels: true, edges: false, flow: null, smoke: false },
    lengths: {},
    tips: [],
    snapshots: [],
  };
}

export function activeView(document: Document): View {
  const found = document.views.find((view) => view.id === document.active) ?? document.views[0];
  if (found === undefined) throw new RangeError("a document without a view");
  return found;
}

export function activePage(document: Pick<Document, "pages" | "page">): Page {
  const found = document.pages.find((page) => page.id === document.page) ?? document.pages[0];
  if (found === undefined) throw new RangeError("a document without a page");
  return found;
}

/// A column may be called like what every object has.
export function overlayOf(document: Pick<Document, "overlays">, key: string): Overlay {
  return (Object.hasOwn(document.overlays, key) ? document.overlays[key] : undefined) ?? NO_OVERLAY;
}

/// What a scale is kept under: columns and genes may share a name.
export function scaleKey(colour: ColourBy): string {
  if (colour.by === "column") return `column:${colour.key}`;
  if (colour.by === "score") return `score:${colour.name}`;
  return colour.by === "gene" ? `gene:${colour.name}` : "";
}

/// What it is called; "" where it is no values.
export function colourName(colour: ColourBy): string {
  if (colour.by === "column") return colour.key;
  return colour.by === "gene" || colour.by === "score" ? colour.name : "";
}
