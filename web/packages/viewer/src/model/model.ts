/// The one place where the document, the data and what is drawn meet. The document changes by operations only; what is
/// drawn follows from it by memos, so that nothing is computed twice and nothing is told by hand. Must be made under an
/// owner of Solid's. Knows no element and no canvas.

import { type Accessor, createMemo, createSignal, mapArray } from "solid-js";
import { type Grouped, grouped, groupLegend } from "../colour/groups";
import { type Legend, legendOf } from "../colour/legend";
import { mapBytes } from "../colour/maps";
import { percentiles, real, step } from "../colour/range";
import { rgba } from "../colour/rgb";
import { drawnOf, faded } from "../edges/graph";
import { Masks, type Result } from "../filter/masks";
import { ribbonsIn } from "../flow/streams";
import { type Camera, fitted, type Size, zoomOf } from "../points/camera";
import type { Colour, Flow, Lines, Scene } from "../points/engine";
import { RAISED, SELECTED } from "../points/shaders";
import { autoLook } from "../points/sizing";
import { add } from "../select/sets";
import {
  activePage,
  activeView,
  type ColourBy,
  type Document,
  type Embedding,
  type Filter,
  type Group,
  type Measured,
  NO_CELLS,
  NO_OVERLAY,
  type Overlay,
  overlayOf,
  PLAIN_SCALE,
  type Scale,
  scaleKey,
  type View,
} from "../state/document";
import { begun, done, type History, redo, undo } from "../state/history";
import type { Operation } from "../state/operations";
import { type Density, densityOf } from "../volume/density";
import type { Categories, Numbers, Shelf } from "./shelf";

export interface Theme {
  readonly background: string;
  readonly none: string;
  readonly plain: string;
  readonly outline: string;
}

/// Of values in use: the range that colours span.
export interface Span {
  readonly low: number;
  readonly high: number;
  readonly least: number;
  readonly most: number;
}

/// What one view comes to; each part is undefined while its data is on its way.
export interface Shown {
  readonly view: Accessor<View>;
  readonly filtered: Accessor<Result>;
  readonly legend: Accessor<Legend | undefined>;
  readonly span: Accessor<Span | undefined>;
  readonly colour: Accessor<Colour>;
  readonly marks: Accessor<Uint8Array>;
  readonly smoke: Accessor<Density | undefined>;
}

/// Of the lines of a flow, at their strongest.
const INK = 0.8;

/// Of the document, each part for itself: who reads the filters is not told that the camera moved.
export type Parts = { readonly [Key in keyof Document]: Accessor<Document[Key]> };

function sameEmbedding(one: Embedding, other: Embedding): boolean {
  return one.key === other.key && one.dimensions === other.dimensions;
}

export class Model {
  readonly history: Accessor<History>;
  readonly document: Accessor<Document>;
  readonly parts: Parts;
  readonly theme: Accessor<Theme>;
  readonly shown: Accessor<readonly Shown[]>;
  /// Of the active page, those that have colours where a view is coloured by groups.
  readonly groups: Accessor<readonly Group[]>;
  readonly #grouped: Accessor<Grouped | undefined>;
  readonly #setHistory: (history: History) => void;
  readonly #setTheme: (theme: Theme) => void;

