/// What a cell's source was before: a list of versions with their text, any of which can be taken back. That is an edit
/// like any other, so it can be undone.

import type { Version } from "@fumehood/protocol";
import { Button, createLoad, Dialog } from "@fumehood/ui";
import { createSignal, For, type JSX, Show } from "solid-js";
import type { Bench } from "../commands/types.js";
import "./dialogs.css";

export function Versions(props: { readonly bench: Bench; readonly cell: string }): JSX.Element {
  const { bench } = props;
  const versions = createLoad(
    () => props.cell,
    (id) => bench.notebook.requests.versions(id).then((all) => all.toReversed()),
  );
  const [at, setAt] = createSignal(0);
  const list = (): readonly Version[] => versions() ?? [];
  const chosen = () => list()[at()];
  const close = () => {
    bench.setDialog(null);
    bench.refocus();
  };
  const take = () => {
    const version = chosen();
    const now = bench.notebook.cell(props.cell)?.source();
    if (version !== undefined && now !== undefined && now !== version.source)
      bench.notebook.edits.replaceText(props.cell, 0, now.length, version.source);
    close();
  };
  return (
    <Dialog
      title="Versions of this cell"
      width="wide"
      onClose={close}
      actions={
        <Button tone="primary" onClick={take} disabled={chosen() === undefined}>
          Take this version
        </Button>
      }
    >
      <Show when={versions.error}>
        <p role="alert">{String((versions.error as Error).message)}</p>
      </Show>
      <Show
        when={list().length > 0}
        fallback={
          <Show when={!versions.error}>
            <p>{versions.loading ? "Loading…" : "This cell has no older versions."}</p>
          </Show>
        }
      >
        <div class="versions">
          <div class="choices" role="listbox" aria-label="Versions">
            <For each={list()}>
              {(version, index) => (
                <Choice chosen={index() === at()} choose={() => setAt(index())}>
                  <span>{when(version.time)}</span>
                  <bdi class="choice-by">{version.by}</bdi>
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

export function Choice(props: {
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

export function when(time: number): string {
  return new Date(time * 1000).toLocaleString([], { dateStyle: "medium", timeStyle: "medium" });
}
