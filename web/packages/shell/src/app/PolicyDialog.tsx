/// What the outputs of this notebook may reach, whose word that is, and what a person allowed, to take it back.

import { Dialog, Name } from "@fumehood/ui";
import { For, type JSX, Show } from "solid-js";
import { hostsSaid, KINDS, ORIGINS, sourceSaid } from "./policy.js";
import Revocable from "./Revocable.js";
import { report } from "./report.js";
import type { Workspace } from "./workspace.js";

export default function PolicyDialog(props: {
  readonly workspace: Workspace;
  readonly onClose: () => void;
}): JSX.Element {
  const { policy } = props.workspace.notebook;
  return (
    <Dialog title="Outputs" width="medium" onClose={props.onClose}>
      <p>
        Outputs run inside a seal: they reach neither this page, nor your kernel, nor your files. This is what they may
        load from elsewhere.
      </p>
      <Show when={policy.view()} fallback={<p role="status">Not known yet.</p>}>
        {(view) => (
          <>
            <For each={view().problems ?? []}>
              {(problem) => (
                <p class="list-row" role="alert">
                  <span class="list-text">
                    <span>
                      <Name text={problem.file} />
                      {problem.line > 0 ? `, line ${problem.line}` : ""}
                    </span>
                    <span dir="auto">
                      {problem.message} {problem.hint}
                    </span>
                  </span>
                </p>
              )}
            </For>
            <Revocable
              title="Allowed by you for this notebook"
              given={view().allowed ?? []}
              onRevoke={(one) => void policy.revoke(one.kind, one.host).catch(report)}
            >
              {(one) => (
                <>
                  <Name text={one.host} />
                  <span class="list-hint">{KINDS.find(([kind]) => kind === one.kind)?.[1]}</span>
                </>
              )}
            </Revocable>
            <For each={ORIGINS}>
              {([origin, title, hint]) => (
                <section>
                  <h3 class="list-title">{title}</h3>
                  <p class="list-hint">{hint}</p>
                  <ul class="list">
                    <For each={KINDS}>
                      {([kind, name]) => (
                        <li class="list-row">
                          <span class="list-text">{name}</span>
                          <span class="list-text">
                            <span dir="auto">{hostsSaid(view()[origin].levers, kind)}</span>
                            <Show when={sourceSaid(view(), origin, kind)}>
                              {(source) => <span class="list-hint">{source()}</span>}
                            </Show>
                          </span>
                        </li>
                      )}
                    </For>
                  </ul>
                </section>
              )}
            </For>
          </>
        )}
      </Show>
    </Dialog>
  );
}