  constructor(
    readonly shelf: Shelf,
    readonly cells: number,
    start: Document,
    theme: Theme,
    private readonly now: () => number = () => performance.now(),
  ) {
    const [history, setHistory] = createSignal(begun(start));
    this.history = history;
    this.#setHistory = (next) => void setHistory(next);
    this.document = createMemo(() => history().document);
    this.parts = partsOf(this.document, start);
    const [shownTheme, setTheme] = createSignal(theme);
    this.theme = shownTheme;
    this.#setTheme = (next) => void setTheme(next);
    this.groups = createMemo(() =>
      activePage({ pages: this.parts.pages(), page: this.parts.page() }).groups.filter((group) => group.shown),
    );
    // A pass over their cells: only where it is looked at, and not again for a name, a colour or a note.
    const wanted = createMemo(() => this.parts.views().some((view) => view.colour.by === "group"));
    const cellsOf = createMemo(() => this.groups().map((group) => group.cells), [], { equals: sameList });
    this.#grouped = createMemo(() => (wanted() ? grouped(cellsOf(), cells) : undefined));
    const ids = createMemo(() => this.parts.views().map((view) => view.id), [], { equals: sameList });
    this.shown = createMemo(mapArray(ids, (id) => this.#show(id)));
  }

  do(operation: Operation): void {
    this.#setHistory(done(this.history(), operation, this.now()));
  }

  undo(): void {
    this.#setHistory(undo(this.history()));
  }

  redo(): void {
    this.#setHistory(redo(this.history()));
  }

  dress(theme: Theme): void {
    this.#setTheme(theme);
  }

  active(): Shown | undefined {
    const id = this.parts.active();
    return this.shown().find((one) => one.view().id === id) ?? this.shown()[0];
  }

  scale(by: ColourBy): Scale {
    return this.parts.scales()[scaleKey(by)] ?? PLAIN_SCALE;
  }

  /// The camera of a view as it is drawn: its own, or the one that shows everything.
  camera(view: View, size: Size): Camera | undefined {
    const placed = this.shelf.points(view.embedding);
    if (placed === undefined) return undefined;
    return view.camera ?? this.whole(view, size);
  }

  whole(view: View, size: Size): Camera | undefined {
    const placed = this.shelf.points(view.embedding);
    return placed && fitted(view.embedding.dimensions === 3 ? "orbit" : "planar", placed.around, size);
  }

  /// What the engine draws of a view in a box of the canvas; undefined while there are no points.
  scene(shown: Shown, left: number, top: number, size: Size): Scene | undefined {
    const view = shown.view();
    const here = this.shelf.points(view.embedding);
    const camera = this.camera(view, size);
    if (here === undefined || camera === undefined) return undefined;
    const [look, selection, highlight] = [this.parts.look(), this.parts.selection(), this.parts.highlight()];
    const auto = autoLook(this.cells, size);
    const theme = this.theme();
    const lines = look.edges ? this.#lines(view, camera, size) : undefined;
    const smoke = shown.smoke();
    const flow = look.flow === null ? undefined : this.#flow(look.flow, view);
    return {
      left,
      top,
      size,
      camera,
      here,
      share: 0,
      colour: shown.colour(),
      marks: shown.marks(),
      ...(lines === undefined ? {} : { lines }),
      ...(flow === undefined ? {} : { flow }),
      ...(smoke === undefined ? {} : { smoke }),
      anyRaised: selection.length > 0 || highlight !== null,
      pointSize: auto.size * look.size,
      opacity: Math.min(1, auto.opacity * look.opacity),
      perspective: look.perspective,
      none: rgba(theme.none),
      outline: rgba(theme.outline),
      highlight: rgba(highlight?.colour ?? theme.outline),
      background: rgba(theme.background),
    };
  }

  #lines(view: View, camera: Camera, size: Size): Lines | undefined {
    const graph = this.shelf.graph();
    const whole = this.whole(view, size);
    if (graph === undefined || whole === undefined) return undefined;
    const pairs = drawnOf(graph);
    return { pairs, opacity: faded(pairs.length / 2, zoomOf(camera, whole), size.width, size.height) };
  }

  #flow(id: string, { embedding }: View): Flow | undefined {
    const placed = this.shelf.points(embedding);
    const vectors = this.shelf.vectors(id, embedding);
    if (placed === undefined || vectors === undefined || placed.dimensions === 1) return undefined;
    const { points, dimensions, around } = placed;
    const [r, g, b] = rgba(this.theme().outline);
    return { strip: ribbonsIn(points, vectors, dimensions, around), ink: [r, g, b, INK] };
  }

