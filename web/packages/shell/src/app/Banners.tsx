/// What the reader must know now, above the notebook, each with what can be done about it.

import { Banner, Button, Name, RestartIcon } from "@fumehood/ui";
import { createEffect, createSignal, For, type JSX, Show } from "solid-js";
import type { Merged } from "../notebook/types.js";
import { TrustBanner } from "../trust/TrustBanner.js";
import { clock, many } from "./format.js";
import { Command } from "./Gone.js";
import { deathSaid, mergedSaid } from "./states.js";
import type { Workspace } from "./workspace.js";

export function Banners(props: { readonly workspace: Workspace }): JSX.Element {
  const { workspace } = props;
  const { notebook, bench } = workspace;
  const [mergeSeen, setMergeSeen] = createSignal<Merged | null>(null);
  const [lossSeen, setLossSeen] = createSignal<number | null>(null);
  const gone = () => {
    const connection = notebook.connection();
    return connection.state === "gone" ? connection.reason : null;
  };
  const merged = () => {
    const latest = notebook.merged();
    return latest === null || latest === mergeSeen() ? null : latest;
  };
  const lost = () => (notebook.lostSince() === lossSeen() ? null : notebook.lostSince());
  const [reloading, setReloading] = createSignal(false);
  // Not before the daemon has written down what was typed last.
  createEffect(() => {
    if (reloading() && notebook.unacknowledged() === 0) location.reload();
  });
  return (
    <div class="banners">
      <Show when={gone()}>
        {(reason) => (
          <Banner tone="danger" actions={<Command path={notebook.path} />}>
            <strong>Not connected.</strong> <span dir="auto">{reason()}</span> What runs goes on.
          </Banner>
        )}
      </Show>
      <Show when={notebook.moved()}>
        <Banner
          tone="warning"
          actions={
            <Button small icon={RestartIcon} disabled={reloading()} onClick={() => setReloading(true)}>
              {reloading() ? "Reloading…" : "Reload"}
            </Button>
          }
        >
          <strong>Outputs need a reload of this page.</strong> fumehood was started again and shows them from another
          address. What you wrote and what runs is kept.
        </Banner>
      </Show>
      <For each={workspace.grants.waiting()}>
        {(asked) => (
          <Banner
            tone="warning"
            actions={
              <Button small tone="primary" onClick={() => workspace.setOpen("grants")}>
                Review…
              </Button>
            }
          >
            <strong>
              <Name text={asked.agent} />
            </strong>{" "}
            wants to run {many(asked.cells.length, "cell")} in your kernel, with your power.
          </Banner>
        )}
      </For>
      <TrustBanner workspace={workspace} />
      <Show when={notebook.kernel().status === "dead"}>
        <Banner
          tone="danger"
          actions={
            <Button
              small
              icon={RestartIcon}
              disabled={notebook.connection().state !== "open"}
              onClick={() => bench.attempt(notebook.requests.restart())}
            >
              Start again
            </Button>
          }
        >
          <strong>The kernel is dead.</strong> <span dir="auto">{deathSaid(notebook.kernel())}</span>
        </Banner>
      </Show>
      <Show when={lost()}>
        {(since) => (
          <Banner tone="warning" onDismiss={() => setLossSeen(since())}>
            Output since {clock(since(), Date.now() / 1000)} may be missing: the process that carried it died.
          </Banner>
        )}
      </Show>
      <Show when={merged()}>
        {(latest) => (
          <Show when={mergedSaid(latest())}>
            {(text) => (
              <Banner
                tone={latest().conflicts.length > 0 ? "warning" : "info"}
                onDismiss={() => setMergeSeen(latest())}
                actions={
                  <Button small onClick={() => workspace.setOpen("merged")}>
                    Show details
                  </Button>
                }
              >
                {text()} <Show when={latest().conflicts.length > 0}>Your version is in the cell's history.</Show>
              </Banner>
            )}
          </Show>
        )}
      </Show>
    </div>
  );
}
