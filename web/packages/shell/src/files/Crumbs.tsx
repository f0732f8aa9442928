/// The way down to a folder, as buttons as far as it lies in what the person opened to the page.

import type { Listing } from "@fumehood/protocol";
import { Name } from "@fumehood/ui";
import { For, type JSX, Show } from "solid-js";
import { crumbs } from "./listing.js";

export function Crumbs(props: {
  readonly listing: Listing;
  readonly granted: readonly string[];
  readonly onGo: (folder: string) => void;
}): JSX.Element {
  return (
    <nav class="crumbs" aria-label="Folder">
      <ol class="crumb-list">
        <For each={crumbs(props.listing.folder, props.granted)}>
          {(crumb) => (
            <li class="crumb">
              <Show when={crumb.open} fallback={<Name class="crumb-closed" text={crumb.name} />}>
                <button
                  type="button"
                  class="crumb-button"
                  aria-current={crumb.folder === props.listing.folder ? "location" : undefined}
                  onClick={() => props.onGo(crumb.folder)}
                >
                  <Name text={crumb.name} />
                </button>
              </Show>
            </li>
          )}
        </For>
      </ol>
    </nav>
  );
}
