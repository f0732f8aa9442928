/// A document as JSON, and back: what `viewer.state` gives, a link carries and a session keeps. It is read as a stranger's:
/// every field is checked and bounded, what refers to columns that this dataset does not have is left out and named, and
/// whatever is not known is an error rather than something that is half applied.

import { MAPS } from "../colour/maps";
import { parsed as colourOf } from "../colour/rgb";
import type { Camera, Vector } from "../points/camera";
import { sentence } from "../words/sentence";
import { BRUSH, LONGEST_NAME, MOST } from "./bounds";
import { cellText, textToCells } from "./cells";
import {
  type Beyond,
  type ColourBy,
  type Document,
  type Embedding,
  type Field,
  type Filter,
  fresh,
  type Group,
  type Length,
  type Measured,
  type Overlay,
  type Page,
  type Recipe,
  type Scale,
  type Snapshot,
  type View,
} from "./document";

export const VERSION = 1;

/// What a document may refer to.
export interface Known {
  readonly cells: number;
  readonly columns: ReadonlySet<string>;
  readonly embeddings: ReadonlyMap<string, number>;
  hasGene(name: string): boolean;
}

export interface Read {
  readonly document: Document;
  /// Names that this dataset does not have.
  readonly left: readonly string[];
}

export class StateRefused extends Error {}

export function saved(document: Document): Record<string, unknown> {
  const groups = (page: Page) => page.groups.map((group) => ({ ...group, cells: cellText(group.cells) }));
  return {
    version: VERSION,
    ...document,
    highlight: document.highlight && { ...document.highlight, cells: cellText(document.highlight.cells) },
    hidden: cellText(document.hidden),
    selection: cellText(document.selection),
    pages: document.pages.map((page) => ({ ...page, groups: groups(page) })),
  };
}

/// Throws StateRefused.
export function read(json: unknown, known: Known): Read {
  const reader = new Reader(known);
  return { document: reader.document(json), left: [...reader.left] };
}

type Json = Readonly<Record<string, unknown>>;

class Reader {
  readonly left = new Set<string>();

  constructor(private readonly known: Known) {}

