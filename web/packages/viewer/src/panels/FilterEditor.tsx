/// How one filter is set: its ends, how far outliers are, the categories that it hides, its group.

import { Select, TextField, Toggle } from "@fumehood/ui";
import { createMemo, createSignal, For, type JSX, Match, Show, Switch } from "solid-js";
import { percentiles } from "../colour/range";
import type { Model } from "../model/model";
import type { Beyond, Filter } from "../state/document";
import { count, measured, typed } from "../words/numbers";

export interface FilterEditorProps {
  readonly model: Model;
  readonly columns: readonly { readonly key: string; readonly kind: "category" | "continuous" }[];
  readonly filter: Filter;
  readonly put: (filter: Filter) => void;
}

type Of<K extends Filter["kind"]> = Extract<Filter, { kind: K }>;

/// Rows that are in the page; a column of 100,000 categories is searched.
const ROWS = 60;

export function FilterEditor(props: FilterEditorProps): JSX.Element {
  const of = <K extends Filter["kind"]>(kind: K) => (props.filter.kind === kind ? (props.filter as Of<K>) : undefined);
  return (
    <Switch>
      <Match when={of("range")}>{(filter) => <Range model={props.model} filter={filter()} put={props.put} />}</Match>
      <Match when={of("outliers")}>{(filter) => <Outliers {...props} filter={filter()} />}</Match>
      <Match when={of("categories")}>{(filter) => <Categories {...props} filter={filter()} />}</Match>
      <Match when={of("group")}>
        {(filter) => (
          <Toggle
            label="Only its cells"
            checked={filter().inside}
            onChange={(inside) => props.put({ ...filter(), inside })}
          />
        )}
      </Match>
    </Switch>
  );
}

function Ends(props: {
  readonly label: (end: "low" | "high") => string;
  readonly low: number | null;
  readonly high: number | null;
  /// What stands in an empty field: the least and the greatest there is.
  readonly whole?: readonly [number, number] | undefined;
  readonly onSet: (end: "low" | "high", value: number | null) => void;
}): JSX.Element {
  const placeholder = (end: "low" | "high") => {
    const found = props.whole?.[end === "low" ? 0 : 1];
    return found === undefined ? (end === "low" ? "lowest" : "highest") : measured(found);
  };
  return (
    <div class="panel-row">
      <For each={["low", "high"] as const}>
        {(end) => (
          <input
            class="field-input scale-end"
            inputmode="decimal"
            aria-label={props.label(end)}
            placeholder={placeholder(end)}
            value={told(props[end])}
            onKeyDown={(event) => event.stopPropagation()}
            onChange={(event) => {
              const text = event.currentTarget.value;
              const value = text.trim() === "" ? null : Number(text);
              if (value === null || Number.isFinite(value)) props.onSet(end, value);
              else event.currentTarget.value = told(props[end]);
            }}
          />
        )}
      </For>
    </div>
  );
}

function Range(props: Pick<FilterEditorProps, "model" | "put"> & { readonly filter: Of<"range"> }): JSX.Element {
  // Not again for each end that is typed.
  const column = createMemo(() => props.model.measured(props.filter));
  const whole = createMemo(() => {
    const found = column();
    return found && percentiles(found, 0, 100);
  });
  return (
    <Ends
      label={(end) => `${end === "low" ? "At least" : "At most"}, of ${props.filter.key}`}
      low={props.filter.low}
      high={props.filter.high}
      whole={whole()}
      onSet={(end, value) => props.put({ ...props.filter, [end]: value })}
    />
  );
}

const WAYS: Readonly<Record<Beyond["by"], Beyond>> = {
  deviations: { by: "deviations", most: 5 },
  percentiles: { by: "percentiles", low: 1, high: 99 },
};

