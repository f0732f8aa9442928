/// What an outside change of the file did, cell by cell.

import { Button, Dialog, Name } from "@fumehood/ui";
import { For, type JSX, Show } from "solid-js";
import type { Workspace } from "./workspace.js";

export default function MergedDialog(props: {
  readonly workspace: Workspace;
  readonly onClose: () => void;
}): JSX.Element {
  const { notebook, bench } = props.workspace;
  const merged = notebook.merged();
  const go = (id: string) => {
    props.onClose();
    queueMicrotask(() => props.workspace.goTo(id));
  };
  const history = (id: string) => {
    props.onClose();
    queueMicrotask(() => bench.setDialog({ kind: "versions", cell: id }));
  };
  const part = (title: string, ids: readonly string[] | undefined, conflict: boolean) => (
    <Show when={ids && ids.length > 0}>
      <section>
        <h3 class="list-title">{title}</h3>
        <ul class="list">
          <For each={ids}>
            {(id) => (
              <li class="list-row">
                <span class="list-text">
                  <strong>{props.workspace.cellName(id)}</strong>
                  <Name class="list-code" text={firstLine(notebook.cell(id)?.source() ?? "")} />
                </span>
                <Show when={conflict}>
                  <Button small onClick={() => history(id)}>
                    History
                  </Button>
                </Show>
                <Show when={notebook.cell(id)}>
                  <Button small onClick={() => go(id)}>
                    Go there
                  </Button>
                </Show>
              </li>
            )}
          </For>
        </ul>
      </section>
    </Show>
  );
  return (
    <Dialog title="The file changed outside" width="medium" onClose={props.onClose}>
      <p>Another program wrote this file, and its changes were merged into what you see.</p>
      {part("Changed on both sides: the file's version is shown, yours is in the history", merged?.conflicts, true)}
      {part("Edited", merged?.edited, false)}
      {part("Added", merged?.added, false)}
      {part("Deleted", merged?.deleted, false)}
    </Dialog>
  );
}

function firstLine(source: string): string {
  return source.trimStart().split("\n", 1)[0]?.slice(0, 120) ?? "";
}
