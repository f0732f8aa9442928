/// Whether two genes or columns go together, in all cells that count and in each category or group.

import { createMemo, For, type JSX, Show } from "solid-js";
import { correlation } from "../../plots/correlation";
import { fields, signed } from "../../plots/fields";
import { nameOf as partName } from "../../plots/rows";
import { colourName } from "../../state/document";
import { count } from "../../words/numbers";
import { computed } from "./asked";
import { firstOf, measured, nameOf, scores } from "./DistributionPlot";
import { Drawn } from "./Drawn";
import { BySelect, CellsSelect, type PlotProps, wayOf } from "./parts";
import { ValueField } from "./ValueField";

export function CorrelationPlot(props: PlotProps): JSX.Element {
  const { asked, choices, model } = props;
  const x = createMemo(() => choices.x[0]() ?? measured(props, props.shown.view().colour) ?? firstOf(props));
  const y = createMemo(() => {
    const chosen = choices.y[0]();
    if (chosen) return chosen;
    const [first, second] = [firstOf(props), firstOf(props, 1)];
    return nameOf(first) === nameOf(x()) ? (second ?? first) : first;
  });
  const found = computed(() => {
    const [a, b, division] = [x(), y(), asked.division(asked.by())];
    const [one, other] = [a && model.fineNumbers(a), b && model.fineNumbers(b)];
    return one && other && division && correlation(one, other, division, asked.out(), model.cells);
  });
  const draw = () => {
    const [result, a, b] = [found.value(), x(), y()];
    if (result === undefined || a === undefined || b === undefined) return undefined;
    const wish = { x: colourName(a), y: colourName(b), by: wayOf(asked.by()) };
    return (width: number, measure: (text: string) => number, dark: boolean) =>
      fields(result, { ...wish, width, measure, dark });
  };
  const fieldOf = (axis: "x" | "y") => (
    <ValueField
      label={axis === "x" ? "Across" : "Upwards"}
      value={axis === "x" ? x() : y()}
      first={scores(props)}
      columns={props.columns}
      genes={props.genes}
      onSearch={props.onSearch}
      onPick={(next) => choices[axis][1](next)}
    />
  );

  return (
    <>
      <div class="plot-controls">
        {fieldOf("x")}
        {fieldOf("y")}
      </div>
      <div class="plot-controls">
        <CellsSelect {...props} />
        <BySelect label="Also in each" asked={asked} choices={choices} />
      </div>
      <Show
        when={x() !== undefined && y() !== undefined}
        fallback={<p class="panel-note">Choose two genes or columns of numbers above.</p>}
      >
        <Drawn
          label="Correlation"
          draw={draw()}
          busy={found.busy()}
          trouble={found.trouble()}
          dark={props.dark}
          numbers={(found.value()?.byPart.length ?? 0) === 0}
          name={[props.dataset, "correlation", nameOf(x()), nameOf(y())]}
          provenance={() => ({
            dataset: props.dataset,
            plot: "correlation",
            x: x(),
            y: y(),
            cells: choices.scope[0](),
          })}
        />
        <Show when={found.value()?.byPart.length}>
          <table class="plot-table" aria-label={`Correlation in each ${wayOf(asked.by())}`}>
            <thead>
              <tr>
                <th scope="col">
                  <bdi>{wayOf(asked.by())}</bdi>
                </th>
                <th scope="col">r</th>
                <th scope="col">ρ</th>
                <th scope="col">n</th>
              </tr>
            </thead>
            <tbody>
              <For each={found.value()?.byPart}>
                {(one) => (
                  <tr>
                    <th scope="row" title={partName(one.part)}>
                      <span class="plot-swatch" style={{ background: one.part.colour }} />
                      <bdi>{partName(one.part)}</bdi>
                    </th>
                    <td>{r(one.pearson)}</td>
                    <td>{r(one.spearman)}</td>
                    <td>{count(one.n)}</td>
                  </tr>
                )}
              </For>
            </tbody>
          </table>
        </Show>
      </Show>
    </>
  );
}

function r(value: number): string {
  return Number.isNaN(value) ? "–" : signed(value, 2);
}
