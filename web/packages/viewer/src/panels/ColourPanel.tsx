/// What a view is coloured by: a column of the cells, or any gene, found while it is typed.

import { Button } from "@fumehood/ui";
import { createMemo, For, type JSX, Show } from "solid-js";
import type { Model, Shown } from "../model/model";
import { Combobox } from "../search/Combobox";
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
  const hits = (typed: string) => (typed.trim() === "" ? [] : (props.genes?.find(typed, HITS) ?? []));
  const by = createMemo(() => props.shown.view().colour);
  const colour = (next: ColourBy) => props.model.do({ do: "colour", view: props.shown.view().id, colour: next });
  const isBy = (next: ColourBy) => JSON.stringify(by()) === JSON.stringify(next);
  const gene = (name: string) => colour({ by: "gene", name });

  return (
    <div class="panel">
      <Show when={props.many > 0} fallback={<p class="panel-note">This dataset has no genes: colour by a column.</p>}>
        <Combobox
          label="Colour by a gene"
          placeholder="Search genes"
          value=""
          hits={hits}
          name={(hit) => hit.name}
          kind={(hit) => hit.alias}
          none={props.genes ? "No gene is called so." : "Loading names…"}
          onSearch={props.onSearch}
          onPick={(hit) => gene(hit.name)}
        />
      </Show>
      <Show when={props.recent.length > 0}>
        <div class="panel-row panel-wrap">
          <For each={props.recent}>
            {(name) => (
              <Button small tone={isBy({ by: "gene", name }) ? "primary" : "plain"} onClick={() => gene(name)}>
                <bdi title={name}>{name}</bdi>
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
              <bdi title={column.key}>{column.key}</bdi>
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
