/// One result: the plot (where every gene was told), the table, and the ways out of the page.

import { Banner, Button, CopyIcon, DownloadIcon, TextField } from "@fumehood/ui";
import { createMemo, createSignal, For, type JSX, Show } from "solid-js";
import type { Comparisons, Result } from "../../compare/comparisons";
import { csv } from "../../compare/csv";
import { foldless, threshold } from "../../compare/genes";
import { matching, type Order, ordered, SUREST_FIRST } from "../../compare/table";
import { summary } from "../../compare/words";
import { outgoing } from "../../keeping/outgoing";
import type { Model, Shown } from "../../model/model";
import { fileName } from "../../words/files";
import { count } from "../../words/numbers";
import { GeneTable } from "./GeneTable";
import { Volcano } from "./Volcano";

export interface OutcomeProps {
  readonly model: Model;
  readonly shown: Shown;
  readonly comparisons: Comparisons;
  readonly result: Result;
  /// The keyboard goes back to the picture.
  readonly onLeave: () => void;
}

/// Genes of each category that are named above the table.
const FIRST = 5;

export function Outcome(props: OutcomeProps): JSX.Element {
  const { model, comparisons } = props;
  const [at, setAt] = createSignal(0);
  const [picked, setPicked] = createSignal(-1);
  const [order, setOrder] = createSignal<Order>(SUREST_FIRST);
  const [search, setSearch] = createSignal("");
  const ranking = () => props.result.rankings[at()] ?? props.result.rankings[0];
  const thresholds = () => comparisons.setup().thresholds;
  const markers = () => props.result.kind === "markers";
  const a = () => (markers() ? (ranking()?.group ?? "") : props.result.a);
  const b = () => (markers() ? "all others" : props.result.b);
  const coloured = createMemo(() => {
    const by = props.shown.view().colour;
    return by.by === "gene" ? by.name : undefined;
  });
  const rows = createMemo(() => {
    const genes = ranking()?.genes;
    return genes === undefined ? new Uint32Array(0) : ordered(genes, matching(genes, search()), order());
  });

  function colour(name: string | undefined): void {
    if (name === undefined || name === coloured()) return;
    model.do({ do: "colour", view: props.shown.view().id, colour: { by: "gene", name } });
  }
  const byRow = (row: number) => colour(ranking()?.genes.names[row]);
  /// The whole result: a search on the page leaves nothing out of the file.
  function text(): string {
    const { rankings } = props.result;
    if (!markers()) {
      const genes = rankings[0]?.genes;
      return genes === undefined ? "" : csv(genes, ordered(genes, genes.names.keys(), order()));
    }
    return rankings
      .map(({ genes, group }) => csv(genes, genes.names.keys(), () => group))
      .map((part, index) => (index === 0 ? part : part.slice(part.indexOf("\n") + 1)))
      .join("");
  }
  const out = outgoing("Table as CSV");
  const name = () => fileName(markers() ? ["markers", props.result.a] : [a(), b()], "csv");
  function change(part: "fold" | "adjusted", written: string, field: HTMLInputElement): void {
    const value = threshold(written, 0, part === "fold" ? 1000 : 1);
    if (value === undefined) field.value = String(thresholds()[part]);
    else comparisons.change({ thresholds: { ...thresholds(), [part]: value } });
  }

  return (
    <section class="outcome" aria-label="Result">
      <p class="panel-note">
        <Show when={!markers()} fallback={<bdi>{props.result.a}</bdi>}>
          A: <bdi>{a()}</bdi> ({count(ranking()?.cells ?? 0)}) · B: <bdi>{b()}</bdi> ({count(ranking()?.others ?? 0)})
        </Show>
        {" · "}
        {props.result.method === "wilcoxon" ? "Wilcoxon" : "Welch"}
      </p>
      <Show when={markers()}>
        <ul class="markers" aria-label="First markers">
          <For each={props.result.rankings}>
            {(one, index) => (
              <li classList={{ "markers-chosen": index() === at() }}>
                <button
                  type="button"
                  class="markers-group"
                  aria-pressed={index() === at()}
                  onClick={() => setAt(index())}
                >
                  <bdi>{one.group === "" ? "(empty)" : one.group}</bdi>
                  <span class="legend-count">{count(one.cells)}</span>
                </button>
                <span class="markers-genes">
                  <For each={one.genes.names.slice(0, FIRST)}>
                    {(name) => (
                      <button
                        type="button"
                        class="markers-gene"
                        aria-pressed={coloured() === name}
                        onClick={() => colour(name)}
                      >
                        <bdi>{name}</bdi>
                      </button>
                    )}
                  </For>
                </span>
              </li>
            )}
          </For>
        </ul>
        <h2 class="panel-head">
          Genes of <bdi>{a() || "(empty)"}</bdi>
        </h2>
      </Show>
      <Show when={ranking()?.genes}>
        {(genes) => (
          <>
            <Show when={foldless(genes())}>
              <Banner tone="warning">
                Most genes have no fold change: the values go below 0, as scaled ones do. p and scores hold.
                Log-normalised values have them: <code dir="ltr">hood view --matrix raw</code> or{" "}
                <code dir="ltr">fumehood.show(…, matrix="raw")</code>, where the dataset has them there.
              </Banner>
            </Show>
            <Show when={!markers()}>
              <Volcano
                genes={genes()}
                thresholds={thresholds()}
                a={a()}
                b={b()}
                theme={model.theme()}
                picked={picked()}
                onPick={setPicked}
                onGene={byRow}
              />
              <div class="panel-row compare-thresholds">
                <For each={["fold", "adjusted"] as const}>
                  {(part) => (
                    <label>
                      {part === "fold" ? "log2FC at least" : "adj. p below"}
                      <input
                        class="field-input field-small"
                        inputmode="decimal"
                        value={String(thresholds()[part])}
                        onKeyDown={(event) => event.stopPropagation()}
                        onChange={(event) => change(part, event.currentTarget.value, event.currentTarget)}
                      />
                    </label>
                  )}
                </For>
              </div>
              <p class="sr-only">{summary(genes(), thresholds(), a(), b())}</p>
            </Show>
            <TextField
              label="Search genes"
              bare
              placeholder={`Search ${count(genes().names.length)} genes`}
              value={search()}
              onInput={setSearch}
              onKeyDown={(event: KeyboardEvent) => event.stopPropagation()}
            />
            <GeneTable
              genes={genes()}
              rows={rows()}
              order={order()}
              onOrder={setOrder}
              a={a()}
              b={b()}
              picked={picked()}
              onPick={setPicked}
              onGene={byRow}
              onLeave={props.onLeave}
              coloured={coloured()}
            />
            <Show when={rows().length === 0}>
              <p class="panel-note">No gene is called so.</p>
            </Show>
          </>
        )}
      </Show>
      <div class="compare-ways">
        <div class="panel-row panel-wrap">
          <Button small icon={DownloadIcon} onClick={() => out.save(text(), name())}>
            Download CSV
          </Button>
          <Button small icon={CopyIcon} onClick={() => void out.copy(text())}>
            Copy CSV
          </Button>
        </div>
        {out.view()}
      </div>
      <details class="panel-more">
        <summary>To Python</summary>
        <p class="panel-note">
          Where a notebook shows this viewer, the table is there as a DataFrame:{" "}
          <code dir="ltr">viewer.results[{quoted(props.result.name)}]</code>
        </p>
      </details>
    </section>
  );
}

/// As Python writes it.
function quoted(name: string): string {
  return JSON.stringify(name);
}

export function clock(when: number): string {
  return new Date(when).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
}
