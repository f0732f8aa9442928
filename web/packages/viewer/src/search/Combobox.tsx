/// A field that offers what fits while it is typed: chosen with the arrows and Enter, or with the pointer.

import { TextField } from "@fumehood/ui";
import { createEffect, createMemo, createSignal, createUniqueId, For, type JSX, Show } from "solid-js";

export interface ComboboxProps<T> {
  readonly label: string;
  readonly placeholder: string;
  /// What the field says while nobody types.
  readonly value: string;
  /// The best first. Asked anew when what it reads changes.
  readonly hits: (typed: string) => readonly T[];
  readonly name: (hit: T) => string;
  /// A word behind its name.
  readonly kind: (hit: T) => string | undefined;
  /// What is said where nothing fits.
  readonly none: string;
  /// Somebody begins to look.
  readonly onSearch: () => void;
  readonly onPick: (hit: T) => void;
}

const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 };

export function Combobox<T>(props: ComboboxProps<T>): JSX.Element {
  const id = createUniqueId();
  let field: HTMLInputElement | undefined;
  let list: HTMLDivElement | undefined;
  /// Undefined: nobody looks for anything.
  const [typed, setTyped] = createSignal<string>();
  const [at, setAt] = createSignal(0);
  const hits = createMemo(() => {
    const text = typed();
    return text === undefined ? [] : props.hits(text);
  });
  const open = () => hits().length > 0 || (typed() ?? "").trim() !== "";
  // The list is longer than its window.
  createEffect(() => list?.children[open() ? at() : -1]?.scrollIntoView({ block: "nearest" }));

  function search(text: string): void {
    props.onSearch();
    setTyped(text);
    setAt(0);
  }
  function begin(): void {
    field?.select();
    search("");
  }
  function pick(hit: T): void {
    setTyped(undefined);
    props.onPick(hit);
    // What is typed next is another one.
    queueMicrotask(() => field?.select());
  }
  function onKeyDown(event: KeyboardEvent): void {
    event.stopPropagation();
    const step = STEPS[event.key];
    if (step !== undefined) {
      event.preventDefault();
      if (open()) setAt((at() + step + hits().length) % Math.max(1, hits().length));
      else search("");
    } else if (event.key === "Enter") {
      const hit = hits()[at()];
      if (hit !== undefined) pick(hit);
    } else if (event.key === "Escape") {
      // Once for what is offered, once more to leave the field.
      if (open()) setTyped(undefined);
      else field?.blur();
    }
  }

  return (
    <div class="gene-search">
      <TextField
        label={props.label}
        placeholder={props.placeholder}
        value={typed() ?? props.value}
        ref={(element) => {
          field = element;
        }}
        onFocus={begin}
        onClick={() => typed() === undefined && begin()}
        onBlur={() => setTyped(undefined)}
        onInput={search}
        onKeyDown={onKeyDown}
        role="combobox"
        aria-expanded={open()}
        aria-controls={`${id}-hits`}
        aria-activedescendant={hits().length > 0 ? `${id}-${at()}` : undefined}
      />
      <Show when={open()}>
        <div
          id={`${id}-hits`}
          class="gene-hits"
          role="listbox"
          aria-label={`Choices of ${props.label}`}
          ref={(element) => {
            list = element;
          }}
        >
          <For each={hits()} fallback={<p class="panel-note">{props.none}</p>}>
            {(hit, index) => (
              // biome-ignore lint/a11y/useFocusableInteractive: it has a tabindex, as Solid spells it.
              <div
                id={`${id}-${index()}`}
                role="option"
                tabindex="-1"
                aria-selected={index() === at()}
                onPointerDown={(event) => {
                  event.preventDefault();
                  pick(hit);
                }}
              >
                <bdi title={props.name(hit)}>{props.name(hit)}</bdi>
                <Show when={props.kind(hit)}>{(kind) => <bdi class="column-kind">{kind()}</bdi>}</Show>
              </div>
            )}
          </For>
        </div>
      </Show>
    </div>
  );
}