function Outliers(props: FilterEditorProps & { readonly filter: Of<"outliers"> }): JSX.Element {
  const put = (change: Partial<Pick<Of<"outliers">, "beyond" | "within">>) => props.put({ ...props.filter, ...change });
  const deviations = () => (props.filter.beyond.by === "deviations" ? props.filter.beyond : undefined);
  const percentiles = () => (props.filter.beyond.by === "percentiles" ? props.filter.beyond : undefined);
  return (
    <>
      <Select
        label={`How outliers of ${props.filter.key} are found`}
        bare
        small
        value={props.filter.beyond.by}
        choices={[
          { value: "deviations", label: "Deviations from the median" },
          { value: "percentiles", label: "Outside percentiles" },
        ]}
        onChange={(by) => put({ beyond: WAYS[by] })}
      />
      <Show when={deviations()}>
        {(beyond) => (
          <label class="panel-row">
            more than
            <input
              class="field-input scale-end"
              inputmode="decimal"
              aria-label={`Most deviations, of ${props.filter.key}`}
              value={told(beyond().most)}
              onKeyDown={(event) => event.stopPropagation()}
              onChange={(event) => {
                const most = Number(event.currentTarget.value);
                if (most > 0 && most <= 1000) put({ beyond: { by: "deviations", most } });
                else event.currentTarget.value = told(beyond().most);
              }}
            />
            MADs
          </label>
        )}
      </Show>
      <Show when={percentiles()}>
        {(beyond) => (
          <Ends
            label={(end) => `${end === "low" ? "Lowest" : "Highest"} percentile, of ${props.filter.key}`}
            low={beyond().low}
            high={beyond().high}
            onSet={(end, value) => {
              const next = { ...beyond(), [end]: value ?? (end === "low" ? 0 : 100) };
              if (next.low >= 0 && next.high <= 100 && next.low <= next.high) put({ beyond: next });
            }}
          />
        )}
      </Show>
      <Select
        label={`Among which cells outliers of ${props.filter.key} are looked for`}
        bare
        small
        value={props.filter.within ?? ""}
        choices={[
          { value: "", label: "among all cells" },
          ...props.columns
            .filter((column) => column.kind === "category")
            .map(({ key }) => ({ value: key, label: `within each ${key}` })),
        ]}
        onChange={(within) => put({ within: within === "" ? null : within })}
      />
    </>
  );
}

function Categories(props: FilterEditorProps & { readonly filter: Of<"categories"> }): JSX.Element {
  const [search, setSearch] = createSignal("");
  const entries = createMemo(() => props.model.legend(props.filter.key)?.entries ?? []);
  const matching = createMemo(() => {
    const wanted = search().trim().toLowerCase();
    return wanted === "" ? entries() : entries().filter((entry) => entry.name.toLowerCase().includes(wanted));
  });
  const hidden = createMemo(() => new Set(props.filter.hidden));
  return (
    <details class="panel-more">
      <summary>
        {hidden().size === 0 ? "All categories are shown" : `${count(hidden().size)} categories are hidden`}
      </summary>
      <Show when={entries().length > ROWS}>
        <TextField
          label={`Search categories of ${props.filter.key}`}
          bare
          placeholder="Search categories"
          value={search()}
          onInput={setSearch}
        />
      </Show>
      <div class="columns">
        <For each={matching().slice(0, ROWS)}>
          {(entry) => (
            <label class="column">
              <input
                type="checkbox"
                checked={!hidden().has(entry.code)}
                onChange={(event) => {
                  const codes = [entry.code, ...entry.merged];
                  const rest = props.filter.hidden.filter((code) => !codes.includes(code));
                  props.put({ ...props.filter, hidden: event.currentTarget.checked ? rest : [...rest, ...codes] });
                }}
              />
              <bdi title={entry.name}>{entry.name === "" ? "(empty)" : entry.name}</bdi>
              <span class="column-kind">{count(entry.count)}</span>
            </label>
          )}
        </For>
        <label class="column">
          <input
            type="checkbox"
            checked={!props.filter.missing}
            onChange={(event) => props.put({ ...props.filter, missing: !event.currentTarget.checked })}
          />
          without a value
        </label>
      </div>
    </details>
  );
}

function told(value: number | null): string {
  return value === null ? "" : typed(value);
}
