/// All commands by name: type a few letters, Enter. A combobox in a dialog, as screen readers know them. What is listed,
/// and what choosing it does, is its owner's.

import { createMemo, createSignal, createUniqueId, For, type JSX, Show } from "solid-js";
import { Dialog } from "./Dialog.js";
import { Kbd } from "./Kbd.js";
import { type Entry, runs } from "./palette.js";
import "./palette.css";

export interface PaletteCommand {
  readonly id: string;
  readonly title: string;
  readonly keys?: readonly string[];
  /// What kind of thing it is, where not everything is a command.
  readonly hint?: string;
}

export interface PaletteProps {
  readonly title: string;
  readonly label: string;
  readonly placeholder: string;
  readonly none: string;
  /// The best first; asked anew for each letter.
  readonly find: (query: string) => readonly Entry<PaletteCommand>[];
  readonly onRun: (id: string) => void;
  readonly onClose: () => void;
}

export function Palette(props: PaletteProps): JSX.Element {
  const id = createUniqueId();
  const [query, setQuery] = createSignal("");
  const [at, setAt] = createSignal(0);
  const found = createMemo(() => props.find(query()));
  const place = () => Math.min(at(), found().length - 1);
  const chosen = () => found()[place()];
  let list: HTMLDivElement | undefined;

  const run = (command: string | undefined) => {
    if (command !== undefined) props.onRun(command);
  };
  const go = (to: number) => {
    setAt(Math.max(0, Math.min(found().length - 1, to)));
    list?.children[at()]?.scrollIntoView({ block: "nearest" });
  };
  const KEYS: Readonly<Record<string, () => void>> = {
    ArrowDown: () => go(at() + 1 >= found().length ? 0 : at() + 1),
    ArrowUp: () => go(at() === 0 ? found().length - 1 : at() - 1),
    PageDown: () => go(at() + 10),
    PageUp: () => go(at() - 10),
  };

  return (
    <Dialog title={props.title} width="medium" onClose={props.onClose} onSubmit={() => run(chosen()?.command.id)}>
      <input
        class="palette-query"
        type="text"
        role="combobox"
        aria-label={props.label}
        aria-expanded="true"
        aria-controls={`${id}-list`}
        aria-activedescendant={chosen() ? `${id}-${place()}` : undefined}
        aria-autocomplete="list"
        autocomplete="off"
        spellcheck={false}
        placeholder={props.placeholder}
        autofocus
        value={query()}
        onInput={(event) => {
          setQuery(event.currentTarget.value);
          go(0);
        }}
        onKeyDown={(event) => {
          const act = KEYS[event.key];
          if (act === undefined || event.isComposing) return;
          event.preventDefault();
          act();
        }}
      />
      <div
        id={`${id}-list`}
        class="palette-list"
        role="listbox"
        aria-label={props.title}
        ref={(element) => {
          list = element;
        }}
      >
        <For each={found()}>
          {(entry, index) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the keyboard.
            <div
              id={`${id}-${index()}`}
              class="palette-entry"
              role="option"
              tabIndex={-1}
              aria-selected={place() === index()}
              onClick={() => run(entry.command.id)}
            >
              <bdi class="palette-title" title={entry.command.title}>
                <For each={runs(entry.command.title, entry.at)}>
                  {(run) => (
                    <Show when={run.hit} fallback={run.text}>
                      <mark>{run.text}</mark>
                    </Show>
                  )}
                </For>
              </bdi>
              <Show when={entry.command.hint}>
                <span class="palette-hint">{entry.command.hint}</span>
              </Show>
              <Show when={entry.command.keys?.[0]}>{(keys) => <Kbd keys={keys()} />}</Show>
            </div>
          )}
        </For>
      </div>
      <Show when={found().length === 0}>
        <p class="palette-none">{props.none}</p>
      </Show>
    </Dialog>
  );
}
