/// The bar below: where the code runs, in what, and what state everything is in. Each thing says it in words; what can
/// be acted on is a button.

import { BellIcon, ComputerIcon, Name, OkIcon, SaveIcon, Spinner, tip, WarningIcon } from "@fumehood/ui";
import { type Accessor, createEffect, createSignal, type JSX, on, onCleanup, Show } from "solid-js";
import { diagnostics } from "../frames/diagnostics.js";
import { environmentSaid } from "../trust/sheet.js";
import { many } from "./format.js";
import { policySaid } from "./policy.js";
import { connectionSaid, deathSaid, environmentName, kernelSaid, saveSaid } from "./states.js";
import type { Workspace } from "./workspace.js";

/// Edits are acknowledged in a moment; only what lasts longer is worth saying.
const UNWRITTEN_MS = 1500;
/// A larger number of refusals says no more.
const MOST_SAID = 999;
/// How old a time may look.
const TICK_MS = 30_000;

export function StatusBar(props: { readonly workspace: Workspace }): JSX.Element {
  const { workspace } = props;
  const { notebook, bench } = workspace;
  const now = clockTick();
  const running = () => notebook.queue().values().next().value ?? null;
  const kernel = () => {
    const cell = running();
    return kernelSaid(
      notebook.kernel(),
      cell === null ? null : workspace.cellName(cell),
      Math.max(0, notebook.queue().size - 1),
    );
  };
  const save = () =>
    saveSaid(
      {
        dirty: notebook.dirty(),
        savedAt: notebook.savedAt(),
        saving: notebook.requests.saving(),
        autosave: !notebook.manual(),
        connected: notebook.connection().state === "open",
        readOnly: notebook.readOnly() !== null,
      },
      now(),
    );
  const starting = () => notebook.kernel().status === "starting" || notebook.kernel().status === "restarting";
  const connection = () => connectionSaid(notebook.connection(), notebook.queue().size > 0);
  const unwritten = lasting(() => notebook.unacknowledged() > 0, UNWRITTEN_MS);
  const [read, setRead] = createSignal(notebook.notices().length);
  createEffect(
    on(workspace.open, (open) => {
      if (open === "notices") setRead(notebook.notices().length);
    }),
  );
  const unread = () => Math.max(0, notebook.notices().length - read());
  return (
    <footer class="status">
      <span
        class="status-item status-place"
        ref={(element) => tip(element, () => ({ text: "Where the code of this notebook runs" }))}
      >
        <ComputerIcon size={14} />
        This machine
      </span>
      <Show when={notebook.readOnly() === null}>
        <button
          type="button"
          class="status-item status-env"
          ref={(element) => tip(element, () => ({ text: "Kernel" }))}
          onClick={() => workspace.setOpen("kernel")}
        >
          <span class="sr-only">Kernel:</span>
          <Name text={environmentName(notebook.kernel(), notebook.metadata()) ?? "No kernel chosen"} />
        </button>
        <button
          type="button"
          class={`status-item status-${kernel().mood}`}
          ref={(element) =>
            tip(element, () => ({
              text:
                notebook.kernel().status === "dead"
                  ? deathSaid(notebook.kernel())
                  : running() === null
                    ? "Kernel state"
                    : "Go to the running cell",
            }))
          }
          onClick={() => (running() === null ? workspace.setOpen("kernel") : bench.execute("go-to-running"))}
        >
          {/* Nothing turns while code runs: each turn is a frame of the page, on the cores that the code runs on. */}
          <Show when={starting()} fallback={<span class={`dot dot-${notebook.kernel().status}`} />}>
            <Spinner size={12} />
          </Show>
          <span>{kernel().text}</span>
        </button>
      </Show>
      <Show when={environmentSaid(notebook.trust.state(), !["none", "dead"].includes(notebook.kernel().status))}>
        {(said) => (
          <button
            type="button"
            class="status-item"
            classList={{ "status-warning": said().warn }}
            ref={(element) => tip(element, () => ({ text: "What this notebook wants installed" }))}
            onClick={() => workspace.setOpen("packages")}
          >
            <span dir="auto">{said().text}</span>
          </button>
        )}
      </Show>
      <span class="status-connection" role="status">
        <Show when={connection()}>
          {(said) => (
            <span class={`status-item status-${said().mood}`}>
              <Show when={said().mood !== "danger"} fallback={<WarningIcon size={14} />}>
                <Spinner size={12} />
              </Show>
              {said().text}
            </span>
          )}
        </Show>
      </span>
      <span class="gap" />
      <Show when={unwritten()}>
        <span class="status-item status-warning">{many(notebook.unacknowledged(), "edit")} not written down yet</span>
      </Show>
      <Show when={workspace.grants.allowed().length > 0}>
        <button type="button" class="status-item status-warning" onClick={() => workspace.setOpen("grants")}>
          {many(workspace.grants.allowed().length, "agent")} may run code
        </button>
      </Show>
      <Show when={notebook.readOnly() === null}>
        <button
          type="button"
          class="status-item status-outputs"
          classList={{ "status-warning": policySaid(notebook.policy.view()).warn }}
          ref={(element) => tip(element, () => ({ text: "What the outputs of this notebook may reach" }))}
          onClick={() => workspace.setOpen("policy")}
        >
          {policySaid(notebook.policy.view()).text}
        </button>
      </Show>
      <Show when={diagnostics().total > 0}>
        <button
          type="button"
          class="status-item status-refused"
          ref={(element) => tip(element, () => ({ text: "What outputs tried and were not allowed" }))}
          onClick={() => workspace.setOpen("diagnostics")}
        >
          {diagnostics().total > MOST_SAID ? `${MOST_SAID}+` : diagnostics().total} refused
        </button>
      </Show>
      <Show when={notebook.people().length > 0}>
        <span class="status-item status-people">{many(notebook.people().length, "other")} here</span>
      </Show>
      <span class={`status-item status-save status-${save().mood}`}>
        <Show
          when={save().mood === "quiet" && !notebook.dirty() && !notebook.requests.saving()}
          fallback={<SaveIcon size={14} />}
        >
          <OkIcon size={14} />
        </Show>
        {save().text}
      </span>
      <button
        type="button"
        class="status-item"
        classList={{ "status-warning": unread() > 0 }}
        aria-label={`Notices: ${notebook.notices().length}${unread() > 0 ? `, ${unread()} new` : ""}`}
        ref={(element) => tip(element, () => ({ text: "Notices" }))}
        onClick={() => workspace.setOpen("notices")}
      >
        <BellIcon size={14} />
        {notebook.notices().length}
      </button>
    </footer>
  );
}

/// Seconds since the epoch, now and then anew.
function clockTick(): Accessor<number> {
  const [now, setNow] = createSignal(Date.now() / 1000);
  const timer = setInterval(() => setNow(Date.now() / 1000), TICK_MS);
  onCleanup(() => clearInterval(timer));
  return now;
}

/// True when it has been so for a while.
function lasting(condition: Accessor<boolean>, milliseconds: number): Accessor<boolean> {
  const [lasts, setLasts] = createSignal(false);
  createEffect(() => {
    setLasts(false);
    if (!condition()) return;
    const timer = setTimeout(() => setLasts(true), milliseconds);
    onCleanup(() => clearTimeout(timer));
  });
  return lasts;
}
