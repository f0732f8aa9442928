/// One group of a comparison, chosen from what there is: the selection, kept groups, a category of a column, the rest.

import { Select, TextField } from "@fumehood/ui";
import { createMemo, createSignal, type JSX, Show } from "solid-js";
import type { Entry } from "../../colour/legend";
import { type Chosen, coded, type Side } from "../../compare/sides";
import type { Model } from "../../model/model";
import type { ColourBy } from "../../state/document";
import { count } from "../../words/numbers";

export interface SidePickerProps {
  readonly label: string;
  readonly model: Model;
  readonly columns: readonly { readonly key: string; readonly kind: "category" | "continuous" }[];
  readonly side: Side;
  readonly onSide: (side: Side) => void;
}

/// Categories in a list at once; a column of more has a search.
const LISTED = 200;

export function SidePicker(props: SidePickerProps): JSX.Element {
  const { model } = props;
  const [search, setSearch] = createSignal("");
  const category = () => (props.side.kind === "category" ? props.side : undefined);
  const groups = () => model.parts.pages().flatMap((page) => page.groups);
  const choices = createMemo(() => [
    { value: "selection", label: `Selection (${count(model.parts.selection().length)})` },
    { value: "rest", label: "Everything else" },
    ...groups().map(({ id, name, cells }) => ({
      value: `group:${id}`,
      label: `Group ${name} (${count(cells.length)})`,
    })),
    ...props.columns
      .filter((column) => column.kind === "category")
      .map(({ key }) => ({ value: `column:${key}`, label: `${key}…` })),
  ]);
  const value = () => {
    const { side } = props;
    if (side.kind === "category") return `column:${side.key}`;
    return side.kind === "group" ? `group:${side.id}` : side.kind;
  };
  const entries = createMemo(() => entriesOf(model, category()?.key));
  const listed = createMemo(() => {
    const wanted = search().trim().toLowerCase();
    const code = category()?.code;
    const hits = entries().filter((entry) => wanted === "" || entry.name.toLowerCase().includes(wanted));
    const first = hits.slice(0, LISTED);
    const chosen = entries().find((entry) => entry.code === code);
    return chosen === undefined || first.includes(chosen) ? first : [chosen, ...first];
  });

  function choose(choice: string): void {
    const at = choice.indexOf(":");
    const [kind, key] = at < 0 ? [choice, ""] : [choice.slice(0, at), choice.slice(at + 1)];
    setSearch("");
    if (kind === "selection" || kind === "rest") props.onSide({ kind });
    else if (kind === "group") props.onSide({ kind, id: key });
    else props.onSide({ kind: "category", key, code: entriesOf(model, key)[0]?.code ?? 0 });
  }

  return (
    <div class="compare-side">
      <Select label={props.label} value={value()} choices={choices()} onChange={choose} />
      <Show when={category()}>
        {(side) => (
          <>
            <Show when={entries().length > LISTED}>
              <TextField
                label={`Search categories of ${props.label}`}
                bare
                placeholder="Search categories"
                value={search()}
                onInput={setSearch}
                onKeyDown={(event: KeyboardEvent) => event.stopPropagation()}
              />
            </Show>
            <Select
              label={`Category of ${props.label}`}
              bare
              value={String(side().code)}
              choices={listed().map((entry) => ({
                value: String(entry.code),
                label: `${entry.name === "" ? "(empty)" : entry.name} (${count(entry.count)})`,
              }))}
              onChange={(code) => props.onSide({ ...side(), code: Number(code) })}
            />
          </>
        )}
      </Show>
    </div>
  );
}

/// What group A is until the person says it: what is selected, else a group, else what the view is coloured by.
export function usualSide(model: Model, colour: ColourBy): Side {
  const group = model.parts.pages().flatMap((page) => page.groups)[0];
  if (model.parts.selection().length > 0) return { kind: "selection" };
  if (group !== undefined) return { kind: "group", id: group.id };
  const first = colour.by === "column" ? entriesOf(model, colour.key)[0] : undefined;
  return first && colour.by === "column"
    ? { kind: "category", key: colour.key, code: first.code }
    : { kind: "selection" };
}

/// Undefined while the column is on its way.
export function resolved(model: Model, side: Side): Chosen | "rest" | undefined {
  if (side.kind === "rest") return "rest";
  if (side.kind === "selection") return { name: "selection", cells: model.parts.selection() };
  if (side.kind === "group") {
    const group = model.parts
      .pages()
      .flatMap((page) => page.groups)
      .find((one) => one.id === side.id);
    return { name: group?.name ?? "a group that is gone", cells: group?.cells ?? new Uint32Array(0) };
  }
  const column = model.shelf.column(side.key);
  const entry = entriesOf(model, side.key).find((one) => one.code === side.code);
  if (column?.kind !== "categories" || entry === undefined) return undefined;
  // A cluster that is a number says nothing without its column.
  const name = /^\d*$/.test(entry.name) ? `${side.key} ${entry.name || "(empty)"}` : entry.name;
  return { name, cells: coded(column.codes, [entry.code, ...entry.merged]) };
}

export function entriesOf(model: Model, key: string | undefined): readonly Entry[] {
  return (key === undefined ? undefined : model.legend(key))?.entries ?? [];
}
