/// What a person has given away and may take back: a list, a line for each.

import { Button } from "@fumehood/ui";
import { For, type JSX, Show } from "solid-js";

export default function Revocable<T>(props: {
  readonly title: string;
  readonly given: readonly T[];
  readonly onRevoke: (one: T) => void;
  readonly children: (one: T) => JSX.Element;
}): JSX.Element {
  return (
    <Show when={props.given.length > 0}>
      <section>
        <h3 class="list-title">{props.title}</h3>
        <ul class="list">
          <For each={props.given}>
            {(one) => (
              <li class="list-row">
                <span class="list-text">{props.children(one)}</span>
                <Button small onClick={() => props.onRevoke(one)}>
                  Take back
                </Button>
              </li>
            )}
          </For>
        </ul>
      </section>
    </Show>
  );
}
