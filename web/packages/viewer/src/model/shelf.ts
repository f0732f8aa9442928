/// Columns of the dataset as the page has them: asked for when something first reads them, told of when they are here.
/// Reading one that is on its way gives undefined; whoever read it (an effect, a memo) runs again when it has come.

import { batch, createSignal } from "solid-js";
import type { Values } from "../colour/range";
import type { Graph } from "../edges/graph";
import { isPlace } from "../lengths/units";
import { anywhere, type Bounds, bounds } from "../points/camera";
import type { Positions } from "../points/engine";
import type { Embedding } from "../state/document";
import type { Progress } from "../wire/transport";
import { sentence } from "../words/sentence";
import { type Scored, scored } from "./score";

export type Codes = Uint8Array | Uint16Array | Uint32Array;

export interface Categories {
  readonly kind: "categories";
  readonly codes: Codes;
  readonly names: readonly string[];
  readonly missing: number;
  /// Cells of each category; the missing ones last.
  readonly counts: Uint32Array;
}

export interface Numbers extends Values {
  readonly kind: "numbers";
  readonly missing: number;
}

export interface Placed extends Positions {
  /// Its second dimension counts downwards, as in an image: here it is the negative of what the dataset has.
  readonly down: boolean;
  readonly around: Bounds;
  /// No cell of it can be drawn: there are none, or none has a place.
  readonly empty: boolean;
}

export interface Sources {
  readonly cells: number;
  points(embedding: Embedding, progress: Progress): Promise<Float32Array>;
  column(key: string, progress: Progress): Promise<Omit<Categories, "kind" | "counts"> | Omit<Numbers, "kind">>;
  gene(name: string, progress: Progress): Promise<Omit<Numbers, "kind">>;
  /// In more steps than are drawn, for what is computed of it; absent where there are no more.
  fine?(name: string, progress: Progress): Promise<Omit<Numbers, "kind">>;
  /// Of neighbours; absent where the dataset has none.
  graph?(progress: Progress): Promise<Graph>;
  /// Of the whole dataset, by whoever serves it; absent or refused where nobody does.
  score?(genes: readonly string[], progress: Progress): Promise<Float32Array>;
  /// Fields of directions that can be drawn in some embedding.
  readonly fields?: readonly Field[];
  vectors?(id: string, dimensions: number, progress: Progress): Promise<Float32Array>;
}

export interface Field {
  readonly id: string;
  readonly label: string;
  /// Whether it has directions for this embedding, in its number of dimensions.
  fits(embedding: Embedding): boolean;
}

export interface Loading {
  readonly what: string;
  readonly have: number;
  readonly size: number;
}

export interface Trouble {
  readonly what: string;
  readonly message: string;
}

interface Entry {
  readonly value: () => unknown;
  used: number;
  /// While it is not, bytes are on their way that somebody waits for.
  come: boolean;
  /// Why it could not be had.
  failed: string | undefined;
}

/// Columns and genes that are kept; the least lately used go first. One computation may read more: what it reads at once
/// stays, or it would ask for them again and again.
const KEPT = 32;

/// Milliseconds between two words on how much has come: each is a picture of the page, which takes its time from the one
/// that is waited for.
const TELLING = 100;

export class Shelf {
  readonly loading: () => readonly Loading[];
  readonly troubles: () => readonly Trouble[];
  readonly #setLoading: (change: (old: readonly Loading[]) => readonly Loading[]) => void;
  readonly #setTroubles: (change: (old: readonly Trouble[]) => readonly Trouble[]) => void;
  readonly #entries = new Map<string, Entry>();
  #clock = 0;
  /// What was used later than this is used by what runs now.
  #before = -1;
  #refusal: string | undefined;

  constructor(private readonly sources: Sources) {
    [this.loading, this.#setLoading] = createSignal<readonly Loading[]>([]);
    [this.troubles, this.#setTroubles] = createSignal<readonly Trouble[]>([]);
  }

  points(embedding: Embedding): Placed | undefined {
    const { key, dimensions } = embedding;
    return this.#read(`${key} (${dimensions}D)`, `points ${dimensions} ${key}`, async (progress) => {
      const points = await this.sources.points(embedding, progress);
      const down = lies(embedding);
      if (down) turnedOver(points, dimensions);
      return { points, dimensions, down, around: bounds(points, dimensions), empty: !anywhere(points, dimensions) };
    });
  }