  document(json: unknown): Document {
    const given = object(json, "state");
    if (given.version !== VERSION)
      throw new StateRefused(`This state is of version ${String(given.version).slice(0, 20)}.`);
    const views = unique(list(given.views, MOST.views, "views").map((one) => this.#view(one)));
    const [first] = views;
    if (first === undefined) throw new StateRefused("This state has no view.");
    const pages = distinct(list(given.pages, MOST.pages, "pages").map((one) => this.#page(one)));
    const base = fresh(first.embedding, first.colour);
    const look = object(given.look, "look");
    return {
      views,
      active: views.some((view) => view.id === given.active) ? String(given.active) : first.id,
      locked: given.locked === true,
      highlight: given.highlight === null ? null : this.#highlight(object(given.highlight, "highlight")),
      hidden: this.#cells(given.hidden),
      selection: this.#cells(given.selection),
      made: this.#recipes(given.made),
      pages: pages.length > 0 ? pages : base.pages,
      page: pages.some((page) => page.id === given.page) ? String(given.page) : (pages[0]?.id ?? base.page),
      overlays: this.#entries(given.overlays, (value) => this.#overlay(value)),
      scales: this.#entries(given.scales, (value) => this.#scale(value)),
      look: {
        size: number(look.size, 0.05, 50, "size"),
        opacity: number(look.opacity, 0, 1, "opacity"),
        perspective: look.perspective === true,
        labels: look.labels === true,
        edges: look.edges === true,
        flow: typeof look.flow === "string" && look.flow.length <= MOST.text ? look.flow : null,
        smoke: look.smoke === true,
      },
      // States of before have none.
      lengths: given.lengths === undefined ? {} : this.#lengths(given.lengths),
      tips: list(given.tips, MOST.filters, "tips").flatMap((one) => this.#field(object(one, "tips"))),
      snapshots: unique(
        list(given.snapshots, MOST.snapshots, "snapshots").map((one) => this.#snapshot(object(one, "snapshot"))),
      ),
    };
  }

  #view(json: unknown): View {
    const given = object(json, "view");
    return {
      id: text(given.id, "id"),
      embedding: this.#embedding(given.embedding),
      camera: given.camera === null ? null : camera(given.camera),
      colour: this.#colour(given.colour),
      filters: this.#filters(given.filters),
    };
  }

  #embedding(json: unknown): Embedding {
    const given = object(json, "embedding");
    const key = text(given.key, "embedding");
    const most = this.known.embeddings.get(key);
    if (most === undefined) throw new StateRefused(`This dataset has no embedding “${key}”.`);
    const dimensions = number(given.dimensions, 1, most, "dimensions");
    if (dimensions !== 1 && dimensions !== 2 && dimensions !== 3)
      throw new StateRefused("An embedding has 1 to 3 dimensions.");
    return { key, dimensions };
  }

  #colour(json: unknown): ColourBy {
    const given = object(json, "colour");
    if (given.by === "column") {
      const key = text(given.key, "column");
      return this.#has(key) ? { by: "column", key } : { by: "nothing" };
    }
    if (given.by === "gene") {
      const name = text(given.name, "gene");
      return this.#hasGene(name) ? { by: "gene", name } : { by: "nothing" };
    }
    if (given.by === "score") {
      const genes = this.#genes(given);
      return genes.length > 0 ? { by: "score", name: text(given.name, "score"), genes } : { by: "nothing" };
    }
    if (given.by === "group" || given.by === "nothing") return { by: given.by };
    throw new StateRefused("A view is coloured in a way that is not known here.");
  }

  #filters(json: unknown): Filter[] {
    return unique(list(json, MOST.filters, "filters").flatMap((one) => this.#filter(one)));
  }

  #filter(json: unknown): Filter[] {
    const given = object(json, "filter");
    const head = { id: text(given.id, "id"), on: given.on === true };
    const key = given.kind === "group" ? "" : text(given.key, "filter");
    if (given.kind === "categories") {
      const hidden = list(given.hidden, MOST.codes, "hidden").map((code) => number(code, 0, 2 ** 32, "hidden"));
      return this.#has(key) ? [{ ...head, kind: "categories", key, hidden, missing: given.missing === true }] : [];
    }
    if (given.kind === "range") {
      const ends = { low: end(given.low, "low"), high: end(given.high, "high") };
      return this.#measured(given).map((one) => ({ ...head, kind: "range", ...one, ...ends }));
    }
    if (given.kind === "outliers") {
      const field = this.#measured(given);
      const beyond = beyondOf(object(given.beyond, "beyond"));
      const within = given.within === null ? null : text(given.within, "within");
      const there = within === null || this.#has(within);
      return there ? field.map((one) => ({ ...head, kind: "outliers", ...one, beyond, within })) : [];
    }
    if (given.kind === "group") {
      return [{ ...head, kind: "group", group: text(given.group, "group"), inside: given.inside === true }];
    }
    throw new StateRefused("A filter is of a kind that is not known here.");
  }

  #measured(given: Json): Measured[] {
    if (given.of !== "score") return this.#field(given);
    const genes = this.#genes(given);
    return genes.length > 0 ? [{ of: "score", key: text(given.key, "score"), genes }] : [];
  }

  /// Those of a score that this dataset has.
  #genes(given: Json): string[] {
    const names = list(given.genes, MOST.genes, "genes").map((one) => text(one, "genes"));
    return names.filter((name) => this.#hasGene(name));
  }

  #field(given: Json): Field[] {
    const key = text(given.key, "key");
    if (given.of === "gene") return this.#hasGene(key) ? [{ of: "gene", key }] : [];
    if (given.of === "column") return this.#has(key) ? [{ of: "column", key }] : [];
    throw new StateRefused("Something is told that is neither a column nor a gene.");
  }

  #snapshot(given: Json): Snapshot {
    return { id: text(given.id, "id"), name: text(given.name, "name"), view: this.#view(given.view) };
  }

  #page(json: unknown): Page {
    const given = object(json, "page");
    const groups = list(given.groups, MOST.groups, "groups").map((one) => this.#group(one));
    return { id: text(given.id, "id"), name: text(given.name, "name"), groups };
  }

  #group(json: unknown): Group {
    const given = object(json, "group");
    return {
      id: text(given.id, "id"),
      name: text(given.name, "name"),
      colour: colour(given.colour),
      note: text(given.note, "note"),
      shown: given.shown === true,
      cells: this.#cells(given.cells),
      made: this.#recipes(given.made),
    };
  }

