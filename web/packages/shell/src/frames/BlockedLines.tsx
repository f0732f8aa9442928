/// Below an output: what its policy kept in, and the way to allow it. Only a person opens anything here: the press must be
/// the browser's own, on a line that has stood there for a moment, under a pointer that has too, because the frame above
/// can make lines appear and move whenever it likes.

import { HoodError, type Origin, type Reach } from "@fumehood/protocol";
import { createMemo, createSignal, For, onCleanup, Show } from "solid-js";
import type { Notebook } from "../notebook/types.js";
import { answer, type Blocked } from "./blocked.js";

/// How long a line stands before its button can be pressed, and a pointer over it.
const STOOD_MS = 600;
const OVER_MS = 150;

export function BlockedLines(props: {
  readonly notebook: Notebook;
  readonly origin: Origin;
  readonly blocked: readonly Blocked[];
}) {
  return (
    <For each={props.blocked}>
      {(one) => <BlockedLine notebook={props.notebook} origin={props.origin} blocked={one} />}
    </For>
  );
}

function BlockedLine(props: { readonly notebook: Notebook; readonly origin: Origin; readonly blocked: Blocked }) {
  const [asked, setAsked] = createSignal(false);
  const [stood, setStood] = createSignal(false);
  const [busy, setBusy] = createSignal(false);
  const [failed, setFailed] = createSignal("");
  let entered = Number.POSITIVE_INFINITY;
  const timer = setTimeout(() => setStood(true), STOOD_MS);
  onCleanup(() => clearTimeout(timer));
  const said = createMemo(() => answer(props.blocked, props.origin, props.notebook.policy.view()));
  const allow = (kind: Reach, event: MouseEvent) => {
    const byKeyboard = event.detail === 0;
    // When it happened, not when this page had time for it: an output can hold the page up.
    if (!event.isTrusted || (!byKeyboard && event.timeStamp - entered < OVER_MS)) return;
    setBusy(true);
    setFailed("");
    props.notebook.policy
      .allow(kind, props.blocked.host)
      .catch((error: unknown) => setFailed(error instanceof HoodError ? error.message : "It could not be allowed."))
      .finally(() => setBusy(false));
  };
  return (
    <p class="out-note blocked">
      Blocked: {props.blocked.what} from <bdi class="out-url">{props.blocked.host}</bdi>{" "}
      <Show when={said().can && props.blocked.kind}>
        {(kind) => (
          <span
            onPointerEnter={(event) => {
              entered = event.timeStamp;
            }}
            onPointerLeave={() => {
              entered = Number.POSITIVE_INFINITY;
            }}
          >
            <button
              type="button"
              class="out-button"
              disabled={!stood() || busy() || props.notebook.connection().state !== "open"}
              onClick={(event) => allow(kind(), event)}
            >
              Allow for this notebook
            </button>
          </span>
        )}
      </Show>{" "}
      <button type="button" class="out-button" aria-expanded={asked()} onClick={() => setAsked(!asked())}>
        Why?
      </button>
      <Show when={asked()}>
        <span class="blocked-why" role="note">
          {said().why}
        </span>
      </Show>
      <Show when={failed()}>
        <span class="blocked-why" role="alert">
          {failed()}
        </span>
      </Show>
    </p>
  );
}
