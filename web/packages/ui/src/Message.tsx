/// A sentence that the reader should see: a banner in the page, with what can be done about it. The tone has an icon and
/// a word beside its colour.

import { type JSX, Show } from "solid-js";
import { Dynamic } from "solid-js/web";
import { IconButton } from "./Button.js";
import { CloseIcon, ErrorIcon, type Icon, InfoIcon, OkIcon, WarningIcon } from "./icons.js";
import "./message.css";

export type Tone = "info" | "ok" | "warning" | "danger";

const LOOKS: Readonly<Record<Tone, { readonly icon: Icon; readonly word: string }>> = {
  info: { icon: InfoIcon, word: "Note" },
  ok: { icon: OkIcon, word: "Done" },
  warning: { icon: WarningIcon, word: "Warning" },
  danger: { icon: ErrorIcon, word: "Error" },
};

export interface BannerProps {
  readonly tone: Tone;
  readonly children: JSX.Element;
  readonly actions?: JSX.Element;
  /// Present: it can be sent away.
  readonly onDismiss?: (() => void) | undefined;
}

export function Banner(props: BannerProps): JSX.Element {
  return (
    <div class={`banner banner-${props.tone}`} role={props.tone === "danger" ? "alert" : "status"}>
      <span class="banner-icon">
        <Dynamic component={LOOKS[props.tone].icon} />
        <span class="sr-only">{LOOKS[props.tone].word}:</span>
      </span>
      <div class="banner-text">{props.children}</div>
      <Show when={props.actions}>
        <div class="banner-actions">{props.actions}</div>
      </Show>
      <Show when={props.onDismiss}>
        {(dismiss) => <IconButton small icon={CloseIcon} label="Dismiss" onClick={() => dismiss()()} />}
      </Show>
    </div>
  );
}
