/// What is selected, and the groups that were kept of it: named, coloured, noted, on pages; each knows how its cells were
/// found. Names of cells can be pasted to select them.

import { Button, CloseIcon, IconButton, MenuButton, MoreIcon, TextField, Toggle } from "@fumehood/ui";
import { createSignal, For, Index, type JSX, onCleanup, Show } from "solid-js";
import { categorical } from "../colour/palettes";
import { Grow } from "../edges/Grow";
import type { Model } from "../model/model";
import { type Outcome, pastedNames } from "../search/cells";
import type { Joining } from "../select/sets";
import { activePage, activeView, type ColourBy, type Group, type Recipe } from "../state/document";
import { count } from "../words/numbers";
import { sentence } from "../words/sentence";
import { PagePicker } from "./PagePicker";
import { selectGroup } from "./showing";

export interface GroupPanelProps {
  readonly model: Model;
  readonly onNames: Pasted;
}

/// Selects cells by pasted names. Rejects where the names of the dataset cannot be had, or the signal says to stop.
export type Pasted = (
  names: readonly string[],
  options: { readonly signal: AbortSignal; readonly progress: (done: number, of: number) => void },
) => Promise<Outcome>;

/// Names that are listed as not found.
const LISTED = 200;

export function GroupPanel(props: GroupPanelProps): JSX.Element {
  const { model } = props;
  const [name, setName] = createSignal("");
  const [pasted, setPasted] = createSignal("");
  const [said, setSaid] = createSignal("");
  const page = () => activePage(model.document());
  const selection = () => model.document().selection;

  const view = () => activeView(model.document());
  const byGroups = () => view().colour.by === "group";
  /// What the view was coloured by, to go back to.
  let before: ColourBy = { by: "nothing" };
  function colourByGroups(on: boolean): void {
    const { id, colour } = view();
    if (on) before = colour;
    model.do({ do: "colour", view: id, colour: on ? { by: "group" } : before });
  }

  function keep(): void {
    const { selection: cells, made, pages } = model.document();
    if (cells.length === 0) return;
    const number = pages.reduce((sum, one) => sum + one.groups.length, 0);
    const colour = categorical(8)[number % 8] ?? "#d55e00";
    const title = name().trim() || `Group ${number + 1}`;
    const id = `group-${number + 1}-${Date.now().toString(36)}`;
    model.do({ do: "add-group", group: { id, name: title, colour, note: "", shown: true, cells, made } });
    setName("");
  }

  const [missing, setMissing] = createSignal<readonly string[]>([]);
  const [looking, setLooking] = createSignal<AbortController>();
  onCleanup(() => looking()?.abort());

  async function paste(): Promise<void> {
    const names = pastedNames(pasted());
    setMissing([]);
    if (names.length === 0) return void setSaid("There is no name in this.");
    const stop = new AbortController();
    setLooking(stop);
    setSaid("Looking…");
    const progress = (done: number, of: number) => setSaid(`Looking… ${count(done)} of ${count(of)} names read.`);
    try {
      const { found, asked, missing, several } = await props.onNames(names, { signal: stop.signal, progress });
      const more = several > 0 ? ` ${count(several)} fit more than one cell.` : "";
      setSaid(`${count(found)} of ${count(asked)} names are cells of this dataset.${more}`);
      setMissing(missing);
    } catch (error) {
      setSaid(stop.signal.aborted ? "Stopped." : sentence(error));
    } finally {
      setLooking(undefined);
    }
  }

  return (
    <div class="panel">
      <p class="panel-note" role="status">
        {selection().length === 0
          ? "Nothing is selected. Take the lasso, left of the picture, and draw round cells; or hold Shift and drag."
          : `${count(selection().length)} cells are selected.`}
      </p>
      <form
        class="panel-row group-new"
        onSubmit={(event) => {
          event.preventDefault();
          keep();
        }}
      >
        <TextField
          label="Name of the group"
          bare
          placeholder="Name a group"
          maxlength="200"
          value={name()}
          onInput={setName}
          onKeyDown={(event: KeyboardEvent) => event.stopPropagation()}
        />
        <Button small type="submit" tone="primary" disabled={selection().length === 0}>
          Keep
        </Button>
        <IconButton
          small
          icon={CloseIcon}
          label="Clear the selection"
          disabled={selection().length === 0}
          onClick={() => model.do({ do: "clear" })}
        />
      </form>
      <Grow model={model} />
      <PagePicker model={model} />
      <Show when={page().groups.length > 0 || byGroups()}>
        <Toggle label="Colour by groups" checked={byGroups()} onChange={colourByGroups} />
      </Show>
      <ul class="groups" aria-label={`Groups of ${page().name}`}>
        <Index
          each={page().groups}
          fallback={<li class="panel-note">No groups yet. Select cells, give them a name, and keep them.</li>}
        >
          {(group) => <Row model={model} group={group()} />}
        </Index>
      </ul>
      <details class="panel-more">
        <summary>Select cells by their names</summary>
        <textarea
          class="field-input"
          rows="4"
          aria-label="Names of cells"
          placeholder="One name a line, or with commas"
          value={pasted()}
          onKeyDown={(event) => event.stopPropagation()}
          onInput={(event) => setPasted(event.currentTarget.value)}
        />
        <Show
          when={looking()}
          fallback={
            <Button small onClick={() => void paste()} disabled={pasted().trim() === ""}>
              Select
            </Button>
          }
        >
          {(stop) => (
            <Button small onClick={() => stop().abort()}>
              Stop
            </Button>
          )}
        </Show>
        <p class="panel-note" role="status">
          {said()}
        </p>
        <Show when={missing().length > 0}>
          <p class="panel-note">Not found:</p>
          <ul class="missing" aria-label="Names that were not found">
            <For each={missing().slice(0, LISTED)}>
              {(one) => (
                <li>
                  <bdi>{one}</bdi>
                </li>
              )}
            </For>
          </ul>
          <Show when={missing().length > LISTED}>
            <p class="panel-note">and {count(missing().length - LISTED)} more</p>
          </Show>
        </Show>
      </details>
    </div>
  );
}