  #cells(json: unknown): Uint32Array {
    if (typeof json !== "string") throw new StateRefused("A set of cells is missing.");
    try {
      return textToCells(json, this.known.cells);
    } catch (error) {
      throw new StateRefused(sentence(error));
    }
  }

  #highlight(given: Json): Document["highlight"] {
    return { cells: this.#cells(given.cells), colour: colour(given.colour) };
  }

  #recipes(json: unknown): Recipe[] {
    return list(json, MOST.made, "made").map((one) => this.#recipe(object(one, "recipe")));
  }

  #recipe(given: Json): Recipe {
    switch (given.kind) {
      case "shape": {
        const tool = given.tool;
        if (tool !== "lasso" && tool !== "rectangle" && tool !== "brush" && tool !== "nearest") break;
        return {
          kind: "shape",
          tool,
          embedding: this.#embedding(given.embedding),
          camera: camera(given.camera),
          shape: list(given.shape, MOST.corners, "shape").map((one) => number(one, -1e7, 1e7, "shape")),
          width: number(given.width, 1, 1e5, "width"),
          height: number(given.height, 1, 1e5, "height"),
          radius: tool === "brush" ? number(given.radius ?? BRUSH, 0.1, 1e5, "radius") : null,
          filters: this.#filters(given.filters),
        };
      }
      case "shown":
        return { kind: "shown", filters: this.#filters(given.filters) };
      case "category":
        return { kind: "category", key: text(given.key, "key"), category: text(given.category, "category") };
      case "names":
        return {
          kind: "names",
          pasted: number(given.pasted, 0, 1e9, "pasted"),
          found: number(given.found, 0, 1e9, "found"),
        };
      case "neighbours":
        return {
          kind: "neighbours",
          steps: number(given.steps, 1, 100, "steps"),
          from: number(given.from, 0, 1e9, "from"),
        };
      case "python":
        return { kind: "python" };
    }
    throw new StateRefused("A group was made in a way that is not known here.");
  }

  #overlay(json: unknown): Overlay {
    const given = object(json, "overlay");
    const by = <T>(value: unknown, make: (one: unknown) => T): Record<number, T> => {
      const all = Object.entries(object(value, "overlay"));
      if (all.length > MOST.entries) throw new StateRefused("A column was changed in too many places.");
      return Object.fromEntries(all.map(([code, one]) => [number(Number(code), 0, 2 ** 32, "code"), make(one)]));
    };
    return {
      colours: by(given.colours, colour),
      names: by(given.names, (one) => text(one, "name")),
      merged: by(given.merged, (one) => number(one, -1, 2 ** 32, "merged")),
    };
  }

  #scale(json: unknown): Scale {
    const given = object(json, "scale");
    const map = text(given.map, "map");
    if (!Object.hasOwn(MAPS, map)) throw new StateRefused(`There are no colours “${map}”.`);
    const clip = list(given.clip, 2, "clip").map((one) => number(one, 0, 100, "clip"));
    if (clip.length !== 2) throw new StateRefused("A scale is clipped at two percentiles.");
    return {
      map: map as Scale["map"],
      reversed: given.reversed === true,
      logarithmic: given.logarithmic === true,
      clip: clip as unknown as readonly [number, number],
      low: end(given.low, "low"),
      high: end(given.high, "high"),
    };
  }

  #lengths(json: unknown): Document["lengths"] {
    const all = Object.entries(object(json, "lengths"));
    if (all.length > MOST.entries) throw new StateRefused("There is too much in this state.");
    return Object.fromEntries(
      all.filter(([key]) => this.known.embeddings.has(key)).map(([key, one]) => [key, length(one)]),
    );
  }

  #entries<T>(json: unknown, make: (value: unknown) => T): Record<string, T> {
    const all = Object.entries(object(json, "columns"));
    if (all.length > MOST.entries) throw new StateRefused("There is too much in this state.");
    return Object.fromEntries(all.map(([key, value]) => [key.slice(0, MOST.text), make(value)]));
  }

  #has(key: string): boolean {
    if (this.known.columns.has(key)) return true;
    this.left.add(key);
    return false;
  }

  #hasGene(name: string): boolean {
    if (this.known.hasGene(name)) return true;
    this.left.add(name);
    return false;
  }
}

