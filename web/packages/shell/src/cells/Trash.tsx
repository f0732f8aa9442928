/// Cells that were deleted, with what was in them, and the way back.

import type { TrashedCell } from "@fumehood/protocol";
import { Button, createLoad, Dialog } from "@fumehood/ui";
import { createSignal, For, type JSX, Show } from "solid-js";
import { go } from "../commands/place.js";
import type { Bench } from "../commands/types.js";
import { Choice, when } from "./Versions.js";
import "./dialogs.css";

/// So much of a source stands in the list.
const HEAD = 80;

export function Trash(props: { readonly bench: Bench }): JSX.Element {
  const { bench } = props;
  const cells = createLoad(
    () => true,
    () => bench.notebook.requests.trash().then((all) => [...all].sort((a, b) => b.deleted - a.deleted)),
  );
  const [at, setAt] = createSignal(0);
  const list = (): readonly TrashedCell[] => cells() ?? [];
  const chosen = () => list()[at()];
  const close = () => {
    bench.setDialog(null);
    bench.refocus();
  };
  const restore = () => {
    const cell = chosen();
    close();
    if (cell === undefined) return;
    bench.attempt(
      bench.notebook.requests.restore(cell.cell).then(() => {
        if (bench.notebook.order().includes(cell.cell)) bench.move((place) => go(place, cell.cell));
      }),
    );
  };
  return (
    <Dialog
      title="Deleted cells"
      width="wide"
      onClose={close}
      actions={
        <Button tone="primary" onClick={restore} disabled={chosen() === undefined}>
          Restore
        </Button>
      }
    >
      <Show when={cells.error}>
        <p role="alert">{String((cells.error as Error).message)}</p>
      </Show>
      <Show
        when={list().length > 0}
        fallback={
          <Show when={!cells.error}>
            <p>{cells.loading ? "Loading…" : "No cell was deleted."}</p>
          </Show>
        }
      >
        <div class="versions">
          <div class="choices" role="listbox" aria-label="Deleted cells">
            <For each={list()}>
              {(cell, index) => (
                <Choice chosen={index() === at()} choose={() => setAt(index())}>
                  <bdi class="choice-head">{head(cell)}</bdi>
                  <span class="choice-by">{when(cell.deleted)}</span>
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

function head(cell: TrashedCell): string {
  const line = cell.source.trim().split("\n")[0] ?? "";
  return line === "" ? "(empty)" : line.slice(0, HEAD);
}
