/// The notebook as a Yjs document, in the schema that the daemon admits (`fumehood.document.notebook`): root map
/// `cells`: id to map of `type`, `source`, `metadata`, `order`, `deleted`, `attachments`; root map `metadata`.
///
/// Reads it into signals: one deep observer, and a cell's values are computed when somebody asks for them. Trusts what
/// it applies, because it comes from the daemon. Writing is in `writing.ts`.

import { type Accessor, batch, createSignal, getListener } from "solid-js";
import * as Y from "yjs";
import { Facet } from "./facet.js";
import { type Place, Places } from "./places.js";
import type { CellType, Values } from "./types.js";
import { same } from "./values.js";

export type CellMap = Y.Map<unknown>;

/// Origin of what the daemon sent.
export const REMOTE = Symbol("remote");

/// Stands for the notebook's own metadata among ids of cells, of which none is empty.
export const NOTEBOOK = "";

const TYPES: ReadonlySet<unknown> = new Set<CellType>(["code", "markdown", "raw"]);
const NOTHING: Values = Object.freeze({});

/// What the document says of one cell. Stays the same object for an id, also when the document was fetched anew.
export interface CellContent {
  readonly id: string;
  readonly type: Accessor<CellType>;
  readonly text: Accessor<Y.Text>;
  readonly source: Accessor<string>;
  readonly metadata: Accessor<Values>;
  readonly attachments: Accessor<Values>;
}

interface Facets {
  readonly content: CellContent;
  readonly type: Facet<CellType>;
  readonly text: Facet<Y.Text>;
  readonly source: Facet<string>;
  readonly metadata: Facet<Values>;
  readonly attachments: Facet<Values>;
}

export class NotebookDocument {
  #doc = new Y.Doc();
  #places = new Places();
  readonly #facets = new Map<string, Facets>();
  readonly #metadata = new Facet<Values>(NOTEBOOK, () => Object.fromEntries(this.#doc.getMap("metadata").entries()));
  readonly #order = createSignal<readonly string[]>([]);
  readonly #locals = new Set<(update: Uint8Array, touched: ReadonlySet<string>) => void>();
  readonly #sources = new Set<(cells: readonly string[]) => void>();
  #touched = new Set<string>();
  #collecting: Set<string> | null = null;
  #watched = false;

  // -- reading

  get doc(): Y.Doc {
    return this.#doc;
  }

  get places(): Places {
    return this.#places;
  }

  readonly metadata: Accessor<Values> = this.#metadata.read;
  /// The living cells; the same array while it is the same order.
  readonly order: Accessor<readonly string[]> = () => {
    if (getListener() !== null) this.#order[0]();
    return this.#places.living();
  };

  /// Undefined for what is in the trash or nowhere.
  cell(id: string): CellContent | undefined {
    return this.#places.alive(id) ? this.#facetsOf(id).content : undefined;
  }

  /// The map behind a cell, also behind one in the trash.
  map(id: string): CellMap | undefined {
    return this.#cells().get(id);
  }

  // -- as a peer

  /// Takes an update of the daemon.
  apply(update: Uint8Array): void {
    Y.applyUpdate(this.#doc, update, REMOTE);
    // The first one before anyone watches: no event is made for each of thousands of cells.
    if (!this.#watched) this.#readAll();
  }

  /// Puts another document in place of this one: what the daemon refused to take cannot be taken back otherwise.
  /// Cells keep their objects.
  replace(state: Uint8Array): void {
    const old = this.#doc;
    this.#doc = new Y.Doc();
    Y.applyUpdate(this.#doc, state, REMOTE);
    this.#places = new Places(this.#places.living());
    this.#readAll();
    old.destroy();
  }

  /// Runs `change` as one transaction; returns the ids of the cells that it touched.
  transact(change: () => void, origin: unknown): readonly string[] {
    if (!this.#watched) this.#watch();
    return this.collect(() => this.#doc.transact(change, origin));
  }

  /// The ids of the cells that everything in `change` touches.
  collect(change: () => void): readonly string[] {
    const outer = this.#collecting;
    const mine = new Set<string>();
    this.#collecting = mine;
    try {
      batch(change);
    } finally {
      this.#collecting = outer;
      if (outer !== null) for (const id of mine) outer.add(id);
    }
    return [...mine];
  }

  /// Hears every update that was made here, with the cells that it touches.
  onLocal(listener: (update: Uint8Array, touched: ReadonlySet<string>) => void): () => void {
    this.#locals.add(listener);
    return () => this.#locals.delete(listener);
  }

  /// Hears which cells' sources have changed.
  onSources(listener: (cells: readonly string[]) => void): () => void {
    this.#sources.add(listener);
    return () => this.#sources.delete(listener);
  }

  // -- inside

  #cells(): Y.Map<CellMap> {
    return this.#doc.getMap("cells");
  }

  #readAll(): void {
    for (const [id, cell] of this.#cells()) this.#places.put(id, placeOf(cell));
    this.#watch();
    batch(() => {
      for (const facets of this.#facets.values())
        for (const facet of [facets.type, facets.text, facets.source, facets.metadata, facets.attachments])
          facet.changed();
      this.#metadata.changed();
      this.#order[1](this.#places.living());
      this.#tellSources([...this.#facets.keys()]);
    });
  }

  #watch(): void {
    this.#watched = true;
    this.#cells().observeDeep((events) => this.#changed(events));
    this.#doc.getMap("metadata").observe(() => {
      this.#touched.add(NOTEBOOK);
      this.#metadata.changed();
    });
    this.#doc.on("update", (update: Uint8Array, _origin: unknown, _doc: Y.Doc, transaction: Y.Transaction) => {
      const touched = this.#touched;
      this.#touched = new Set();
      if (transaction.local) for (const listener of this.#locals) listener(update, touched);
    });
  }

  #changed(events: readonly Y.YEvent<Y.AbstractType<unknown>>[]): void {
    batch(() => {
      const sources: string[] = [];
      for (const event of events) {
        const [id, part] = event.path;
        if (id === undefined) for (const cell of event.keys.keys()) this.#cellChanged(cell, sources);
        else if (part === "source") this.#facet(String(id), "source", sources);
        else if (part === "metadata") this.#facet(String(id), "metadata", sources);
        else for (const key of event.keys.keys()) this.#facet(String(id), key, sources);
      }
      const before = this.#order[0]();
      const living = this.#places.living();
      if (living !== before) this.#order[1](living);
      if (sources.length > 0) this.#tellSources(sources);
    });
  }

