/// How a gene or a column is spread, by category or group: violins, boxes or histograms.

import { Button, Select, Toggle } from "@fumehood/ui";
import { createMemo, type JSX, Show } from "solid-js";
import { distribution } from "../../plots/distribution";
import { type SpreadKind, spreads } from "../../plots/spreads";
import { type ColourBy, colourName } from "../../state/document";
import { computed } from "./asked";
import { Drawn } from "./Drawn";
import { BySelect, CellsSelect, type PlotProps, wayOf } from "./parts";
import { ValueField } from "./ValueField";

const KINDS: readonly { readonly value: SpreadKind; readonly label: string }[] = [
  { value: "violin", label: "violins" },
  { value: "box", label: "boxes" },
  { value: "histogram", label: "histograms" },
];

export function DistributionPlot(props: PlotProps): JSX.Element {
  const { asked, choices, model } = props;
  const [kind, setKind] = choices.kind;
  const [logarithmic, setLogarithmic] = choices.logarithmic;
  const [order, setOrder] = choices.order;
  const coloured = createMemo(() => measured(props, props.shown.view().colour));
  const value = createMemo(() => choices.value[0]() ?? coloured() ?? firstOf(props));
  const found = computed(() => {
    const [of, division] = [value(), asked.division(asked.by())];
    const column = of && model.fineNumbers(of);
    return column && division && distribution(column, division, asked.out(), model.cells, logarithmic());
  });
  const draw = () => {
    const [result, of] = [found.value(), value()];
    if (result === undefined || of === undefined) return undefined;
    const wish = { kind: kind(), value: colourName(of), by: wayOf(asked.by()) || "all cells", order: order() };
    return (width: number, measure: (text: string) => number) => spreads(result, { ...wish, width, measure });
  };

  return (
    <>
      <ValueField
        label="Value"
        value={value()}
        first={scores(props)}
        columns={props.columns}
        genes={props.genes}
        onSearch={props.onSearch}
        onPick={(next) => choices.value[1](next)}
      />
      <Show when={choices.value[0]() !== undefined && coloured() !== undefined}>
        <Button small tone="quiet" onClick={() => choices.value[1](undefined)}>
          What the view is coloured by
        </Button>
      </Show>
      <div class="plot-controls">
        <CellsSelect {...props} />
        <BySelect label="By" asked={asked} choices={choices} />
        <Select label="Drawn as" value={kind()} choices={KINDS} onChange={(next) => setKind(next)} />
        <Select
          label="Order"
          value={order()}
          choices={[
            { value: "legend", label: "as listed" },
            { value: "median", label: "by median" },
          ]}
          onChange={(next) => setOrder(next)}
        />
      </div>
      <Toggle label="Logarithmic axis" checked={logarithmic()} onChange={(on) => setLogarithmic(on)} />
      <Show
        when={value() !== undefined}
        fallback={<p class="panel-note">Choose a gene or a column of numbers above.</p>}
      >
        <Drawn
          label="Distribution"
          draw={draw()}
          busy={found.busy()}
          trouble={found.trouble()}
          dark={props.dark}
          name={[props.dataset, "distribution", nameOf(value()), wayOf(asked.by())]}
          provenance={() => ({
            dataset: props.dataset,
            plot: kind(),
            value: value(),
            by: wayOf(asked.by()),
            cells: choices.scope[0](),
            logarithmic: logarithmic(),
          })}
        />
      </Show>
    </>
  );
}

/// What has values of what a view may be coloured by.
export function measured(props: Pick<PlotProps, "columns">, by: ColourBy): ColourBy | undefined {
  if (by.by === "gene" || by.by === "score") return by;
  if (by.by !== "column") return undefined;
  return props.columns.some((column) => column.key === by.key && column.kind === "continuous") ? by : undefined;
}

export function firstOf(props: Pick<PlotProps, "columns">, at = 0): ColourBy | undefined {
  const column = props.columns.filter((one) => one.kind === "continuous")[at];
  return column && { by: "column", key: column.key };
}

/// Scores of sets of genes by which views are coloured.
export function scores(props: Pick<PlotProps, "model">): readonly ColourBy[] {
  const all = props.model.document().views.map((view) => view.colour);
  return all.filter((by, at) => by.by === "score" && all.findIndex((other) => colourName(other) === by.name) === at);
}

export function nameOf(value: ColourBy | undefined): string {
  return value === undefined ? "" : colourName(value);
}
