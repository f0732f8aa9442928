/// Every change of a document, as a value. `apply` is all that makes a new document from an old one; what refers to
/// something that is not there changes nothing.

import type { Camera } from "../points/camera";
import { type Cells, type Joining, joined } from "../select/sets";
import { MOST } from "./bounds";
import {
  type ColourBy,
  type Document,
  type Embedding,
  type Field,
  type Filter,
  type Group,
  type Length,
  type Look,
  NO_CELLS,
  type Overlay,
  overlayOf,
  type Page,
  PLAIN_SCALE,
  type Recipe,
  type Scale,
  type Snapshot,
  type View,
} from "./document";

export type Operation =
  | { readonly do: "look"; readonly change: Partial<Look> }
  | { readonly do: "camera"; readonly view: string; readonly camera: Camera | null }
  | { readonly do: "embedding"; readonly view: string; readonly embedding: Embedding }
  | { readonly do: "colour"; readonly view: string; readonly colour: ColourBy }
  | { readonly do: "scale"; readonly key: string; readonly change: Partial<Scale> }
  | { readonly do: "overlay"; readonly key: string; readonly change: Partial<Overlay> }
  | { readonly do: "select"; readonly cells: Cells; readonly how: Joining; readonly made: Recipe | readonly Recipe[] }
  /// Of the selection and the highlight.
  | { readonly do: "clear" }
  | { readonly do: "highlight"; readonly cells: Cells; readonly colour: string }
  | { readonly do: "hide"; readonly cells: Cells }
  | { readonly do: "add-group"; readonly group: Group }
  | { readonly do: "change-group"; readonly id: string; readonly change: Partial<Omit<Group, "id">> }
  | { readonly do: "remove-group"; readonly id: string }
  | { readonly do: "add-page"; readonly page: Page }
  | { readonly do: "change-page"; readonly id: string; readonly name: string }
  | { readonly do: "remove-page"; readonly id: string }
  | { readonly do: "page"; readonly id: string }
  | { readonly do: "filter"; readonly view: string; readonly filter: Filter }
  | { readonly do: "unfilter"; readonly view: string; readonly id: string }
  /// These filters instead of those that are there: one step, however many change.
  | { readonly do: "filters"; readonly view: string; readonly filters: readonly Filter[] }
  | { readonly do: "add-view"; readonly view: View }
  | { readonly do: "remove-view"; readonly id: string }
  | { readonly do: "activate"; readonly id: string }
  | { readonly do: "lock"; readonly locked: boolean }
  /// null: as the dataset says.
  | { readonly do: "length"; readonly embedding: string; readonly length: Length | null }
  | { readonly do: "tips"; readonly tips: readonly Field[] }
  /// These views instead of those that are there, moving together; the first is the active one.
  | { readonly do: "views"; readonly views: readonly View[] }
  | { readonly do: "keep"; readonly snapshot: Snapshot }
  | { readonly do: "rename-snapshot"; readonly id: string; readonly name: string }
  | { readonly do: "drop-snapshot"; readonly id: string }
  /// The view shows again what the snapshot kept.
  | { readonly do: "recall"; readonly view: string; readonly id: string }
  | { readonly do: "replace"; readonly document: Document }
  /// What is one thing to the person: one step.
  | { readonly do: "together"; readonly operations: readonly Operation[] };

export function apply(document: Document, operation: Operation): Document {
  switch (operation.do) {
    case "look":
      return { ...document, look: { ...document.look, ...operation.change } };
    case "camera":
      // Views that are locked together show the same place, as far as they show the same dimensions.
      return views(document, (view) =>
        view.id === operation.view || (document.locked && kindOf(view) === kindOf(byId(document, operation.view)))
          ? { ...view, camera: operation.camera }
          : view,
      );
    case "embedding":
      return views(document, (view) =>
        view.id === operation.view ? { ...view, embedding: operation.embedding, camera: null } : view,
      );
    case "colour":
      return views(document, (view) => (view.id === operation.view ? { ...view, colour: operation.colour } : view));
    case "scale": {
      const old = document.scales[operation.key] ?? PLAIN_SCALE;
      return { ...document, scales: { ...document.scales, [operation.key]: { ...old, ...operation.change } } };
    }
    case "overlay": {
      const old = overlayOf(document, operation.key);
      return { ...document, overlays: { ...document.overlays, [operation.key]: { ...old, ...operation.change } } };
    }
    case "select": {
      const selection = joined(document.selection, operation.cells, operation.how);
      const recipes = "kind" in operation.made ? [operation.made] : operation.made;
      const made = [...(operation.how === "replace" ? [] : document.made), ...recipes.map(thinned)].slice(-MOST.made);
      return { ...document, selection, made };
    }
    case "clear":
      return document.selection.length === 0 && document.highlight === null
        ? document
        : { ...document, highlight: null, selection: NO_CELLS, made: [] };
    case "highlight":
      return { ...document, highlight: { cells: operation.cells, colour: operation.colour } };
    case "hide":
      return { ...document, hidden: operation.cells };
    case "filter":
      return views(document, (view) =>
        view.id === operation.view ? { ...view, filters: put(view.filters, operation.filter) } : view,
      );
    case "unfilter":
      return views(document, (view) =>
        view.id === operation.view && view.filters.some((filter) => filter.id === operation.id)
          ? { ...view, filters: view.filters.filter((filter) => filter.id !== operation.id) }
          : view,
      );
    case "filters":
      return views(document, (view) =>
        view.id === operation.view ? { ...view, filters: operation.filters.slice(0, MOST.filters) } : view,
      );
    case "lock":
      return { ...document, locked: operation.locked };
    case "length": {
      const { [operation.embedding]: _, ...others } = document.lengths;
      const lengths = operation.length === null ? others : { ...others, [operation.embedding]: operation.length };
      return { ...document, lengths };
    }
    case "tips":
      return { ...document, tips: operation.tips.slice(0, MOST.filters) };
    case "replace":
      return operation.document;
    case "together":
      return operation.operations.reduce(apply, document);
    default:
      return arranged(document, operation);
  }
}

