/// Shown until there is something to show.

import { Spinner } from "@fumehood/ui";
import type { JSX } from "solid-js";

export function Waiting(props: { readonly label?: string }): JSX.Element {
  return (
    <main class="waiting">
      <h1 class="sr-only">fumehood</h1>
      <Spinner label={props.label ?? "Opening…"} />
    </main>
  );
}
