/// All commands by name: type a few letters, Enter. A combobox in a dialog, as screen readers know them.

import { Dialog, Kbd } from "@fumehood/ui";
import { createMemo, createSignal, createUniqueId, For, type JSX, Show } from "solid-js";
import { entries, runs } from "./palette.js";
import { COMMANDS } from "./table.js";
import type { Bench } from "./types.js";
import "./palette.css";

export function Palette(props: { readonly bench: Bench }): JSX.Element {
  const { bench } = props;
  const id = createUniqueId();
  const [query, setQuery] = createSignal("");
  const [at, setAt] = createSignal(0);
  const recent = bench.recent();
  const usable = COMMANDS.filter((command) => bench.enabled(command.id));
  const found = createMemo(() => entries(usable, query(), recent));
  const chosen = () => found()[Math.min(at(), found().length - 1)];
  let list: HTMLDivElement | undefined;

  const close = () => {
    bench.setDialog(null);
    bench.refocus();
  };
  const run = (command: string | undefined) => {
    if (command === undefined) return;
    bench.setDialog(null);
    bench.refocus();
    bench.remember(command);
    bench.execute(command);
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
    <Dialog title="Commands" width="medium" onClose={close} onSubmit={() => run(chosen()?.command.id)}>
      <input
        class="palette-query"
        type="text"
        role="combobox"
        aria-label="Command"
        aria-expanded="true"
        aria-controls={`${id}-list`}
        aria-activedescendant={chosen() ? `${id}-${chosen()?.command.id}` : undefined}
        aria-autocomplete="list"
        autocomplete="off"
        spellcheck={false}
        placeholder="Type a command"
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
        aria-label="Commands"
        ref={(element) => {
          list = element;
        }}
      >
        <For each={found()}>
          {(entry) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the keyboard.
            <div
              id={`${id}-${entry.command.id}`}
              class="palette-entry"
              role="option"
              tabIndex={-1}
              aria-selected={chosen()?.command.id === entry.command.id}
              onClick={() => run(entry.command.id)}
            >
              <span class="palette-title">
                <For each={runs(entry.command.title, entry.at)}>
                  {(run) => (
                    <Show when={run.hit} fallback={run.text}>
                      <mark>{run.text}</mark>
                    </Show>
                  )}
                </For>
              </span>
              <Show when={entry.command.keys[0]}>{(keys) => <Kbd keys={keys()} />}</Show>
            </div>
          )}
        </For>
      </div>
      <Show when={found().length === 0}>
        <p class="palette-none">No command matches.</p>
      </Show>
    </Dialog>
  );
}
