/// Where files may be dropped, and what became of each.

import { Button, ErrorIcon, Name, OkIcon, Progress, Spinner } from "@fumehood/ui";
import { createSignal, For, type JSX, Match, onCleanup, onMount, Show, Switch } from "solid-js";
import { many } from "../app/format.js";
import type { Arrivals } from "./dropped.js";

export function DropTarget(props: {
  readonly enabled: boolean;
  readonly onFiles: (files: readonly File[]) => void;
  readonly children: JSX.Element;
}): JSX.Element {
  const [over, setOver] = createSignal(false);
  // Entering a child leaves its parent: only the count says when the pointer is out.
  let depth = 0;
  const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
  const stray = (event: DragEvent) => {
    // A file that misses the target would take the page's place.
    if (hasFiles(event)) event.preventDefault();
  };
  onMount(() => {
    addEventListener("dragover", stray);
    addEventListener("drop", stray);
  });
  onCleanup(() => {
    removeEventListener("dragover", stray);
    removeEventListener("drop", stray);
  });
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping has a button beside it that does the same.
    <div
      class="drop"
      classList={{ "drop-over": over() && props.enabled }}
      onDragEnter={(event) => {
        if (!hasFiles(event)) return;
        depth += 1;
        setOver(true);
      }}
      onDragLeave={(event) => {
        if (!hasFiles(event)) return;
        depth -= 1;
        if (depth <= 0) setOver(false);
      }}
      onDrop={(event) => {
        event.preventDefault();
        depth = 0;
        setOver(false);
        if (props.enabled) props.onFiles([...(event.dataTransfer?.files ?? [])]);
      }}
    >
      {props.children}
      <Show when={over() && props.enabled}>
        <p class="drop-says">Drop notebooks to import them into this folder</p>
      </Show>
    </div>
  );
}

export function ArrivalList(props: {
  readonly arrivals: Arrivals;
  readonly onOpen: (path: string) => void;
}): JSX.Element {
  const all = () => props.arrivals.all();
  const done = () => all().filter(({ state }) => state === "done" || state === "failed").length;
  return (
    <Show when={all().length > 0}>
      <section class="arrivals" aria-label="Imported files" aria-live="polite">
        <div class="arrivals-head">
          <Show when={props.arrivals.busy()} fallback={<strong>{many(all().length, "file")}</strong>}>
            <Progress label={`${done()} of ${all().length}`} value={done()} max={all().length} />
          </Show>
          <Show when={!props.arrivals.busy()}>
            <Button small tone="quiet" onClick={() => props.arrivals.clear()}>
              Clear
            </Button>
          </Show>
        </div>
        <ul>
          <For each={all()}>
            {(arrival) => (
              <li class="arrival">
                <Switch fallback={<Spinner />}>
                  <Match when={arrival.state === "done"}>
                    <span class="arrival-ok">
                      <OkIcon />
                    </span>
                  </Match>
                  <Match when={arrival.state === "failed"}>
                    <span class="arrival-failed">
                      <ErrorIcon />
                    </span>
                  </Match>
                </Switch>
                <Name class="arrival-name" text={arrival.name} />
                <Show when={arrival.reason}>
                  {(reason) => (
                    <span class="arrival-failed" dir="auto">
                      {reason()}
                    </span>
                  )}
                </Show>
                <Show when={arrival.path}>
                  {(path) => (
                    <Button small tone="quiet" onClick={() => props.onOpen(path())}>
                      Open
                    </Button>
                  )}
                </Show>
              </li>
            )}
          </For>
        </ul>
      </section>
    </Show>
  );
}
