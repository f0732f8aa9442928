/// One value of the cells: a column of numbers, or any gene, found while it is typed.

import { TextField } from "@fumehood/ui";
import { createMemo, createSignal, createUniqueId, For, type JSX, Show } from "solid-js";
import type { Names } from "../../search/names";
import { type ColourBy, colourName } from "../../state/document";

export interface ValueFieldProps {
  readonly label: string;
  readonly value: ColourBy | undefined;
  /// What is offered first, such as a score that the view is coloured by.
  readonly first?: readonly ColourBy[];
  readonly columns: readonly { readonly key: string; readonly kind: "category" | "continuous" }[];
  /// Undefined while they are on their way.
  readonly genes: Names | undefined;
  readonly onSearch: () => void;
  readonly onPick: (value: ColourBy) => void;
}

const HITS = 10;
const COLUMNS = 40;

export function ValueField(props: ValueFieldProps): JSX.Element {
  const id = createUniqueId();
  let field: HTMLInputElement | undefined;
  const [text, setText] = createSignal<string>();
  const [at, setAt] = createSignal(0);
  const hits = createMemo<readonly ColourBy[]>(() => {
    const typed = text();
    if (typed === undefined) return [];
    const wanted = typed.trim().toLowerCase();
    const columns = props.columns
      .filter((column) => column.kind === "continuous" && column.key.toLowerCase().includes(wanted))
      .slice(0, COLUMNS)
      .map((column): ColourBy => ({ by: "column", key: column.key }));
    const genes = (props.genes?.find(typed, HITS) ?? []).map((hit): ColourBy => ({ by: "gene", name: hit.name }));
    const first = (props.first ?? []).filter((one) => colourName(one).toLowerCase().includes(wanted));
    const exact = genes[0] !== undefined && colourName(genes[0]).toLowerCase() === wanted;
    return exact ? [...genes, ...first, ...columns] : [...first, ...columns, ...genes];
  });
  const open = () => text() !== undefined;

  function pick(value: ColourBy): void {
    setText(undefined);
    props.onPick(value);
    // What is typed next is another one.
    queueMicrotask(() => field?.select());
  }
  function onKeyDown(event: KeyboardEvent): void {
    event.stopPropagation();
    const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 };
    const step = steps[event.key];
    if (step !== undefined) {
      event.preventDefault();
      if (!open()) search("");
      else setAt((at() + step + hits().length) % Math.max(1, hits().length));
    } else if (event.key === "Enter") {
      const hit = hits()[at()];
      if (hit) pick(hit);
    } else if (event.key === "Escape") setText(undefined);
  }
  function search(typed: string): void {
    props.onSearch();
    setText(typed);
    setAt(0);
  }

  return (
    <div class="gene-search">
      <TextField
        label={props.label}
        placeholder="Gene or column"
        value={text() ?? (props.value ? colourName(props.value) : "")}
        onFocus={(event) => {
          event.currentTarget.select();
          search("");
        }}
        onClick={(event) => {
          if (open()) return;
          event.currentTarget.select();
          search("");
        }}
        onBlur={() => setText(undefined)}
        ref={(element) => {
          field = element;
        }}
        onInput={search}
        onKeyDown={onKeyDown}
        role="combobox"
        aria-expanded={open()}
        aria-controls={`${id}-hits`}
        aria-activedescendant={open() && hits().length > 0 ? `${id}-${at()}` : undefined}
      />
      <Show when={open()}>
        <div id={`${id}-hits`} class="gene-hits" role="listbox" aria-label={`Choices of ${props.label}`}>
          <For
            each={hits()}
            fallback={<p class="panel-note">{props.genes ? "Nothing is called so." : "Loading names…"}</p>}
          >
            {(hit, index) => (
              // biome-ignore lint/a11y/useFocusableInteractive: it has a tabindex, as Solid spells it.
              <div
                id={`${id}-${index()}`}
                role="option"
                tabindex="-1"
                class="plot-hit"
                aria-selected={index() === at()}
                onPointerDown={(event) => {
                  event.preventDefault();
                  pick(hit);
                }}
              >
                <bdi>{colourName(hit)}</bdi>
                <span class="column-kind">{hit.by}</span>
              </div>
            )}
          </For>
        </div>
      </Show>
    </div>
  );
}