  #show(id: string): Shown {
    const first = activeView(this.document());
    const view = createMemo(() => this.parts.views().find((one) => one.id === id) ?? first);
    const colourBy = createMemo(() => view().colour);
    const filters = createMemo(() => view().filters);
    const filtered = this.#filtered(filters);
    const legend = createMemo(() => {
      const by = colourBy();
      if (by.by !== "group") return by.by === "column" ? this.legend(by.key) : undefined;
      const codes = this.#grouped();
      return codes && groupLegend(this.groups(), codes);
    });
    const span = createMemo(() => this.#span(colourBy()));
    const colour = createMemo<Colour>((before) => {
      const { found, refusal } = this.shelf.tried(() => this.#colour(colourBy(), legend(), span()));
      // What was drawn stays until there is something else: to draw all cells in one colour meanwhile would only make
      // whoever waits for the other wait longer.
      return found ?? (refusal === undefined ? before : undefined) ?? { kind: "plain", rgba: rgba(this.theme().plain) };
    });
    const marks = createMemo(() => {
      // What filters or Python hide is the hidden bit already.
      const all = filtered().hidden.slice();
      add(all, SELECTED, this.parts.selection());
      add(all, RAISED, this.parts.highlight()?.cells ?? NO_CELLS);
      return all;
    });
    const smoky = createMemo(() => this.parts.look().smoke && view().embedding.dimensions === 3);
    const embedding = createMemo(() => view().embedding, undefined, { equals: sameEmbedding });
    const smoke = createMemo(() => {
      const placed = smoky() ? this.shelf.points(embedding()) : undefined;
      if (placed?.dimensions !== 3) return undefined;
      const { hidden } = filtered();
      return densityOf(placed.points, placed.around, colour(), rgba(this.theme().none), (cell) => hidden[cell] !== 0);
    });
    return { view, filtered, legend, span, colour, marks, smoke };
  }

  #filtered(filters: Accessor<readonly Filter[]>): Accessor<Result> {
    const masks = new Masks({
      count: this.cells,
      codes: (key) => {
        const column = this.shelf.column(key);
        return column?.kind === "categories" ? column : undefined;
      },
      values: (what) => reader(this.measured(what)),
      group: (group) =>
        this.parts
          .pages()
          .flatMap((page) => page.groups)
          .find((one) => one.id === group)?.cells,
    });
    return createMemo(() => {
      masks.forget((filter) => filter.kind === "group");
      return masks.result(filters(), this.parts.hidden());
    });
  }

  /// What a filter reads; undefined while it is on its way.
  measured(what: Measured): Numbers | undefined {
    if (what.of === "score") return this.shelf.score(what.key, what.genes);
    return what.of === "gene" ? this.shelf.gene(what.key) : numbers(this.shelf.column(what.key));
  }

  /// What the categories of a column are to the person; undefined where it has none, and while it is on its way.
  legend(key: string): Legend | undefined {
    const column = this.shelf.column(key);
    if (column?.kind !== "categories") return undefined;
    return legendOf(column, this.theme().none, this.overlay(key));
  }

  /// The codes of what a view is coloured by; undefined where it has none, and while they are on their way.
  categories(by: ColourBy): Categories | undefined {
    if (by.by === "group") {
      const codes = this.#grouped();
      return codes && { ...codes, kind: "categories", names: this.groups().map((group) => group.name) };
    }
    const column = by.by === "column" ? this.shelf.column(by.key) : undefined;
    return column?.kind === "categories" ? column : undefined;
  }

  /// What was changed about what a view is coloured by: groups themselves are what is changed.
  changes(by: ColourBy): Overlay {
    return by.by === "column" ? this.overlay(by.key) : NO_OVERLAY;
  }

  /// What was changed about a column.
  overlay(key: string): Overlay {
    return overlayOf({ overlays: this.parts.overlays() }, key);
  }

