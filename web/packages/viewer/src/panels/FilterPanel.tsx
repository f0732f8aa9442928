/// Which cells are shown in the active view: a stack of filters, each with a switch and what it leaves. How one of them
/// is set is in `FilterEditor`.

import { Button, CloseIcon, IconButton, Select, Toggle } from "@fumehood/ui";
import { createMemo, createSignal, Index, type JSX, Show } from "solid-js";
import type { Model, Shown } from "../model/model";
import { activePage, type Filter, type Measured } from "../state/document";
import { count } from "../words/numbers";
import { FilterEditor } from "./FilterEditor";
import { filterOf, legendFilter } from "./showing";

export interface FilterPanelProps {
  readonly model: Model;
  readonly shown: Shown;
  readonly columns: readonly { readonly key: string; readonly kind: "category" | "continuous" }[];
}

export function FilterPanel(props: FilterPanelProps): JSX.Element {
  const { model } = props;
  const view = () => props.shown.view();
  const put = (filter: Filter) => model.do({ do: "filter", view: view().id, filter });
  const [adding, setAdding] = createSignal("");
  const colour = createMemo(() => view().colour);
  // Not again for each move of the camera.
  /// Of all views, each set of genes once.
  const scores = createMemo(() => {
    const found = new Map<string, { readonly key: string; readonly genes: readonly string[] }>();
    for (const { colour } of model.parts.views())
      if (colour.by === "score") found.set(JSON.stringify(colour.genes), { key: colour.name, genes: colour.genes });
    return [...found.values()];
  });
  const choices = createMemo(() => {
    const by = colour();
    return [
      { value: "", label: "Add a filter…" },
      ...(model.parts.selection().length > 0 ? [{ value: "selection", label: "Only the selection" }] : []),
      ...(by.by === "gene"
        ? [
            { value: `gene:${by.name}`, label: `Values of ${by.name}` },
            { value: `outliers-gene:${by.name}`, label: `Outliers of ${by.name}` },
          ]
        : []),
      ...scores().flatMap(({ key }, at) => [
        { value: `score:${at}`, label: `Values of ${key}` },
        { value: `outliers-score:${at}`, label: `Outliers of ${key}` },
      ]),
      ...props.columns
        .filter((column) => column.kind === "continuous")
        .flatMap(({ key }) => [
          { value: `column:${key}`, label: `Values of ${key}` },
          { value: `outliers-column:${key}`, label: `Outliers of ${key}` },
        ]),
      ...props.columns
        .filter((column) => column.kind === "category")
        .map(({ key }) => ({ value: `categories:${key}`, label: `Categories of ${key}` })),
      ...activePage({ pages: model.parts.pages(), page: model.parts.page() }).groups.map((group) => ({
        value: `group:${group.id}`,
        label: `Group ${group.name}`,
      })),
    ];
  });

  function add(choice: string): void {
    setAdding("");
    const at = choice.indexOf(":");
    const [kind, key] = at < 0 ? [choice, ""] : [choice.slice(0, at), choice.slice(at + 1)];
    const id = `${choice}#${Date.now().toString(36)}`;
    if (kind === "group") put({ id, on: true, kind: "group", group: key, inside: true });
    if (kind === "selection") keepSelection(id);
    const outliers = "outliers-";
    const far = choice.startsWith(outliers);
    const what = measured(far ? kind.slice(outliers.length) : kind, key);
    if (what !== undefined && far)
      put({ id, on: true, kind: "outliers", ...what, beyond: { by: "deviations", most: 5 }, within: null });
    else if (what !== undefined) put({ id, on: true, kind: "range", ...what, low: null, high: null });
    if (kind === "categories") {
      // What the legend hides is the same filter: there is one for each column.
      const known = filterOf(props.shown, key);
      put(known ?? { id: legendFilter(key), on: true, kind: "categories", key, hidden: [], missing: false });
    }
  }

  function measured(of: string, key: string): Measured | undefined {
    if (of === "gene" || of === "column") return { of, key };
    const score = of === "score" ? scores()[Number(key)] : undefined;
    return score && { of: "score", ...score };
  }

  /// A filter outlives the selection, so it holds on to a group.
  function keepSelection(id: string): void {
    const { selection, made } = model.document();
    const group = `group-${Date.now().toString(36)}`;
    const name = `Selection of ${count(selection.length)}`;
    model.do({
      do: "together",
      operations: [
        {
          do: "add-group",
          group: { id: group, name, colour: "#d55e00", note: "", shown: true, cells: selection, made },
        },
        { do: "filter", view: view().id, filter: { id, on: true, kind: "group", group, inside: true } },
      ],
    });
  }

  return (
    <div class="panel">
      <p class="panel-note" role="status">
        {count(props.shown.filtered().left)} of {count(model.cells)} cells are shown.
      </p>
      <ul class="filters">
        <Index
          each={props.shown.filtered().counts}
          fallback={
            <li class="panel-note">A filter leaves some of the cells: of a category, within a range, of a group.</li>
          }
        >
          {(counted) => (
            <li class="filter">
              <div class="panel-row">
                <Toggle
                  label={titleOf(model, counted().filter)}
                  checked={counted().filter.on}
                  onChange={(on) => put({ ...counted().filter, on })}
                />
                <span class="panel-fill" />
                <IconButton
                  small
                  icon={CloseIcon}
                  label={`Remove the filter ${titleOf(model, counted().filter)}`}
                  onClick={() => model.do({ do: "unfilter", view: view().id, id: counted().filter.id })}
                />
              </div>
              <FilterEditor model={model} columns={props.columns} filter={counted().filter} put={put} />
              <p class="panel-note">
                <Show
                  when={!counted().waiting}
                  fallback={counted().filter.kind === "group" ? "It hides nothing: remove it." : "Loading its data…"}
                >
                  {count(counted().before)} → {count(counted().after)} cells
                </Show>
              </p>
            </li>
          )}
        </Index>
      </ul>
      <Show when={props.shown.filtered().left === 0 && view().filters.length > 0}>
        <p class="panel-note">No cell is left. Switch a filter off, or widen it.</p>
      </Show>
      <Select label="Add a filter" bare value={adding()} choices={choices()} onChange={add} />
      <Show when={view().filters.length > 1}>
        <Button small tone="quiet" onClick={() => model.do({ do: "filters", view: view().id, filters: [] })}>
          Remove all
        </Button>
      </Show>
    </div>
  );
}

function titleOf(model: Model, filter: Filter): string {
  if (filter.kind === "outliers") return `Outliers of ${filter.key}`;
  if (filter.kind !== "group") return filter.key;
  const groups = model.parts.pages().flatMap((page) => page.groups);
  return groups.find((group) => group.id === filter.group)?.name ?? "a group that is gone";
}
