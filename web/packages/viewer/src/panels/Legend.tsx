/// What the colours of the active view mean, and where they are changed: categories are shown and hidden, renamed,
/// recoloured, merged and taken away; values have a range, a map and ends at percentiles. All of it can be undone.

import { Button, ChevronRightIcon, MenuButton, MoreIcon, Select, TextField, Toggle } from "@fumehood/ui";
import { createMemo, createSignal, Index, type JSX, Show } from "solid-js";
import type { Legend as Entries, Entry } from "../colour/legend";
import { gradient, MAPS, type MapName } from "../colour/maps";
import { missingOf } from "../colour/range";
import { afterFrame } from "../model/later";
import type { Model, Shown, Span } from "../model/model";
import { type Overlay, type Scale, scaleKey } from "../state/document";
import { count, measured, typed } from "../words/numbers";
import { GroupLegend } from "./GroupLegend";
import { codesOf, filterOf, hiddenBy, hide as hideCodes, only, selectCategory, toggle, withoutHidden } from "./showing";

export interface LegendProps {
  readonly model: Model;
  readonly shown: Shown;
}

/// Rows that are in the page at first; a column of 100,000 categories has a search.
const ROWS = 150;

export function Legend(props: LegendProps): JSX.Element {
  return (
    <>
      <Show when={props.shown.legend()}>
        {(legend) => (
          <Show
            when={props.shown.view().colour.by === "group"}
            fallback={<Categories model={props.model} shown={props.shown} legend={legend()} />}
          >
            <GroupLegend model={props.model} legend={legend()} />
          </Show>
        )}
      </Show>
      <Show when={props.shown.span()}>
        {(span) => <Values model={props.model} shown={props.shown} span={span()} />}
      </Show>
    </>
  );
}

function Categories(props: LegendProps & { readonly legend: Entries }): JSX.Element {
  const { model } = props;
  const [search, setSearch] = createSignal("");
  const [renaming, setRenaming] = createSignal<number>();
  const [most, setMost] = createSignal(ROWS);
  const key = () => {
    const by = props.shown.view().colour;
    return by.by === "column" ? by.key : "";
  };
  const overlay = () => model.overlay(key());
  const filter = createMemo(() => filterOf(props.shown, key()));
  const hidden = createMemo(() => hiddenBy(filter()));
  const matching = createMemo(() => {
    const wanted = search().trim().toLowerCase();
    const { entries } = props.legend;
    return wanted === "" ? entries : entries.filter((entry) => entry.name.toLowerCase().includes(wanted));
  });
  const rows = () => matching().slice(0, most());

  const hide = (codes: readonly number[], missing?: boolean) => hideCodes(model, props.shown, key(), codes, missing);
  const all = () => props.legend.entries.flatMap(codesOf);
  let list: HTMLUListElement | undefined;
  /// The keyboard goes back to the name that was changed.
  const back = (code: number) =>
    queueMicrotask(() => list?.querySelector<HTMLElement>(`[data-code="${code}"]`)?.focus());
  const change = (part: Partial<Overlay>) => model.do({ do: "overlay", key: key(), change: part });
  function rename(entry: Entry, name: string): void {
    setRenaming(undefined);
    if (name.trim() !== "" && name !== entry.name) change({ names: { ...overlay().names, [entry.code]: name.trim() } });
  }

  return (
    <section class="legend" aria-label={`Legend of ${key()}`}>
      <header class="panel-row">
        <Button small tone="quiet" onClick={() => hide([])} disabled={filter() === undefined}>
          Show all
        </Button>
        <Button small tone="quiet" onClick={() => hide(all(), true)}>
          Hide all
        </Button>
      </header>
      <Show when={props.legend.entries.length > 12}>
        <TextField
          label="Search categories"
          bare
          placeholder="Search categories"
          value={search()}
          onInput={setSearch}
        />
      </Show>
      <ul
        class="legend-rows"
        ref={(element) => {
          list = element;
        }}
      >
        <Index each={rows()}>
          {(entry) => (
            <li class="legend-row" classList={{ "legend-hidden": hidden().has(entry().code) }}>
              <input
                type="color"
                class="legend-colour"
                aria-label={`Colour of ${entry().name}`}
                value={entry().colour}
                onChange={(event) =>
                  change({ colours: { ...overlay().colours, [entry().code]: event.currentTarget.value } })
                }
              />
              <Show
                when={renaming() === entry().code}
                fallback={
                  <button
                    type="button"
                    class="legend-name"
                    data-code={entry().code}
                    title={entry().name}
                    aria-pressed={!hidden().has(entry().code)}
                    onClick={() => toggle(model, props.shown, key(), entry())}
                    onDblClick={() => only(model, props.shown, key(), props.legend, entry())}
                  >
                    <bdi>{entry().name === "" ? "(empty)" : entry().name}</bdi>
                  </button>
                }
              >
                <input
                  class="field-input"
                  aria-label={`New name of ${entry().name}`}
                  value={entry().name}
                  maxlength="200"
                  ref={(element) => queueMicrotask(() => element.select())}
                  onKeyDown={(event) => {
                    event.stopPropagation();
                    if (event.key === "Enter") rename(entry(), event.currentTarget.value);
                    if (event.key === "Escape") setRenaming(undefined);
                    if (event.key === "Enter" || event.key === "Escape") back(entry().code);
                  }}
                  // Taken away by Enter or Escape it loses the focus too.
                  onBlur={(event) => renaming() === entry().code && rename(entry(), event.currentTarget.value)}
                />
              </Show>
              <span class="legend-count">{count(entry().count)}</span>
              <MenuButton
                icon={MoreIcon}
                label={`More about ${entry().name}`}
                small
                items={() => [
                  { label: "Select its cells", run: () => selectCategory(model, key(), entry()) },
                  { label: "Show only this", run: () => only(model, props.shown, key(), props.legend, entry()) },
                  { label: "Rename…", run: () => setRenaming(entry().code) },
                  {
                    label: "Take away",
                    hint: "Its cells count as without a value",
                    run: () => change({ merged: { ...overlay().merged, [entry().code]: -1 } }),
                  },
                  { separator: true },
                  { heading: "Merge into" },
                  ...props.legend.entries
                    .filter((other) => other.code !== entry().code)
                    .slice(0, 40)
                    .map((other) => ({
                      label: other.name,
                      run: () => change({ merged: { ...overlay().merged, [entry().code]: other.code } }),
                    })),
                ]}
              />
            </li>
          )}
        </Index>
        <Show when={props.legend.missing > 0}>
          <li class="legend-row" classList={{ "legend-hidden": withoutHidden(filter()) }}>
            <span class="legend-none" />
            <button
              type="button"
              class="legend-name"
              aria-pressed={!withoutHidden(filter())}
              onClick={() => hide([...hidden()], !withoutHidden(filter()))}
            >
              without a value
            </button>
            <span class="legend-count">{count(props.legend.missing)}</span>
          </li>
        </Show>
      </ul>
      <Show when={matching().length > rows().length}>
        <Button small tone="quiet" icon={ChevronRightIcon} onClick={() => setMost(most() + ROWS * 2)}>
          {count(matching().length - rows().length)} more
        </Button>
      </Show>
    </section>
  );
}

