/// The outputs of one cell in a tab of their own. They are as sealed as in the notebook, behind gates of their own, and
/// under the same policy; there is no bench here, so no key and no button of this page runs or changes anything.

import { Name } from "@fumehood/ui";
import { createEffect, createMemo, type JSX, onCleanup, Show } from "solid-js";
import { watchPage } from "../frames/diagnostics.js";
import type { Notebook } from "../notebook/types.js";
import { Outputs } from "../outputs/Outputs.js";
import { setServed } from "../outputs/served.js";
import { baseName, plainTitle } from "./format.js";
import { connectionSaid } from "./states.js";
import "./output-window.css";

export default function OutputWindow(props: { readonly notebook: Notebook; readonly cell: string }): JSX.Element {
  const { notebook } = props;
  const cell = createMemo(() => {
    // Where it stands changes, and it may be deleted.
    const at = notebook.order().indexOf(props.cell);
    const found = at < 0 ? undefined : notebook.cell(props.cell);
    return found === undefined ? null : { cell: found, name: `cell ${at + 1}` };
  });
  const empty = () => {
    const run = cell()?.cell.run();
    return run === undefined || (run.outputs.length === 0 && run.previous.length === 0);
  };
  const connection = () => connectionSaid(notebook.connection(), notebook.queue().size > 0);
  createEffect(() => setServed(notebook.served()));
  onCleanup(() => setServed(false));
  onCleanup(watchPage());
  createEffect(() => {
    document.title = `${cell()?.name ?? "Output"} · ${plainTitle(baseName(notebook.path))}`;
  });
  return (
    <div class="output-window">
      <header class="output-head">
        <h1 class="output-title">
          <Name text={baseName(notebook.path)} />
          <span class="output-cell">{cell()?.name ?? "a deleted cell"}</span>
        </h1>
        <span role="status" class="output-state">
          {notebook.moved() ? "Outputs need a reload of this page." : connection()?.text}
        </span>
      </header>
      {/* Escape in a frame gives the keyboard to this. */}
      <main class="output-main" tabindex="-1" aria-label="Output">
        <Show when={cell()} fallback={<p class="out-note">The cell was deleted.</p>}>
          {(found) => (
            <Show when={!empty()} fallback={<p class="out-note">This cell has no output.</p>}>
              <div class="output-place" data-cell={props.cell}>
                <Outputs cell={found().cell} notebook={notebook} />
              </div>
            </Show>
          )}
        </Show>
      </main>
    </div>
  );
}
