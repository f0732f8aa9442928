/// Menus in the browser's top layer: arrows move, a letter jumps, Esc and a click elsewhere close, and the focus returns
/// to the button that opened it.

import { createSignal, createUniqueId, For, type JSX, onCleanup, onMount, Show } from "solid-js";
import { Dynamic } from "solid-js/web";
import { IconButton } from "./Button.js";
import { focused } from "./focus.js";
import { CheckIcon, type Icon } from "./icons.js";
import { Kbd } from "./Kbd.js";
import { type Align, type Box, placeElement } from "./place.js";
import { typedAhead } from "./typeahead.js";
import "./menu.css";

export interface MenuAction {
  readonly label: string;
  readonly run: () => void;
  readonly icon?: Icon | undefined;
  readonly shortcut?: string | undefined;
  /// A second line.
  readonly hint?: string | undefined;
  readonly disabled?: boolean;
  readonly danger?: boolean;
  /// Present: the item shows whether it is on.
  readonly checked?: boolean | undefined;
}

export type MenuItem = MenuAction | { readonly separator: true } | { readonly heading: string };

export interface MenuProps {
  readonly label: string;
  readonly items: readonly MenuItem[];
  readonly anchor: Element | Box;
  readonly align?: Align;
  readonly onClose: () => void;
}

/// Where a letter typed long after the one before starts a new word.
const TYPE_AHEAD_MS = 600;
/// Between the press that closes a menu and the click that it becomes.
const REOPEN_MS = 150;

/// An open menu; it exists as long as it is shown.
export function Menu(props: MenuProps): JSX.Element {
  let list: HTMLDivElement | undefined;
  let typed = "";
  let typedAt = 0;
  const before = focused();
  const rows = () => [...(list?.querySelectorAll<HTMLElement>("[data-row]") ?? [])];
  const focusRow = (index: number) => {
    const all = rows();
    all[(index + all.length) % all.length]?.focus();
  };

  onMount(() => {
    if (!list) return;
    list.showPopover();
    placeElement(props.anchor, list, "below", props.align);
    focusRow(
      Math.max(
        0,
        rows().findIndex((row) => row.getAttribute("aria-checked") === "true"),
      ),
    );
  });
  onCleanup(() => {
    const now = focused();
    const inside = list?.contains(now) || now === null || now === document.body || now.shadowRoot !== null;
    if (inside && before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
  });

  const onKeyDown = (event: KeyboardEvent) => {
    event.stopPropagation();
    const all = rows();
    const now = all.indexOf(focused() as HTMLElement);
    const moves: Readonly<Record<string, number>> = { ArrowDown: now + 1, ArrowUp: now - 1, Home: 0, End: -1 };
    const to = moves[event.key];
    if (to !== undefined) {
      event.preventDefault();
      focusRow(to);
    } else if (event.key === "Escape" || event.key === "Tab") {
      event.preventDefault();
      props.onClose();
    } else if (event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey) {
      typed = event.timeStamp - typedAt < TYPE_AHEAD_MS ? typed + event.key : event.key;
      typedAt = event.timeStamp;
      const found = typedAhead(
        all.map((row) => row.dataset.row ?? ""),
        typed,
        now,
      );
      if (found >= 0) focusRow(found);
    }
  };

  return (
    <div
      ref={(element) => {
        list = element;
      }}
      popover="auto"
      role="menu"
      class="menu"
      tabindex="-1"
      aria-label={props.label}
      onKeyDown={onKeyDown}
      on:toggle={(event) => {
        if (event.newState === "closed") props.onClose();
      }}
    >
      <For each={props.items}>
        {(item) => {
          if ("separator" in item) return <hr class="menu-separator" />;
          if ("heading" in item)
            return (
              <div class="menu-heading" role="presentation">
                {item.heading}
              </div>
            );
          return <MenuRow item={item} onClose={props.onClose} />;
        }}
      </For>
    </div>
  );
}

function MenuRow(props: { readonly item: MenuAction; readonly onClose: () => void }): JSX.Element {
  return (
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: only where the role is menuitemcheckbox.
    <button
      type="button"
      class="menu-item"
      classList={{ "menu-danger": props.item.danger === true }}
      role={props.item.checked === undefined ? "menuitem" : "menuitemcheckbox"}
      aria-checked={props.item.checked}
      aria-disabled={props.item.disabled}
      tabindex="-1"
      data-row={props.item.label}
      onPointerEnter={(event) => event.currentTarget.focus({ preventScroll: true })}
      onClick={() => {
        if (props.item.disabled) return;
        props.onClose();
        props.item.run();
      }}
    >
      <span class="menu-mark">
        <Show
          when={props.item.checked !== undefined}
          fallback={<Show when={props.item.icon}>{(icon) => <Dynamic component={icon()} />}</Show>}
        >
          <Show when={props.item.checked}>
            <CheckIcon />
          </Show>
        </Show>
      </span>
      <span class="menu-label">
        <span dir="auto">{props.item.label}</span>
        <Show when={props.item.hint}>
          <span class="menu-hint" dir="auto">
            {props.item.hint}
          </span>
        </Show>
      </span>
      <Show when={props.item.shortcut}>{(keys) => <Kbd keys={keys()} />}</Show>
    </button>
  );
}

export interface MenuButtonProps {
  readonly label: string;
  /// Asked anew each time that the menu opens.
  readonly items: () => readonly MenuItem[];
  readonly icon?: Icon;
  /// Instead of an icon: what the button shows.
  readonly children?: JSX.Element;
  readonly align?: Align;
  readonly disabled?: boolean;
  readonly small?: boolean;
  readonly class?: string;
}

export function MenuButton(props: MenuButtonProps): JSX.Element {
  const id = createUniqueId();
  const [items, setItems] = createSignal<readonly MenuItem[] | null>(null);
  let button: HTMLButtonElement | undefined;
  // The pointer that closes an open menu by its own button must not open it again.
  let closedAt = Number.NEGATIVE_INFINITY;
  const close = () => {
    if (items() === null) return;
    closedAt = performance.now();
    setItems(null);
  };
  const toggle = (event: MouseEvent) => {
    const byPointer = event.detail > 0;
    if (items() !== null || (byPointer && performance.now() - closedAt < REOPEN_MS)) return;
    setItems(props.items());
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    event.stopPropagation();
    setItems(props.items());
  };
  const shared = {
    id,
    "aria-haspopup": "menu",
    get "aria-expanded"() {
      return items() !== null;
    },
    get disabled() {
      return props.disabled ?? false;
    },
    onClick: toggle,
    onKeyDown,
  } as const;
  return (
    <>
      <Show
        when={props.icon}
        fallback={
          <button
            type="button"
            {...shared}
            ref={(element) => {
              button = element;
            }}
            class={`button button-quiet ${props.class ?? ""}`}
            aria-label={props.label}
          >
            {props.children}
          </button>
        }
      >
        {(icon) => (
          <IconButton
            {...shared}
            icon={icon()}
            label={props.label}
            small={props.small ?? false}
            class={props.class ?? ""}
            ref={(element) => {
              button = element;
            }}
          />
        )}
      </Show>
      <Show when={items()}>
        {(shown) => (
          <Menu
            label={props.label}
            items={shown()}
            anchor={button ?? document.body}
            align={props.align ?? "start"}
            onClose={close}
          />
        )}
      </Show>
    </>
  );
}