  #tellSources(cells: readonly string[]): void {
    for (const listener of this.#sources) listener(cells);
  }

  #touch(id: string): void {
    this.#touched.add(id);
    this.#collecting?.add(id);
  }

  /// The whole cell: it is new, or was purged from the trash.
  #cellChanged(id: string, sources: string[]): void {
    for (const key of ["order", "type", "source", "metadata", "attachments"]) this.#facet(id, key, sources);
  }

  #facet(id: string, key: string, sources: string[]): void {
    this.#touch(id);
    if (key === "order" || key === "deleted") {
      const map = this.map(id);
      this.#places.put(id, map === undefined ? null : placeOf(map));
      return;
    }
    const facets = this.#facets.get(id);
    if (facets === undefined) return;
    if (key === "type") facets.type.changed();
    else if (key === "metadata") facets.metadata.changed();
    else if (key === "attachments") facets.attachments.changed();
    else if (key === "source") {
      facets.text.changed();
      facets.source.changed();
      sources.push(id);
    }
  }

  #facetsOf(id: string): Facets {
    let facets = this.#facets.get(id);
    if (facets === undefined) {
      facets = this.#newFacets(id);
      this.#facets.set(id, facets);
    }
    return facets;
  }

  #newFacets(id: string): Facets {
    const type = new Facet(id, this.#typeOf);
    const text = new Facet(id, this.#textOf, Object.is);
    const source = new Facet(id, this.#sourceOf);
    const metadata = new Facet(id, this.#metadataOf, same);
    const attachments = new Facet(id, this.#attachmentsOf, same);
    const content: CellContent = {
      id,
      type: type.read,
      text: text.read,
      source: source.read,
      metadata: metadata.read,
      attachments: attachments.read,
    };
    return { content, type, text, source, metadata, attachments };
  }

  readonly #typeOf = (id: string) => typeOf(this.map(id)?.get("type"));
  /// A purged cell keeps the text that its editor still shows for a moment.
  readonly #textOf = (id: string, before: Y.Text | undefined): Y.Text => {
    const found = this.map(id)?.get("source");
    return found instanceof Y.Text ? found : (before ?? new Y.Text());
  };
  readonly #sourceOf = (id: string, before: string | undefined): string => {
    const found = this.map(id)?.get("source");
    return found instanceof Y.Text ? found.toString() : (before ?? "");
  };
  readonly #metadataOf = (id: string) => valuesOf(this.map(id)?.get("metadata"));
  readonly #attachmentsOf = (id: string) => valuesOf(this.map(id)?.get("attachments"));
}

function placeOf(cell: CellMap): Place {
  const order = cell.get("order");
  const deleted = cell.get("deleted");
  return { order: typeof order === "string" ? order : "", deleted: typeof deleted === "number" ? deleted : null };
}

function typeOf(value: unknown): CellType {
  return TYPES.has(value) ? (value as CellType) : "raw";
}

function valuesOf(value: unknown): Values {
  if (value instanceof Y.Map) return value.size === 0 ? NOTHING : Object.fromEntries(value.entries());
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Values) : NOTHING;
}
