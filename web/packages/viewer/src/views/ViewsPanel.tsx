/// The views that are beside each other, and those that were kept to come back to.

import { Button, CloseIcon, IconButton, PlusIcon, Toggle } from "@fumehood/ui";
import { createSignal, Index, type JSX, Show } from "solid-js";
import { LengthFields } from "../lengths/LengthFields";
import { isPlace, type Said } from "../lengths/units";
import type { Model } from "../model/model";
import type { Snapshot } from "../state/document";
import { nameOf } from "./names";

export interface ViewsPanelProps {
  readonly model: Model;
  readonly genes: number;
  readonly embeddings: readonly Said[];
  readonly fresh: (kind: string) => string;
  readonly onBeside: () => void;
  readonly onSeveral: () => void;
}

export function ViewsPanel(props: ViewsPanelProps): JSX.Element {
  const { model } = props;
  const [said, setSaid] = createSignal("");
  const views = () => model.document().views;
  const kept = () => model.document().snapshots;
  const place = () => {
    const key = model.active()?.view().embedding.key ?? "";
    return isPlace(key) ? key : undefined;
  };
  function keep(): void {
    const view = model.active()?.view();
    if (view === undefined) return;
    model.do({ do: "keep", snapshot: { id: props.fresh("kept"), name: nameOf(view), view } });
    setSaid(`Kept ${nameOf(view)}.`);
  }
  function recall(snapshot: Snapshot): void {
    model.do({ do: "recall", view: model.document().active, id: snapshot.id });
    setSaid(`${snapshot.name} is shown.`);
  }
  return (
    <div class="panel">
      <h2 class="panel-head">Beside each other</h2>
      <ul class="views">
        <Index each={views()}>
          {(view, at) => (
            <li class="panel-row">
              <button
                type="button"
                class="legend-name"
                aria-pressed={view().id === model.document().active}
                onClick={() => model.do({ do: "activate", id: view().id })}
              >
                <bdi title={nameOf(view())}>{nameOf(view())}</bdi>
              </button>
              <Show when={views().length > 1}>
                <IconButton
                  small
                  icon={CloseIcon}
                  label={`Close view ${at + 1}`}
                  onClick={() => model.do({ do: "remove-view", id: view().id })}
                />
              </Show>
            </li>
          )}
        </Index>
      </ul>
      <div class="panel-row panel-wrap">
        <Button small icon={PlusIcon} onClick={() => props.onBeside()}>
          One more
        </Button>
        <Show when={props.genes > 0}>
          <Button small onClick={() => props.onSeveral()}>
            Several genes…
          </Button>
        </Show>
      </div>
      <Show when={views().length > 1}>
        <Toggle
          label="Views move together"
          checked={model.document().locked}
          onChange={(locked) => model.do({ do: "lock", locked })}
        />
      </Show>
      <Show when={place()}>
        {(key) => (
          <>
            <h2 class="panel-head">Scale bar</h2>
            <LengthFields model={model} embeddings={props.embeddings} embedding={key()} />
          </>
        )}
      </Show>
      <h2 class="panel-head">Kept</h2>
      <ul class="views" aria-label="Kept views">
        <Index
          each={kept()}
          fallback={<li class="panel-note">Nothing yet. A kept view remembers its place, colours and filters.</li>}
        >
          {(snapshot) => (
            <li class="group">
              <div class="panel-row">
                <input
                  class="field-input group-name"
                  aria-label="Name of the kept view"
                  maxlength="200"
                  dir="auto"
                  value={snapshot().name}
                  onKeyDown={(event) => event.stopPropagation()}
                  onChange={(event) => {
                    const name = event.currentTarget.value.trim();
                    if (name === "") event.currentTarget.value = snapshot().name;
                    else model.do({ do: "rename-snapshot", id: snapshot().id, name });
                  }}
                />
                <Button small onClick={() => recall(snapshot())}>
                  Show
                </Button>
                <IconButton
                  small
                  icon={CloseIcon}
                  label={`Forget ${snapshot().name}`}
                  onClick={() => model.do({ do: "drop-snapshot", id: snapshot().id })}
                />
              </div>
              <p class="panel-note">
                <bdi>{nameOf(snapshot().view)}</bdi>
              </p>
            </li>
          )}
        </Index>
      </ul>
      <Button small onClick={keep}>
        Keep this view
      </Button>
      <p class="panel-note" role="status">
        <bdi>{said()}</bdi>
      </p>
    </div>
  );
}
