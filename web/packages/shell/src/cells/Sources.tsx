/// A dialog over sources that were: a list, the text of the chosen one beside it, and one thing to do with it.

import { Button, createLoad, Dialog } from "@fumehood/ui";
import { createSignal, For, type JSX, Show } from "solid-js";
import type { Bench } from "../commands/types.js";
import "./dialogs.css";

export interface SourcesProps<T extends { readonly source: string }> {
  readonly bench: Bench;
  readonly title: string;
  /// In the order in which they are listed.
  readonly load: () => Promise<readonly T[]>;
  readonly none: string;
  readonly head: (item: T) => JSX.Element;
  readonly action: string;
  /// After the dialog was closed.
  readonly onAct: (item: T) => void;
}

export function Sources<T extends { readonly source: string }>(props: SourcesProps<T>): JSX.Element {
  const { bench } = props;
  const items = createLoad(
    () => true,
    () => props.load(),
  );
  const [at, setAt] = createSignal(0);
  const list = (): readonly T[] => items() ?? [];
  const chosen = () => list()[at()];
  const close = () => {
    bench.setDialog(null);
    bench.refocus();
  };
  const act = () => {
    const item = chosen();
    close();
    if (item !== undefined) props.onAct(item);
  };
  return (
    <Dialog
      title={props.title}
      width="wide"
      onClose={close}
      actions={
        <Button tone="primary" onClick={act} disabled={chosen() === undefined}>
          {props.action}
        </Button>
      }
    >
      <Show when={items.error}>
        <p role="alert">{String((items.error as Error).message)}</p>
      </Show>
      <Show
        when={list().length > 0}
        fallback={
          <Show when={!items.error}>
            <p>{items.loading ? "Loading…" : props.none}</p>
          </Show>
        }
      >
        <div class="versions">
          <div class="choices" role="listbox" aria-label={props.title}>
            <For each={list()}>
              {(item, index) => (
                <Choice chosen={index() === at()} choose={() => setAt(index())}>
                  {props.head(item)}
                </Choice>
              )}
            </For>
          </div>
          <pre class="choice-text" dir="auto" tabindex="0">
            {chosen()?.source}
          </pre>
        </div>
      </Show>
    </Dialog>
  );
}

function Choice(props: {
  readonly chosen: boolean;
  readonly choose: () => void;
  readonly children: JSX.Element;
}): JSX.Element {
  const step = (event: KeyboardEvent & { currentTarget: HTMLElement }) => {
    const next = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" } as const;
    const to = event.key === "ArrowDown" || event.key === "ArrowUp" ? event.currentTarget[next[event.key]] : null;
    if (!(to instanceof HTMLElement)) return;
    event.preventDefault();
    to.focus();
    to.click();
  };
  return (
    <div
      class="choice"
      role="option"
      aria-selected={props.chosen}
      tabIndex={props.chosen ? 0 : -1}
      onClick={() => props.choose()}
      onKeyDown={step}
    >
      {props.children}
    </div>
  );
}
