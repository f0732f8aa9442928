/// A file that is no notebook, as its text. Nothing here can change it.

import { Banner } from "@fumehood/ui";
import { type JSX, Show } from "solid-js";

export interface UnreadableFileProps {
  readonly path: string;
  readonly reason: string;
  readonly text: string;
  readonly truncated: boolean;
}

export function UnreadableFile(props: UnreadableFileProps): JSX.Element {
  return (
    <section class="unreadable" aria-label="The file's text">
      <Banner tone="warning">
        <p>This file could not be read as a notebook. It is shown as text and stays as it is.</p>
        <p dir="auto">{props.reason}</p>
      </Banner>
      <pre class="unreadable-text" dir="auto" tabindex="0">
        {props.text}
      </pre>
      <Show when={props.truncated}>
        <p class="unreadable-end">Only the beginning is shown.</p>
      </Show>
    </section>
  );
}