function Values(props: LegendProps & { readonly span: Span }): JSX.Element {
  const { model } = props;
  const by = createMemo(() => props.shown.view().colour);
  const scale = () => model.scale(by());
  // A pass over the cells: the picture in these colours comes first.
  const missing = afterFrame(
    createMemo(() => model.numbers(by())),
    missingOf,
    0,
  );
  const change = (part: Partial<Scale>) => model.do({ do: "scale", key: scaleKey(by()), change: part });
  const clip = (...clip: [number, number]) => change({ clip, low: null, high: null });
  const end = (name: "low" | "high") => (text: string) => {
    const value = Number(text);
    if (text.trim() !== "" && Number.isFinite(value)) change({ [name]: value });
  };
  return (
    <section class="legend" aria-label="Scale of values">
      <div
        class="scale-bar"
        style={{ background: gradient(scale().map, scale().reversed) }}
        role="img"
        aria-label={`From ${measured(props.span.low)} to ${measured(props.span.high)}`}
      />
      <div class="panel-row">
        <input
          class="field-input scale-end"
          aria-label="Lowest value of the colours"
          inputmode="decimal"
          value={typed(props.span.low)}
          onChange={(event) => end("low")(event.currentTarget.value)}
        />
        <span class="panel-fill" />
        <input
          class="field-input scale-end"
          aria-label="Highest value of the colours"
          inputmode="decimal"
          value={typed(props.span.high)}
          onChange={(event) => end("high")(event.currentTarget.value)}
        />
      </div>
      <p class="panel-note">
        Values from {measured(props.span.least)} to {measured(props.span.most)}
        <Show when={missing() > 0}>; {count(missing())} cells without one are grey</Show>
      </p>
      <Select
        label="Colours"
        value={scale().map}
        choices={Object.keys(MAPS).map((name) => ({
          value: name,
          label: name === "cividis" ? "cividis (the same to all eyes)" : name,
        }))}
        onChange={(map) => change({ map: map as MapName })}
      />
      <Toggle label="Reversed" checked={scale().reversed} onChange={(reversed) => change({ reversed })} />
      <Toggle label="Logarithmic" checked={scale().logarithmic} onChange={(logarithmic) => change({ logarithmic })} />
      <div class="panel-row">
        <Button small tone="quiet" onClick={() => clip(0, 100)}>
          Whole range
        </Button>
        <Button small tone="quiet" onClick={() => clip(1, 99)}>
          1–99 %
        </Button>
        <Button small tone="quiet" onClick={() => clip(5, 95)}>
          5–95 %
        </Button>
      </div>
    </section>
  );
}
