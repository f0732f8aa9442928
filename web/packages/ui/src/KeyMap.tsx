/// What keys and hands do, in groups: a sheet to look things up on.

import { For, type JSX, Show } from "solid-js";
import { Kbd } from "./Kbd.js";
import "./keymap.css";

export interface KeyRow {
  readonly does: string;
  /// Where, if not everywhere.
  readonly where?: string;
  /// Shortcuts, or words where it is no key that does it.
  readonly by: readonly string[] | string;
}

export interface KeyGroup {
  readonly title: string;
  readonly rows: readonly KeyRow[];
}

export function KeyMap(props: { readonly groups: readonly KeyGroup[] }): JSX.Element {
  return (
    <div class="key-map">
      <For each={props.groups}>
        {({ title, rows }) => (
          <section class="key-group">
            <h3 class="key-title">{title}</h3>
            <dl>
              <For each={rows}>
                {({ does, where, by }) => (
                  <div class="key-row">
                    <dt>
                      {does}
                      <Show when={where}>{(said) => <span class="key-where"> · {said()}</span>}</Show>
                    </dt>
                    <dd class="key-by">
                      {typeof by === "string" ? by : <For each={by}>{(keys) => <Kbd keys={keys} />}</For>}
                    </dd>
                  </div>
                )}
              </For>
            </dl>
          </section>
        )}
      </For>
    </div>
  );
}