  /// The values of what can be coloured by; undefined where it has none, and while they are on their way.
  numbers(by: ColourBy): Numbers | undefined {
    if (by.by === "gene") return this.shelf.gene(by.name);
    if (by.by === "score") return this.shelf.score(by.name, by.genes);
    return by.by === "column" ? numbers(this.shelf.column(by.key)) : undefined;
  }

  /// Whether what a view shows is on its way: what colours it, what its filters read, what lies between its points. What
  /// cannot be had is not waited for.
  waits({ view }: Shown): boolean {
    const { colour, filters, embedding } = view();
    const look = this.parts.look();
    const reads = [
      () => (colour.by === "column" ? this.shelf.column(colour.key) : isFree(colour) || this.numbers(colour)),
      ...filters.filter((filter) => filter.on).map((filter) => () => this.#read(filter)),
      () => !look.edges || !this.shelf.hasGraph || this.shelf.graph(),
      () => look.flow === null || !this.shelf.flows(look.flow, embedding) || this.shelf.vectors(look.flow, embedding),
    ];
    return reads.some((read) => {
      const { found, refusal } = this.shelf.tried(read);
      return found === undefined && refusal === undefined;
    });
  }

  #read(filter: Filter): unknown {
    if (filter.kind === "group") return true;
    if (filter.kind === "categories") return this.shelf.column(filter.key);
    if (filter.kind === "outliers" && filter.within !== null && this.shelf.column(filter.within) === undefined)
      return undefined;
    return filter.of === "column" ? this.shelf.column(filter.key) : this.measured(filter);
  }

  /// The same for statistics: of genes with more steps than colours need, where there are more.
  fineNumbers(by: ColourBy): Numbers | undefined {
    return by.by === "gene" ? this.shelf.fine(by.name) : this.numbers(by);
  }

  #span(by: ColourBy): Span | undefined {
    const column = this.numbers(by);
    if (column === undefined) return undefined;
    const { low, high, clip } = this.scale(by);
    const whole = percentiles(column, 0, 100) ?? [0, 1];
    const [least, most] = whole;
    const [from, to] = clip[0] === 0 && clip[1] === 100 ? whole : (percentiles(column, ...clip) ?? [0, 1]);
    return { low: low ?? from, high: high ?? to, least, most };
  }

  /// Undefined while it is on its way.
  #colour(by: ColourBy, legend: Legend | undefined, span: Span | undefined): Colour | undefined {
    if (by.by === "nothing") return { kind: "plain", rgba: rgba(this.theme().plain) };
    const coded = legend && this.categories(by);
    if (coded) return { kind: "codes", codes: coded.codes, palette: legend.palette, missing: coded.missing };
    const column = this.numbers(by);
    if (column === undefined || span === undefined) return undefined;
    const { map, reversed, logarithmic } = this.scale(by);
    return {
      kind: "values",
      values: column.values,
      map: mapBytes(map, reversed),
      low: step(column, span.low),
      high: step(column, span.high),
      logarithmic,
      missing: column.missing,
      ordered: true,
    };
  }
}

function partsOf(document: Accessor<Document>, start: Document): Parts {
  const part = (key: string) => [key, createMemo(() => document()[key as keyof Document])] as const;
  return Object.fromEntries(Object.keys(start).map(part)) as unknown as Parts;
}

/// Coloured by what is here already.
function isFree({ by }: ColourBy): boolean {
  return by === "nothing" || by === "group";
}

function numbers(column: ReturnType<Shelf["column"]>): Numbers | undefined {
  return column?.kind === "numbers" ? column : undefined;
}

function reader(column: Numbers | undefined): ((cell: number) => number) | undefined {
  if (column === undefined) return undefined;
  const { values, missing } = column;
  return (cell) => {
    const found = values[cell] as number;
    return found === missing ? Number.NaN : real(column, found);
  };
}

function sameList<T>(one: readonly T[], other: readonly T[]): boolean {
  return one.length === other.length && one.every((id, at) => id === other[at]);
}
