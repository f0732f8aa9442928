/// Which categories of a column a view shows: one filter for each column, which the legend, the filter panel and the menu
/// of a cell change. What was merged into a category goes with it.

import type { Entry, Legend } from "../colour/legend";
import { coded } from "../compare/sides";
import type { Model, Shown } from "../model/model";
import type { Joining } from "../select/sets";
import type { Filter, Group } from "../state/document";

export const legendFilter = (key: string) => `legend:${key}`;

type Hiding = Extract<Filter, { kind: "categories" }>;

/// The filter of a column, if there is one.
export function filterOf(shown: Shown, key: string): Hiding | undefined {
  const found = shown.view().filters.find((one) => one.id === legendFilter(key));
  return found?.kind === "categories" ? found : undefined;
}

/// For a memo of its own: who reads the filter alone is not told that the camera moved.
export function hiddenBy(filter: Hiding | undefined): ReadonlySet<number> {
  return new Set(filter?.on === true ? filter.hidden : []);
}

export function hiddenOf(shown: Shown, key: string): ReadonlySet<number> {
  return hiddenBy(filterOf(shown, key));
}

/// Whether cells without a value are hidden.
export function withoutHidden(filter: Hiding | undefined): boolean {
  return filter?.on === true && filter.missing;
}

export function codesOf(entry: Entry): readonly number[] {
  return [entry.code, ...entry.merged];
}

export function hide(
  model: Model,
  shown: Shown,
  key: string,
  codes: readonly number[],
  missing = withoutHidden(filterOf(shown, key)),
): void {
  const view = shown.view().id;
  const id = legendFilter(key);
  if (codes.length === 0 && !missing) model.do({ do: "unfilter", view, id });
  else model.do({ do: "filter", view, filter: { id, on: true, kind: "categories", key, hidden: codes, missing } });
}

export function toggle(model: Model, shown: Shown, key: string, entry: Entry): void {
  const hidden = hiddenOf(shown, key);
  const codes = new Set(codesOf(entry));
  const others = [...hidden].filter((code) => !codes.has(code));
  hide(model, shown, key, hidden.has(entry.code) ? others : [...others, ...codes]);
}

export function only(model: Model, shown: Shown, key: string, legend: Legend, entry: Entry): void {
  const stays = new Set(codesOf(entry));
  const gone = legend.entries.flatMap(codesOf).filter((code) => !stays.has(code));
  hide(model, shown, key, gone, true);
}

export function selectCategory(model: Model, key: string, entry: Entry): void {
  const column = model.shelf.column(key);
  if (column?.kind !== "categories") return;
  const cells = coded(column.codes, codesOf(entry));
  model.do({ do: "select", cells, how: "replace", made: { kind: "category", key, category: entry.name } });
}

/// The selection knows all that the group knew of how its cells were found.
export function selectGroup(model: Model, { cells, made }: Group, how: Joining = "replace"): void {
  model.do({ do: "select", cells, how, made: made.length > 0 ? made : { kind: "python" } });
}