/// Whatever refers to an id that several have means the first of them, which keeps it.
function unique<T extends { readonly id: string }>(all: readonly T[]): T[] {
  const ids = new Set(all.map((one) => one.id));
  if (ids.size === all.length) return [...all];
  const taken = new Set<string>();
  let number = 1;
  return all.map((one) => {
    let { id } = one;
    // No id is longer for it than one may be; the number never goes back, so that a crowd costs no more than its size.
    if (taken.has(id))
      do id = `${one.id.slice(0, 100)}~${++number}`;
      while (ids.has(id));
    taken.add(id);
    return { ...one, id };
  });
}

/// Pages, and their groups on whichever page they are.
function distinct(pages: readonly Page[]): Page[] {
  const groups = unique(pages.flatMap((page) => page.groups));
  let at = 0;
  return unique(pages).map((page) => {
    const from = at;
    at += page.groups.length;
    return { ...page, groups: groups.slice(from, at) };
  });
}

function object(json: unknown, what: string): Json {
  if (typeof json !== "object" || json === null || Array.isArray(json)) throw new StateRefused(`“${what}” is missing.`);
  return json as Json;
}

function list(json: unknown, most: number, what: string): readonly unknown[] {
  if (!Array.isArray(json)) throw new StateRefused(`“${what}” is missing.`);
  if (json.length > most) throw new StateRefused(`“${what}” has more than ${most} entries.`);
  return json;
}

function text(json: unknown, what: string): string {
  if (typeof json !== "string") throw new StateRefused(`“${what}” is missing.`);
  if (json.length > MOST.text) throw new StateRefused(`“${what}” is too long.`);
  return json;
}

function number(json: unknown, least: number, most: number, what: string): number {
  if (typeof json !== "number" || !(json >= least && json <= most))
    throw new StateRefused(`“${what}” is out of range.`);
  return json;
}

function end(json: unknown, what: string): number | null {
  return json === null ? null : number(json, -Infinity, Infinity, what);
}

function colour(json: unknown): string {
  const found = text(json, "colour");
  if (colourOf(found) === undefined) throw new StateRefused("A colour is said as #rrggbb.");
  return found;
}

function length(json: unknown): Length {
  const given = object(json, "length");
  return { each: number(given.each, 1e-30, 1e30, "each"), name: text(given.name, "name").slice(0, LONGEST_NAME) };
}

function beyondOf(given: Json): Beyond {
  if (given.by === "deviations") return { by: "deviations", most: number(given.most, 0, 1000, "most") };
  if (given.by !== "percentiles") throw new StateRefused("Outliers are found in a way that is not known here.");
  return { by: "percentiles", low: number(given.low, 0, 100, "low"), high: number(given.high, 0, 100, "high") };
}

function camera(json: unknown): Camera {
  const given = object(json, "camera");
  const finite = (value: unknown, what: string) => number(value, -1e30, 1e30, what);
  if (given.kind === "planar") {
    return {
      kind: "planar",
      x: finite(given.x, "x"),
      y: finite(given.y, "y"),
      scale: number(given.scale, 1e-30, 1e30, "scale"),
    };
  }
  if (given.kind !== "orbit") throw new StateRefused("A camera is of a kind that is not known here.");
  const target = list(given.target, 3, "target").map((one) => finite(one, "target"));
  if (target.length !== 3) throw new StateRefused("A camera looks at three coordinates.");
  return {
    kind: "orbit",
    target: target as unknown as Vector,
    distance: number(given.distance, 1e-30, 1e30, "distance"),
    azimuth: number(given.azimuth, -100, 100, "azimuth"),
    elevation: number(given.elevation, -2, 2, "elevation"),
  };
}
