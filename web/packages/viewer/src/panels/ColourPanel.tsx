/// What a view is coloured by: a column of the cells, or any gene, found while it is typed.

import { Button, TextField } from "@fumehood/ui";
import { createMemo, createSignal, createUniqueId, For, type JSX, Show } from "solid-js";
import type { Model, Shown } from "../model/model";
import type { Names } from "../search/names";
import { activePage, type ColourBy } from "../state/document";
import { Legend } from "./Legend";

export interface ColourPanelProps {
  readonly model: Model;
  readonly shown: Shown;
  readonly columns: readonly { readonly key: string; readonly kind: "category" | "continuous" }[];
  /// Undefined while they are on their way.
  readonly genes: Names | undefined;
  /// Asks for the names of genes.
  readonly onSearch: () => void;
  readonly recent: readonly string[];
  /// How many genes there are.
  readonly many: number;
  readonly onTips: () => void;
}

const HITS = 12;

export function ColourPanel(props: ColourPanelProps): JSX.Element {
  const id = createUniqueId();
  const [text, setText] = createSignal("");
  const [at, setAt] = createSignal(0);
  const hits = createMemo(() => props.genes?.find(text(), HITS) ?? []);
  const by = createMemo(() => props.shown.view().colour);
  const colour = (next: ColourBy) => props.model.do({ do: "colour", view: props.shown.view().id, colour: next });
  const isBy = (next: ColourBy) => JSON.stringify(by()) === JSON.stringify(next);

  function onKeyDown(event: KeyboardEvent): void {
    event.stopPropagation();
    const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 };
    const step = steps[event.key];
    if (step !== undefined) {
      event.preventDefault();
      setAt((at() + step + hits().length) % Math.max(1, hits().length));
    } else if (event.key === "Enter") {
      const hit = hits()[at()];
      if (hit) gene(hit.name);
    } else if (event.key === "Escape") {
      // Once for what is typed, once more to leave the field.
      if (text() === "") (event.currentTarget as HTMLElement).blur();
      setText("");
    }
  }
  function gene(name: string): void {
    colour({ by: "gene", name });
    setText("");
  }

  return (
    <div class="panel">
      <Show when={props.many > 0} fallback={<p class="panel-note">This dataset has no genes: colour by a column.</p>}>
        <div class="gene-search">
          <TextField
            label="Colour by a gene"
            placeholder="Search genes"
            value={text()}
            onFocus={() => props.onSearch()}
            onInput={(value) => {
              setText(value);
              setAt(0);
            }}
            onKeyDown={onKeyDown}
            role="combobox"
            aria-expanded={hits().length > 0}
            aria-controls={`${id}-hits`}
            aria-activedescendant={hits().length > 0 ? `${id}-${at()}` : undefined}
          />
          <Show when={text().trim() !== ""}>
            <div id={`${id}-hits`} class="gene-hits" role="listbox" aria-label="Genes">
              <For
                each={hits()}
                fallback={<p class="panel-note">{props.genes ? "No gene is called so." : "Loading names…"}</p>}
              >
                {(hit, index) => (
                  // biome-ignore lint/a11y/useFocusableInteractive: it has a tabindex, as Solid spells it.
                  <div
                    id={`${id}-${index()}`}
                    role="option"
                    tabindex="-1"
                    aria-selected={index() === at()}
                    onPointerDown={(event) => {
                      event.preventDefault();
                      gene(hit.name);
                    }}
                  >
                    <bdi>{hit.name}</bdi>
                    <Show when={hit.alias}>{(alias) => <bdi class="column-kind">{alias()}</bdi>}</Show>
                  </div>
                )}
              </For>
            </div>
          </Show>
        </div>
      </Show>
      <Show when={props.recent.length > 0}>
        <div class="panel-row panel-wrap">
          <For each={props.recent}>
            {(name) => (
              <Button small tone={isBy({ by: "gene", name }) ? "primary" : "plain"} onClick={() => gene(name)}>
                <bdi>{name}</bdi>
              </Button>
            )}
          </For>
        </div>
      </Show>
      <fieldset class="columns">
        <legend class="panel-head">Columns</legend>
        <For each={props.columns}>
          {(column) => (
            <label class="column">
              <input
                type="radio"
                name="colour-by"
                checked={isBy({ by: "column", key: column.key })}
                onChange={() => colour({ by: "column", key: column.key })}
              />
              <bdi>{column.key}</bdi>
              <span class="column-kind">{column.kind === "category" ? "categories" : "values"}</span>
            </label>
          )}
        </For>
        <label class="column">
          <input
            type="radio"
            name="colour-by"
            checked={by().by === "nothing"}
            onChange={() => colour({ by: "nothing" })}
          />
          nothing
        </label>
        <Show when={by().by === "group" || activePage(props.model.document()).groups.length > 0}>
          <label class="column">
            <input
              type="radio"
              name="colour-by"
              checked={by().by === "group"}
              onChange={() => colour({ by: "group" })}
            />
            groups
          </label>
        </Show>
      </fieldset>
      <Legend model={props.model} shown={props.shown} />
      <Button small tone="quiet" onClick={() => props.onTips()}>
        What the tooltip tells…
      </Button>
    </div>
  );
}
