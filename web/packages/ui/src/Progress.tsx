/// Something goes on: a turning ring where nobody knows how long, a bar where one does. With reduced motion the ring
/// stands still and the words say it.

import { type JSX, Show } from "solid-js";
import "./progress.css";

export function Spinner(props: { readonly label?: string; readonly size?: number }): JSX.Element {
  return (
    <span class="spinner-box" role={props.label ? "status" : undefined}>
      <svg
        class="spinner"
        viewBox="0 0 16 16"
        width={props.size ?? 14}
        height={props.size ?? 14}
        fill="none"
        stroke="currentColor"
        stroke-width="2"
        aria-hidden="true"
      >
        <circle class="spinner-track" cx="8" cy="8" r="6" />
        <path d="M8 2a6 6 0 0 1 6 6" stroke-linecap="round" />
      </svg>
      <Show when={props.label}>
        <span>{props.label}</span>
      </Show>
    </span>
  );
}

export function Progress(props: { readonly label: string; readonly value: number; readonly max: number }): JSX.Element {
  return (
    <div class="progress">
      <progress class="progress-bar" aria-label={props.label} value={props.value} max={props.max} />
      <span class="progress-text">{props.label}</span>
    </div>
  );
}
