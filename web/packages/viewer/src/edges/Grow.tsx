/// The selection grows by neighbours: so many steps along the edges of the graph. Not there where the dataset has none.

import { Button } from "@fumehood/ui";
import { createSignal, type JSX, Show } from "solid-js";
import type { Model } from "../model/model";
import { whenGraph } from "./grow";

/// The most steps at once; after so many, few graphs have cells that were not reached.
const MOST = 20;

export function Grow(props: { readonly model: Model }): JSX.Element {
  const { model } = props;
  const [steps, setSteps] = createSignal(1);
  const grow = whenGraph(model);
  return (
    <Show when={model.shelf.hasGraph}>
      <div class="panel-row">
        <Button
          small
          disabled={model.document().selection.length === 0}
          onClick={() => grow(steps(), "add", model.document().selection)}
        >
          Grow by neighbours
        </Button>
        <label class="panel-row panel-note">
          <input
            class="field-input grow-steps"
            type="number"
            min="1"
            max={MOST}
            value={steps()}
            onKeyDown={(event) => event.stopPropagation()}
            onChange={(event) => {
              const wanted = Math.max(1, Math.min(MOST, Math.round(event.currentTarget.valueAsNumber) || 1));
              event.currentTarget.value = String(wanted);
              setSteps(wanted);
            }}
          />
          {steps() === 1 ? "step" : "steps"}
        </label>
      </div>
    </Show>
  );
}
