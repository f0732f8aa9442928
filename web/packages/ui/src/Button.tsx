/// Buttons. Each has a name; one that shows an icon alone says its name and shortcut in a tooltip.

import { type JSX, Show, splitProps } from "solid-js";
import { Dynamic } from "solid-js/web";
import type { Icon } from "./icons.js";
import { ariaKeys } from "./keys.js";
import { tip } from "./tip.js";
import "./button.css";

type Native = Omit<JSX.ButtonHTMLAttributes<HTMLButtonElement>, "ref" | "class" | "title" | "style">;

export interface ButtonProps extends Native {
  readonly tone?: "plain" | "primary" | "danger" | "quiet";
  readonly icon?: Icon | undefined;
  readonly ref?: (element: HTMLButtonElement) => void;
  readonly class?: string;
  readonly small?: boolean;
}

export function Button(props: ButtonProps): JSX.Element {
  const [own, native] = splitProps(props, ["tone", "icon", "ref", "class", "small", "children"]);
  return (
    <button
      type="button"
      {...native}
      ref={(element) => own.ref?.(element)}
      class={`button ${own.class ?? ""}`}
      classList={{ [`button-${own.tone ?? "plain"}`]: true, "button-small": own.small === true }}
    >
      <Show when={own.icon}>{(icon) => <Dynamic component={icon()} />}</Show>
      {own.children}
    </button>
  );
}

export interface IconButtonProps extends Omit<Native, "children" | "aria-label"> {
  readonly icon: Icon;
  /// The accessible name, and the tooltip.
  readonly label: string;
  /// As in `keys.ts`: `Mod-s`.
  readonly shortcut?: string | undefined;
  readonly tone?: "plain" | "accent" | "danger";
  readonly small?: boolean;
  /// Where the button is a switch.
  readonly pressed?: boolean | undefined;
  readonly ref?: (element: HTMLButtonElement) => void;
  readonly class?: string;
}

export function IconButton(props: IconButtonProps): JSX.Element {
  const [own, native] = splitProps(props, ["icon", "label", "shortcut", "tone", "small", "pressed", "ref", "class"]);
  return (
    <button
      type="button"
      {...native}
      ref={(element) => {
        tip(element, () => ({ text: own.label, shortcut: own.shortcut }));
        own.ref?.(element);
      }}
      aria-label={own.label}
      aria-keyshortcuts={(own.shortcut && ariaKeys(own.shortcut)) || undefined}
      aria-pressed={own.pressed}
      class={`icon-button ${own.class ?? ""}`}
      classList={{ [`icon-button-${own.tone ?? "plain"}`]: true, "icon-button-small": own.small === true }}
    >
      <Dynamic component={own.icon} {...(own.small ? { size: 14 } : {})} />
    </button>
  );
}
