/// A name that somebody else chose: a file's, a folder's, a person's, an agent's. Isolated from the text around it, and
/// without anything unseen in it.

import type { JSX } from "solid-js";
import { visible } from "./names.js";

export function Name(props: { readonly text: string; readonly class?: string }): JSX.Element {
  return <bdi class={props.class}>{visible(props.text)}</bdi>;
}
