/// What the colours of one of several views mean, in its corner: a bar with its ends, or the first categories.

import { For, type JSX, Show } from "solid-js";
import { gradient } from "../colour/maps";
import type { Model, Shown } from "../model/model";

/// Categories that are named.
const ROWS = 6;
const number = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });

export function SmallLegend(props: { readonly model: Model; readonly shown: Shown }): JSX.Element {
  const scale = () => props.model.scale(props.shown.view().colour);
  return (
    <div class="small-legend" aria-hidden="true">
      <Show when={props.shown.span()}>
        {(span) => (
          <span class="small-legend-scale">
            <span>{number.format(span().low)}</span>
            <span class="small-legend-bar" style={{ background: gradient(scale().map, scale().reversed) }} />
            <span>{number.format(span().high)}</span>
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