  column(key: string): Categories | Numbers | undefined {
    return this.#read(key, `column ${key}`, async (progress) => {
      const found = await this.sources.column(key, progress);
      return "codes" in found
        ? { ...found, kind: "categories", counts: counted(found) }
        : { ...found, kind: "numbers" };
    });
  }

  gene(name: string): Numbers | undefined {
    return this.#read(name, `gene ${name}`, async (progress) => ({
      ...(await this.sources.gene(name, progress)),
      kind: "numbers",
    }));
  }

  /// As finely as it can be had, in an entry of its own: what is drawn stays as it is.
  fine(name: string): Numbers | undefined {
    const { fine } = this.sources;
    if (fine === undefined) return this.gene(name);
    return this.#read(`${name}, finely`, `fine ${name}`, async (progress) => ({
      ...(await fine(name, progress)),
      kind: "numbers",
    }));
  }

  get hasGraph(): boolean {
    return this.sources.graph !== undefined;
  }

  graph(): Graph | undefined {
    const { graph } = this.sources;
    return graph && this.#read("the graph of neighbours", "graph", graph);
  }

  get fields(): readonly Field[] {
    return this.sources.fields ?? [];
  }

  /// Whether this field has directions for this embedding.
  flows(id: string, embedding: Embedding): boolean {
    return this.fields.find((one) => one.id === id)?.fits(embedding) ?? false;
  }

  /// Nothing where the embedding is not the field's.
  vectors(id: string, embedding: Embedding): Float32Array | undefined {
    const field = this.fields.find((one) => one.id === id);
    const { vectors } = this.sources;
    if (field === undefined || vectors === undefined || !field.fits(embedding)) return undefined;
    const { dimensions } = embedding;
    return this.#read(field.label, `vectors ${dimensions} ${id}`, async (progress) => {
      const found = await vectors(id, dimensions, progress);
      if (lies(embedding)) turnedOver(found, dimensions);
      return found;
    });
  }

  /// Of a set of genes: by whoever serves the dataset, else the mean of the genes as they are drawn.
  score(name: string, genes: readonly string[]): Scored | undefined {
    return this.#read(name, `score ${JSON.stringify(genes)}`, (progress) => scored(this.sources, genes, progress));
  }

  /// What failed is asked for again when something reads it.
  again(): void {
    for (const [key, entry] of this.#entries) if (entry.failed !== undefined) this.#entries.delete(key);
    // Everybody who ever read is told of troubles: not where there are none.
    this.#setTroubles((old) => (old.length === 0 ? old : []));
  }

  /// What `read` gives, and why it gives nothing where something that it reads here could not be had.
  tried<T>(read: () => T): { readonly found: T; readonly refusal: string | undefined } {
    const around = this.#refusal;
    this.#refusal = undefined;
    const found = read();
    const refusal = this.#refusal;
    // Where one that tries is read by another, what failed in it is its own.
    this.#refusal = around;
    return { found, refusal };
  }

  #read<T>(what: string, key: string, fetch: (progress: Progress) => Promise<T>): T | undefined {
    if (this.#before < 0) {
      this.#before = this.#clock;
      queueMicrotask(() => {
        this.#before = -1;
      });
    }
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      const [value, set] = createSignal<T | undefined>(undefined);
      entry = { value, used: 0, come: false, failed: undefined };
      this.#entries.set(key, entry);
      void this.#fetch(what, entry, fetch, (found) => set(() => found));
      this.#prune();
    }
    entry.used = ++this.#clock;
    // A failed one is tracked here, so that `again` asks for it.
    this.troubles();
    this.#refusal ??= entry.failed;
    return entry.value() as T | undefined;
  }

  async #fetch<T>(
    what: string,
    entry: Entry,
    fetch: (progress: Progress) => Promise<T>,
    set: (value: T) => void,
  ): Promise<void> {
    // What reads while it computes must not be told before it has finished.
    await Promise.resolve();
    let told = -TELLING;
    const progress: Progress = (have, size) => {
      const now = performance.now();
      if (now - told < TELLING) return;
      told = now;
      this.#setLoading((old) => [...old.filter((one) => one.what !== what), { what, have, size }]);
    };
    progress(0, 0);
    try {
      const found = await fetch(progress);
      entry.come = true;
      batch(() => {
        set(found);
        this.#done(what);
      });
    } catch (error) {
      const message = sentence(error);
      entry.failed = message;
      batch(() => {
        this.#done(what);
        this.tell(what, message);
      });
    }
  }

  /// What could not be had, also of what is asked for elsewhere.
  tell(what: string, message: string): void {
    this.#setTroubles((old) => [...old.filter((one) => one.what !== what), { what, message }]);
  }

  #done(what: string): void {
    this.#setLoading((old) => old.filter((one) => one.what !== what));
  }

  #prune(): void {
    if (this.#entries.size <= KEPT) return;
    const oldest = [...this.#entries]
      .filter(([, entry]) => entry.used <= this.#before && (entry.come || entry.failed !== undefined))
      .sort(([, a], [, b]) => a.used - b.used);
    for (const [key] of oldest.slice(0, this.#entries.size - KEPT)) this.#entries.delete(key);
  }
}

function counted(column: Omit<Categories, "kind" | "counts">): Uint32Array {
  const { codes, names } = column;
  const counts = new Uint32Array(names.length + 1);
  for (let cell = 0; cell < codes.length; cell++) {
    const at = Math.min(codes[cell] as number, names.length);
    counts[at] = (counts[at] as number) + 1;
  }
  return counts;
}

/// Places in a tissue are those of an image, whose rows are counted from the top.
export function lies({ key, dimensions }: Embedding): boolean {
  return dimensions > 1 && isPlace(key);
}

/// Once, before anything else sees them: everything that draws, picks and measures has one direction.
function turnedOver(points: Float32Array, dimensions: number): void {
  for (let at = 1; at < points.length; at += dimensions) points[at] = -(points[at] as number);
}
