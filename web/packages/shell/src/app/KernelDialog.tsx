/// Which kernel runs the notebook's code: those of this machine, with what keeps one from being used, and what to do
/// with the one that runs.

import type { KernelSpecView } from "@fumehood/protocol";
import { Button, createLoad, Dialog, Name, Spinner } from "@fumehood/ui";
import { createSignal, For, type JSX, Match, Show, Switch } from "solid-js";
import { deathSaid, kernelSaid } from "./states.js";
import { told } from "./told.js";
import type { Workspace } from "./workspace.js";

export default function KernelDialog(props: {
  readonly workspace: Workspace;
  readonly onClose: () => void;
}): JSX.Element {
  const { notebook, bench } = props.workspace;
  const specs = createLoad(
    () => true,
    () => notebook.requests.specs(),
  );
  const [chosen, setChosen] = createSignal<string>();
  const kernel = () => notebook.kernel();
  const alive = () => !["none", "dead"].includes(kernel().status);
  const wanted = () => chosen() ?? kernel().spec ?? specs()?.default ?? "";
  const other = () => alive() && wanted() !== kernel().spec;
  const running = () => {
    const cell = notebook.queue().values().next().value;
    return cell === undefined ? null : props.workspace.cellName(cell);
  };
  const go = () => {
    const spec = wanted();
    props.onClose();
    // A kernel that died is started by a restart only: its variables are gone, and nobody may overlook that.
    bench.attempt(kernel().status === "none" ? notebook.requests.start(spec) : notebook.requests.restart(spec));
  };
  const then = (command: string) => {
    props.onClose();
    queueMicrotask(() => bench.execute(command));
  };
  return (
    <Dialog
      title="Kernel"
      width="medium"
      onClose={props.onClose}
      onSubmit={() => (alive() && !other() ? props.onClose() : go())}
      actions={
        <>
          <Show when={alive()}>
            <Button onClick={() => then("shutdown")}>Shut down…</Button>
            <Button onClick={() => then("restart")}>Restart…</Button>
          </Show>
          <span class="gap" />
          <Show when={!alive() || other()} fallback={<Button type="submit">Close</Button>}>
            <Button tone="primary" type="submit" disabled={wanted() === ""}>
              {alive() ? "Switch" : "Start"}
            </Button>
          </Show>
        </>
      }
    >
      <p class="kernel-now">
        <span class={`dot dot-${kernel().status}`} aria-hidden="true" />
        <span>
          {kernelSaid(kernel(), running(), 0).text}
          <Show when={kernel().pid}>{(pid) => <span class="list-hint"> · process {pid()}</span>}</Show>
        </span>
      </p>
      <Show when={kernel().status === "dead"}>
        <p dir="auto">{deathSaid(kernel())}</p>
      </Show>
      <Switch>
        <Match when={specs.error}>
          <p role="alert" dir="auto">
            {told(specs.error).text} <Button onClick={() => specs.again()}>Try again</Button>
          </p>
        </Match>
        <Match when={specs.loading}>
          <Spinner label="Looking for kernels…" />
        </Match>
        <Match when={specs()}>
          {(found) => (
            <fieldset class="specs">
              <legend class="list-title">Kernels on this machine</legend>
              <Show when={found().specs.length > 0} fallback={<p>There is none. Install ipykernel, for example.</p>}>
                <For each={found().specs}>
                  {(spec) => (
                    <Spec
                      spec={spec}
                      checked={spec.name === wanted()}
                      usual={spec.name === found().default}
                      onChoose={() => setChosen(spec.name)}
                    />
                  )}
                </For>
              </Show>
            </fieldset>
          )}
        </Match>
      </Switch>
      <Show when={other()}>
        <p class="list-hint">Switching ends the kernel that runs: its variables are lost.</p>
      </Show>
    </Dialog>
  );
}

function Spec(props: {
  readonly spec: KernelSpecView;
  readonly checked: boolean;
  readonly usual: boolean;
  readonly onChoose: () => void;
}): JSX.Element {
  return (
    <label class="spec" classList={{ "spec-unusable": !props.spec.usable }}>
      <input
        ref={(element) => {
          if (props.checked) queueMicrotask(() => element.focus());
        }}
        type="radio"
        name="kernel"
        checked={props.checked}
        disabled={!props.spec.usable}
        onChange={() => props.onChoose()}
      />
      <span class="list-text">
        <span>
          <Name text={props.spec.display_name} />
          <span class="list-hint">
            {" "}
            · <Name text={props.spec.language} />
            {props.usual ? " · default" : ""}
          </span>
        </span>
        <Name class="spec-folder" text={props.spec.folder} />
        <Show when={!props.spec.usable}>
          <span class="spec-problem" dir="auto">
            Cannot be used: {props.spec.problem || "unknown reason"}
          </span>
        </Show>
      </span>
    </label>
  );
}
