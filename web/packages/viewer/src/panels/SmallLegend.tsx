/// What the colours of one of several views mean, in its corner: a bar with its ends, or the first categories.

import { For, type JSX, Show } from "solid-js";
import { gradient } from "../colour/maps";
import type { Model, Shown } from "../model/model";
import { measured } from "../words/numbers";

/// Categories that are named.
const ROWS = 6;

export function SmallLegend(props: { readonly model: Model; readonly shown: Shown }): JSX.Element {
  const scale = () => props.model.scale(props.shown.view().colour);
  return (
    <div class="small-legend" aria-hidden="true">
      <Show when={props.shown.span()}>
        {(span) => (
          <span class="small-legend-scale">
            <span>{measured(span().low, 3)}</span>
            <span class="small-legend-bar" style={{ background: gradient(scale().map, scale().reversed) }} />
            <span>{measured(span().high, 3)}</span>
          </span>
        )}
      </Show>
      <Show when={props.shown.legend()}>
        {(legend) => (
          <For each={legend().entries.slice(0, ROWS)}>
            {(entry) => (
              <span class="small-legend-row">
                <span class="small-legend-dot" style={{ background: entry.colour }} />
                <bdi>{entry.name}</bdi>
              </span>
            )}
          </For>
        )}
      </Show>
    </div>
  );
}
