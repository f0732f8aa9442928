/// What the daemon had to say about this notebook, the newest first.

import { Button, Dialog } from "@fumehood/ui";
import { For, type JSX, Show } from "solid-js";
import { offeredBy } from "../trust/sheet.js";
import { clock } from "./format.js";
import type { Workspace } from "./workspace.js";

export default function NoticesDialog(props: {
  readonly workspace: Workspace;
  readonly onClose: () => void;
}): JSX.Element {
  const { notebook } = props.workspace;
  const now = Date.now() / 1000;
  return (
    <Dialog title="Notices" width="medium" onClose={props.onClose}>
      <Show when={notebook.notices().length > 0} fallback={<p>There is nothing to say.</p>}>
        <ul class="list">
          <For each={[...notebook.notices()].reverse()}>
            {(notice) => (
              <li class="list-row notice-row">
                <span class="list-text">
                  <span dir="auto">{notice.message}</span>
                  <Show when={notice.hint}>
                    <span class="list-hint" dir="auto">
                      {notice.hint}
                    </span>
                  </Show>
                  <span class="list-hint">{clock(notice.time, now)}</span>
                </span>
                <Show when={offeredBy(notice)}>
                  {(offered) => (
                    <Button
                      small
                      onClick={() => {
                        props.onClose();
                        props.workspace.add(offered().packages);
                      }}
                    >
                      {offered().label}
                    </Button>
                  )}
                </Show>
                <Show when={notice.cell && notebook.cell(notice.cell) ? notice.cell : null}>
                  {(cell) => (
                    <Button
                      small
                      onClick={() => {
                        const id = cell();
                        props.onClose();
                        queueMicrotask(() => props.workspace.goTo(id));
                      }}
                    >
                      Go to {props.workspace.cellName(cell())}
                    </Button>
                  )}
                </Show>
              </li>
            )}
          </For>
        </ul>
      </Show>
    </Dialog>
  );
}
