/// What is being loaded, what could not be, and what is selected: for the eyes in a line above the picture's lower edge,
/// for the ears in a region that is there from the beginning, and as a description of the picture.

import { Button } from "@fumehood/ui";
import { byteSize } from "@fumehood/ui/sizes";
import { createEffect, createMemo, createSignal, type JSX, on, onCleanup, Show } from "solid-js";
import { edgesTold } from "../edges/grow";
import type { Model, Shown } from "../model/model";
import { summary } from "../summary/summary";
import { count } from "../words/numbers";

/// Milliseconds that things rest before they are said.
const REST = 400;

export interface NewsProps {
  readonly model: Model;
  readonly frozen: boolean;
  /// What one does next with a selection.
  readonly onKeep: () => void;
}

export function News(props: NewsProps): JSX.Element {
  const { model } = props;
  const loading = createMemo(() => {
    const all = model.shelf.loading();
    const [have, size] = all.reduce(([a, b], one) => [a + one.have, b + one.size], [0, 0]);
    return all.length === 0 ? undefined : { what: all.map((one) => one.what).join(", "), have, size };
  });
  return (
    <div class="news">
      <Show when={loading()}>
        {(now) => (
          <p class="news-line">
            Loading <bdi>{now().what}</bdi>
            <Show when={now().size > 0}>
              {" "}
              {byteSize(now().have)} of {byteSize(now().size)}
            </Show>
            …
          </p>
        )}
      </Show>
      <Show when={model.shelf.troubles()[0]}>
        {(trouble) => (
          <p class="news-line news-trouble" role="alert">
            <bdi>{trouble().what}</bdi>: {trouble().message}
            <Button small onClick={() => model.shelf.again()}>
              Try again
            </Button>
          </p>
        )}
      </Show>
      <Show when={edgesTold(model)}>{(told) => <p class="news-line">{told()}</p>}</Show>
      <Show when={model.document().selection.length > 0}>
        <p class="news-line news-selected">
          {count(model.document().selection.length)} selected
          <Show when={!props.frozen}>
            <Button small tone="quiet" onClick={() => props.onKeep()}>
              Keep as a group…
            </Button>
          </Show>
        </p>
      </Show>
      <Show when={props.frozen}>
        <p class="news-line" role="status">
          Python has let go of this viewer. It stays as it is.
        </p>
      </Show>
    </div>
  );
}

/// The description of the picture, in words.
export function Summary(props: { readonly model: Model; readonly shown: Shown | undefined }): JSX.Element {
  // Not again for each move of the camera.
  const selected = createMemo(() => props.model.document().selection.length);
  const views = createMemo(() => props.model.document().views.length);
  const colour = createMemo(() => props.shown?.view().colour);
  const embedding = createMemo(() => props.shown?.view().embedding);
  const text = createMemo(() => {
    const { shown, model } = props;
    const [by, on] = [colour(), embedding()];
    if (shown === undefined || by === undefined || on === undefined) return "";
    return summary({
      colour: by,
      embedding: on,
      left: shown.filtered().left,
      cells: model.cells,
      legend: shown.legend(),
      span: shown.span(),
      selected: selected(),
      views: views(),
    });
  });
  return <>{text()}</>;
}

/// What is said to screen readers, politely and one thing at a time: what came, what is selected, what was asked.
export function Spoken(props: { readonly model: Model; readonly said: string }): JSX.Element {
  const { model } = props;
  const [text, setText] = createSignal("");
  let rest: ReturnType<typeof setTimeout> | undefined;
  const say = (next: string) => {
    clearTimeout(rest);
    rest = setTimeout(() => setText(next), REST);
  };
  onCleanup(() => clearTimeout(rest));
  createEffect(
    on(
      () => model.document().selection,
      ({ length }) => say(length === 0 ? "Nothing is selected." : `${count(length)} cells are selected.`),
      { defer: true },
    ),
  );
  createEffect(
    on(
      () => model.shelf.loading().map((one) => one.what),
      (now, before = []) => {
        const came = before.filter((what) => !now.includes(what));
        if (came.length > 0 && model.shelf.troubles().length === 0) say(`${came.join(", ")} is here.`);
      },
    ),
  );
  createEffect(on(() => props.said, setText, { defer: true }));
  return (
    <p class="sr-only" role="status">
      {text()}
    </p>
  );
}
