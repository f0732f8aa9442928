/// What agents ask for and what they were allowed. The code that would run is shown whole; nothing here has the focus
/// that a key press meant for the notebook could allow.

import { Button, Dialog, Name, visibleLines } from "@fumehood/ui";
import { For, type JSX, Show } from "solid-js";
import { many } from "./format.js";
import type { Waiting } from "./grants.js";
import Revocable from "./Revocable.js";
import type { Workspace } from "./workspace.js";

export default function GrantsDialog(props: {
  readonly workspace: Workspace;
  readonly onClose: () => void;
}): JSX.Element {
  const { grants } = props.workspace;
  return (
    <Dialog title="Agents" width="medium" onClose={props.onClose}>
      <Show when={grants.waiting().length === 0 && grants.allowed().length === 0}>
        <p>No agent waits for anything.</p>
      </Show>
      <For each={grants.waiting()}>{(asked) => <Request asked={asked} workspace={props.workspace} />}</For>
      <Revocable
        title="May run cells of this notebook without asking"
        given={grants.allowed()}
        onRevoke={(agent) => void grants.revoke(agent)}
      >
        {(agent) => <Name text={agent} />}
      </Revocable>
    </Dialog>
  );
}

function Request(props: { readonly asked: Waiting; readonly workspace: Workspace }): JSX.Element {
  const { notebook, grants, cellName } = props.workspace;
  const settle = (allow: boolean, scope: "once" | "room") => void grants.settle(props.asked.request, allow, scope);
  return (
    <section class="grant">
      <h3 class="grant-title">
        <Name text={props.asked.agent} /> wants to run {many(props.asked.cells.length, "cell")}
      </h3>
      <p>The code runs in your kernel, which is not sandboxed: it can do what you can do on this machine.</p>
      <For each={props.asked.cells}>
        {(id) => (
          <figure class="grant-cell">
            <figcaption class="list-hint">{cellName(id)}</figcaption>
            <pre class="grant-code" dir="auto" tabindex="0">
              {visibleLines(notebook.cell(id)?.source() ?? "")}
            </pre>
          </figure>
        )}
      </For>
      <div class="grant-actions">
        <Button onClick={() => settle(false, "once")}>Refuse</Button>
        <Button onClick={() => settle(true, "room")}>Allow for this notebook</Button>
        <Button tone="primary" onClick={() => settle(true, "once")}>
          Allow once
        </Button>
      </div>
    </section>
  );
}
