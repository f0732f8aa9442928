/// Plots of what is shown in the active view: what parts are made of, how values are spread, whether two go together, and
/// scores of sets of genes. Nothing is computed unless this is looked at.

import { EnlargeIcon, IconButton, Select } from "@fumehood/ui";
import { createEffect, createMemo, type JSX, Match, onMount, Switch } from "solid-js";
import { labOf, linear, parsed } from "../colour/rgb";
import type { Model, Shown } from "../model/model";
import type { Names } from "../search/names";
import { asked, type ColumnAbout } from "./plots/asked";
import { CompositionPlot } from "./plots/CompositionPlot";
import { CorrelationPlot } from "./plots/CorrelationPlot";
import { choicesOf, type Plot } from "./plots/choices";
import { DistributionPlot } from "./plots/DistributionPlot";
import type { PlotProps } from "./plots/parts";
import { ScorePanel } from "./plots/ScorePanel";
import "./plots/plots.css";

export interface PlotPanelProps {
  readonly model: Model;
  readonly shown: Shown;
  readonly columns: readonly ColumnAbout[];
  /// Undefined while they are on their way.
  readonly genes: Names | undefined;
  /// Asks for the names of genes.
  readonly onSearch: () => void;
  /// The dataset's name.
  readonly name: string;
  readonly wide: boolean;
  readonly onWide: (wide: boolean) => void;
}

const PLOTS: readonly { readonly value: Plot; readonly label: string }[] = [
  { value: "composition", label: "Composition" },
  { value: "distribution", label: "Distribution" },
  { value: "correlation", label: "Correlation" },
  { value: "score", label: "Gene score" },
];

export function PlotPanel(props: PlotPanelProps): JSX.Element {
  const { model } = props;
  const choices = choicesOf(model);
  const [plot, setPlot] = choices.plot;
  const [scope, setScope] = choices.scope;
  const selected = createMemo(() => model.document().selection.length);
  const given = asked(
    model,
    () => props.shown,
    choices,
    () => props.columns,
  );
  // What is plotted of a selection that is gone is nothing.
  createEffect(() => {
    if (scope() === "selected" && selected() === 0) setScope("filtered");
  });
  onMount(() => {
    if (plot() === "score") props.onSearch();
  });
  const dark = createMemo(() => {
    const light = parsed(model.theme().background);
    return light !== undefined && labOf(linear(light))[0] < 0.5;
  });
  const all: PlotProps = {
    model,
    get shown() {
      return props.shown;
    },
    choices,
    asked: given,
    get columns() {
      return props.columns;
    },
    get genes() {
      return props.genes;
    },
    onSearch: () => props.onSearch(),
    get dataset() {
      return props.name;
    },
    get dark() {
      return dark();
    },
  };

  return (
    <section class="panel plots" aria-label="Plots">
      <div class="panel-row">
        <Select label="Plot" bare value={plot()} choices={PLOTS} onChange={(next) => setPlot(next)} />
        <IconButton
          icon={EnlargeIcon}
          label={props.wide ? "Narrower panel" : "Larger panel"}
          pressed={props.wide}
          onClick={() => props.onWide(!props.wide)}
        />
      </div>
      <Switch>
        <Match when={plot() === "composition"}>
          <CompositionPlot {...all} />
        </Match>
        <Match when={plot() === "distribution"}>
          <DistributionPlot {...all} />
        </Match>
        <Match when={plot() === "correlation"}>
          <CorrelationPlot {...all} />
        </Match>
        <Match when={plot() === "score"}>
          <ScorePanel {...all} />
        </Match>
      </Switch>
    </section>
  );
}
