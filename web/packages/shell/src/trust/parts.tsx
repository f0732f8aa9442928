/// What the parts of the sheet share: a titled list, and a tick with what it means beside it.

import { For, type JSX, Show } from "solid-js";

/// Nothing at all where there is nothing to list.
export function Listed<T>(props: {
  readonly title: JSX.Element;
  readonly rows: readonly T[];
  readonly children: (row: T) => JSX.Element;
}): JSX.Element {
  return (
    <Show when={props.rows.length > 0}>
      <section>
        <h3 class="list-title">{props.title}</h3>
        <ul class="list">
          <For each={props.rows}>{(row) => <li class="list-row trust-row">{props.children(row)}</li>}</For>
        </ul>
      </section>
    </Show>
  );
}

export function Tick(props: {
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly children: JSX.Element;
}): JSX.Element {
  return (
    <label class="trust-tick">
      <input
        type="checkbox"
        checked={props.checked}
        onChange={(event) => props.onChange(event.currentTarget.checked)}
      />
      {props.children}
    </label>
  );
}