type Arrangement = Extract<
  Operation,
  {
    do:
      | "add-group"
      | "change-group"
      | "remove-group"
      | "add-page"
      | "change-page"
      | "remove-page"
      | "page"
      | "add-view"
      | "remove-view"
      | "activate"
      | "views"
      | "keep"
      | "rename-snapshot"
      | "drop-snapshot"
      | "recall";
  }
>;

/// Groups, pages, views and snapshots: what comes and goes.
function arranged(document: Document, operation: Arrangement): Document {
  switch (operation.do) {
    case "add-group":
      return pages(document, (page) =>
        page.id === document.page && page.groups.length < MOST.groups
          ? { ...page, groups: [...page.groups, operation.group] }
          : page,
      );
    case "change-group":
      return pages(document, (page) =>
        has(page, operation.id)
          ? {
              ...page,
              groups: page.groups.map((group) =>
                group.id === operation.id ? { ...group, ...operation.change } : group,
              ),
            }
          : page,
      );
    case "remove-group":
      return pages(document, (page) =>
        has(page, operation.id) ? { ...page, groups: page.groups.filter((group) => group.id !== operation.id) } : page,
      );
    case "add-page":
      if (document.pages.length >= MOST.pages) return document;
      return { ...document, pages: [...document.pages, operation.page], page: operation.page.id };
    case "change-page":
      return pages(document, (page) => (page.id === operation.id ? { ...page, name: operation.name } : page));
    case "remove-page": {
      const left = document.pages.filter((page) => page.id !== operation.id);
      const first = left[0];
      if (first === undefined) return document;
      return { ...document, pages: left, page: document.page === operation.id ? first.id : document.page };
    }
    case "page":
      return document.pages.some((page) => page.id === operation.id) ? { ...document, page: operation.id } : document;
    case "add-view":
      if (document.views.length >= MOST.views) return document;
      return { ...document, views: [...document.views, operation.view], active: operation.view.id };
    case "remove-view": {
      const left = document.views.filter((view) => view.id !== operation.id);
      const first = left[0];
      if (first === undefined) return document;
      return { ...document, views: left, active: document.active === operation.id ? first.id : document.active };
    }
    case "views": {
      const views = operation.views.slice(0, MOST.views);
      const [first] = views;
      return first === undefined ? document : { ...document, views, active: first.id, locked: views.length > 1 };
    }
    case "keep":
      if (document.snapshots.length >= MOST.snapshots) return document;
      return { ...document, snapshots: [...document.snapshots, operation.snapshot] };
    case "rename-snapshot":
      return snapshots(document, (all) =>
        all.map((one) => (one.id === operation.id ? { ...one, name: operation.name } : one)),
      );
    case "drop-snapshot":
      return snapshots(document, (all) => all.filter((one) => one.id !== operation.id));
    case "recall": {
      const kept = document.snapshots.find((one) => one.id === operation.id);
      if (kept === undefined) return document;
      return views(document, (view) => (view.id === operation.view ? { ...kept.view, id: view.id } : view));
    }
    case "activate":
      return byId(document, operation.id) === undefined ? document : { ...document, active: operation.id };
  }
}

function byId(document: Document, id: string): View | undefined {
  return document.views.find((view) => view.id === id);
}

function has(page: Page, group: string): boolean {
  return page.groups.some((one) => one.id === group);
}

function kindOf(view: View | undefined): string {
  return view === undefined ? "" : `${view.embedding.key} ${view.embedding.dimensions}`;
}

function views(document: Document, change: (view: View) => View): Document {
  const views = changed(document.views, change);
  return views === document.views ? document : { ...document, views };
}

function pages(document: Document, change: (page: Page) => Page): Document {
  const pages = changed(document.pages, change);
  return pages === document.pages ? document : { ...document, pages };
}

/// The very same list where nothing in it changes: that is no step, and nobody is told.
function changed<T>(all: readonly T[], change: (one: T) => T): readonly T[] {
  const fresh = all.map(change);
  return fresh.every((one, at) => one === all[at]) ? all : fresh;
}

function snapshots(document: Document, change: (all: readonly Snapshot[]) => readonly Snapshot[]): Document {
  return { ...document, snapshots: change(document.snapshots) };
}

function put(filters: readonly Filter[], fresh: Filter): readonly Filter[] {
  const known = filters.some((filter) => filter.id === fresh.id);
  if (known) return filters.map((filter) => (filter.id === fresh.id ? fresh : filter));
  return filters.length < MOST.filters ? [...filters, fresh] : filters;
}

/// A hand that draws for minutes leaves more corners than anybody needs to find the cells again.
function thinned(made: Recipe): Recipe {
  if (made.kind !== "shape" || made.shape.length <= MOST.corners) return made;
  const every = Math.ceil(made.shape.length / MOST.corners);
  return { ...made, shape: made.shape.filter((_, at) => (at >> 1) % every === 0) };
}
