/// A shortcut as key caps.

import { For, type JSX } from "solid-js";
import { keyCaps } from "./keys.js";
import "./kbd.css";

export function Kbd(props: { readonly keys: string }): JSX.Element {
  return (
    <span class="keys">
      <For each={keyCaps(props.keys)}>
        {(stroke) => (
          <kbd class="key-stroke">
            <For each={stroke}>{(cap) => <kbd class="key">{cap}</kbd>}</For>
          </kbd>
        )}
      </For>
    </span>
  );
}