function Row(props: { readonly model: Model; readonly group: Group }): JSX.Element {
  const { model } = props;
  const change = (part: Partial<Omit<Group, "id">>) =>
    model.do({ do: "change-group", id: props.group.id, change: part });
  const select = (how: Joining) => selectGroup(model, props.group, how);
  return (
    <li class="group" classList={{ "group-off": !props.group.shown }}>
      <div class="panel-row">
        <input
          type="color"
          class="legend-colour"
          aria-label={`Colour of ${props.group.name}`}
          value={props.group.colour}
          onChange={(event) => change({ colour: event.currentTarget.value })}
        />
        <input
          class="field-input group-name"
          aria-label={`Name of ${props.group.name}`}
          maxlength="200"
          dir="auto"
          value={props.group.name}
          onKeyDown={(event) => event.stopPropagation()}
          onChange={(event) => event.currentTarget.value.trim() && change({ name: event.currentTarget.value.trim() })}
        />
        <span class="legend-count">{count(props.group.cells.length)}</span>
        <input
          type="checkbox"
          role="switch"
          class="toggle-input"
          aria-label={`${props.group.name} has its colour`}
          title="Has its colour where the picture is coloured by groups, and counts in plots"
          checked={props.group.shown}
          aria-checked={props.group.shown}
          onChange={(event) => change({ shown: event.currentTarget.checked })}
        />
        <MenuButton
          icon={MoreIcon}
          label={`More about ${props.group.name}`}
          small
          items={() => [
            { label: "Select its cells", run: () => select("replace") },
            { label: "Add to the selection", run: () => select("add") },
            { label: "Take from the selection", run: () => select("subtract") },
            { label: "Meet with the selection", run: () => select("intersect") },
            { separator: true },
            { label: "Remove", danger: true, run: () => model.do({ do: "remove-group", id: props.group.id }) },
          ]}
        />
      </div>
      <details class="panel-more">
        <summary>{props.group.made.map(told).join(", then ")}</summary>
        <textarea
          class="field-input"
          rows="2"
          aria-label={`Note on ${props.group.name}`}
          placeholder="A note"
          value={props.group.note}
          onKeyDown={(event) => event.stopPropagation()}
          onChange={(event) => change({ note: event.currentTarget.value.slice(0, 2000) })}
        />
      </details>
    </li>
  );
}

/// How cells were found, in a few words.
function told(recipe: Recipe): string {
  switch (recipe.kind) {
    case "shape":
      return `${recipe.tool} on ${recipe.embedding.key}${recipe.filters.length > 0 ? `, ${recipe.filters.length} filters` : ""}`;
    case "shown":
      return recipe.filters.length > 0 ? `all that ${recipe.filters.length} filters left` : "all cells";
    case "category":
      return `${recipe.category} of ${recipe.key}`;
    case "names":
      return `${count(recipe.found)} names`;
    case "neighbours":
      return `neighbours, ${recipe.steps} steps`;
    case "python":
      return "from Python";
  }
}
