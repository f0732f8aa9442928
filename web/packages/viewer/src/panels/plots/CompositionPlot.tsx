/// What each category or group is made of: stacked bars of another category.

import { Select } from "@fumehood/ui";
import { createMemo, type JSX, Show } from "solid-js";
import { bars } from "../../plots/bars";
import { composition } from "../../plots/composition";
import { computed } from "./asked";
import { Drawn } from "./Drawn";
import { BySelect, CellsSelect, type PlotProps, wayOf } from "./parts";

export function CompositionPlot(props: PlotProps): JSX.Element {
  const { asked, choices, model } = props;
  const [percent, setPercent] = choices.percent;
  /// Not the same as the rows, unless there is no other.
  const within = createMemo(() => {
    const keys = asked.categories();
    const chosen = choices.within[0]();
    if (chosen !== undefined && keys.includes(chosen)) return chosen;
    return keys.find((key) => `column:${key}` !== asked.by()) ?? keys[0];
  });
  const found = computed(() => {
    const [division, key] = [asked.division(asked.by()), within()];
    const inner = key === undefined ? undefined : asked.inner(key);
    return division && inner && composition(division, inner, asked.out(), model.cells);
  });
  const draw = () => {
    const [value, key] = [found.value(), within()];
    if (value === undefined || key === undefined) return undefined;
    const of = wayOf(asked.by()) || "all cells";
    return (width: number, measure: (text: string) => number) =>
      bars(value, { width, measure, percent: percent(), of, within: key });
  };

  return (
    <Show
      when={within() !== undefined}
      fallback={<p class="panel-note">This dataset has no column of categories to be made of.</p>}
    >
      <div class="plot-controls">
        <CellsSelect {...props} />
        <BySelect label="For each" asked={asked} choices={choices} />
        <Select
          label="Made of"
          value={within() ?? ""}
          choices={asked.categories().map((key) => ({ value: key, label: key }))}
          onChange={(key) => choices.within[1](key)}
        />
        <Select
          label="Length"
          value={percent() ? "percent" : "cells"}
          choices={[
            { value: "percent", label: "percent" },
            { value: "cells", label: "cells" },
          ]}
          onChange={(value) => setPercent(value === "percent")}
        />
      </div>
      <Drawn
        label="Composition"
        draw={draw()}
        busy={found.busy()}
        trouble={found.trouble()}
        dark={props.dark}
        name={[props.dataset, "composition", wayOf(asked.by()), within() ?? ""]}
        provenance={() => ({
          dataset: props.dataset,
          plot: "composition",
          of: wayOf(asked.by()),
          within: within(),
          cells: choices.scope[0](),
        })}
      />
    </Show>
  );
}
