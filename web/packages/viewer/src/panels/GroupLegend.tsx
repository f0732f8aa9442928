/// The legend of a view that is coloured by groups: those of the page, the later above the earlier. One that is switched
/// off has no colour; its cells stay. Names are changed where groups are kept.

import { Index, type JSX, Show } from "solid-js";
import type { Legend } from "../colour/legend";
import type { Model } from "../model/model";
import { activePage } from "../state/document";
import { count } from "../words/numbers";

export function GroupLegend(props: { readonly model: Model; readonly legend: Legend }): JSX.Element {
  const { model } = props;
  const page = () => activePage({ pages: model.parts.pages(), page: model.parts.page() });
  /// How many cells have its colour.
  const drawn = (id: string) => props.legend.entries[model.groups().findIndex((one) => one.id === id)]?.count ?? 0;
  return (
    <section class="legend" aria-label={`Legend of the groups of ${page().name}`}>
      <ul class="legend-rows">
        <Index each={page().groups} fallback={<li class="panel-note">This page has no groups.</li>}>
          {(group) => (
            <li class="legend-row" classList={{ "legend-hidden": !group().shown }}>
              <input
                type="color"
                class="legend-colour"
                aria-label={`Colour of ${group().name}`}
                value={group().colour}
                onChange={(event) =>
                  model.do({ do: "change-group", id: group().id, change: { colour: event.currentTarget.value } })
                }
              />
              <button
                type="button"
                class="legend-name"
                title={group().name}
                aria-pressed={group().shown}
                onClick={() => model.do({ do: "change-group", id: group().id, change: { shown: !group().shown } })}
              >
                <bdi>{group().name}</bdi>
              </button>
              <span class="legend-count">{count(drawn(group().id))}</span>
            </li>
          )}
        </Index>
        <Show when={props.legend.missing > 0}>
          <li class="legend-row">
            <span class="legend-none" />
            <span class="legend-name">in no group</span>
            <span class="legend-count">{count(props.legend.missing)}</span>
          </li>
        </Show>
      </ul>
    </section>
  );
}
