/// What outputs tried and were not allowed, frame by frame, to be read, copied and gone to.

import { Button, Dialog } from "@fumehood/ui";
import { createMemo, createSignal, For, type JSX, Show } from "solid-js";
import { aliveFrames, diagnostics } from "../frames/diagnostics.js";
import { ALIVE } from "../frames/GuestFrame.jsx";
import { asJson, asText, type Line, reportOf, summary } from "../frames/report.js";
import { baseName } from "./format.js";
import type { Workspace } from "./workspace.js";
import "./diagnostics.css";

export default function DiagnosticsDialog(props: {
  readonly workspace: Workspace;
  readonly onClose: () => void;
}): JSX.Element {
  const { notebook, goTo } = props.workspace;
  const report = createMemo(() => reportOf(diagnostics(), aliveFrames(), ALIVE, notebook.order()));
  const [said, setSaid] = createSignal("");
  const copy = (text: string) =>
    navigator.clipboard.writeText(text).then(
      () => setSaid("Copied."),
      () => setSaid("The clipboard did not take it."),
    );
  const quiet = () => report().frames.length === 0 && report().page.length === 0;
  return (
    <Dialog
      title="Diagnostics"
      width="wide"
      onClose={props.onClose}
      actions={
        <>
          <span class="list-hint" role="status">
            {said()}
          </span>
          <Button onClick={() => void copy(asJson(report()))}>Copy as JSON</Button>
          <Button onClick={() => void copy(asText(report(), baseName(notebook.path)))} autofocus>
            Copy as text
          </Button>
        </>
      }
    >
      <p>What the outputs of this notebook tried and were not allowed, in this window since it was opened.</p>
      <dl class="diagnostics-sum">
        <For each={summary(report())}>
          {([what, value]) => (
            <div>
              <dt>{what}</dt>
              <dd>{value}</dd>
            </div>
          )}
        </For>
      </dl>
      <Show when={quiet()}>
        <p class="list-hint">Nothing was refused, blocked or stopped.</p>
      </Show>
      <For each={report().frames}>
        {(entry) => (
          <section>
            <div class="diagnostics-head">
              <h3 class="list-title">
                <span class="diagnostics-cell">{entry.name}</span>, {entry.part}
                {entry.alive ? "" : ", not alive now"}
              </h3>
              <Show when={entry.known}>
                <Button
                  small
                  onClick={() => {
                    props.onClose();
                    queueMicrotask(() => goTo(entry.cell));
                  }}
                >
                  Go to {entry.name}
                </Button>
              </Show>
            </div>
            <Lines label={`${entry.name}, ${entry.part}`} lines={entry.lines} />
          </section>
        )}
      </For>
      <Show when={report().page.length > 0}>
        <section>
          <h3 class="list-title">Refused by the page's own policy</h3>
          <Lines label="Refused by the page's own policy" lines={report().page} />
        </section>
      </Show>
    </Dialog>
  );
}

function Lines(props: { readonly label: string; readonly lines: readonly Line[] }): JSX.Element {
  return (
    <table class="diagnostics-table" aria-label={props.label}>
      <thead>
        <tr>
          <th scope="col">What</th>
          <th scope="col">Which</th>
          <th scope="col" class="diagnostics-times">
            Times
          </th>
        </tr>
      </thead>
      <tbody>
        <For each={props.lines}>
          {(line) => (
            <tr>
              <td>{line.what}</td>
              <td class="diagnostics-detail">
                <bdi>{line.detail}</bdi>
              </td>
              <td class="diagnostics-times">{line.times}</td>
            </tr>
          )}
        </For>
      </tbody>
    </table>
  );
}
