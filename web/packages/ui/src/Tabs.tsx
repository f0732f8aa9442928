/// Tabs: arrows move between them, and the one that has the focus is shown.

import { createUniqueId, For, type JSX } from "solid-js";
import "./tabs.css";

export interface Tab<T extends string> {
  readonly value: T;
  readonly label: string;
  readonly content: () => JSX.Element;
}

export interface TabsProps<T extends string> {
  readonly label: string;
  readonly tabs: readonly Tab<T>[];
  readonly value: T;
  readonly onChange: (value: T) => void;
}

export function Tabs<T extends string>(props: TabsProps<T>): JSX.Element {
  const id = createUniqueId();
  const current = () => props.tabs.find((tab) => tab.value === props.value);
  const onKeyDown = (event: KeyboardEvent & { readonly currentTarget: HTMLElement }) => {
    const now = props.tabs.findIndex((tab) => tab.value === props.value);
    const count = props.tabs.length;
    const moves: Readonly<Record<string, number>> = {
      ArrowRight: now + 1,
      ArrowLeft: now - 1,
      Home: 0,
      End: count - 1,
    };
    const to = moves[event.key];
    const tab = to === undefined ? undefined : props.tabs[(to + count) % count];
    if (!tab) return;
    event.preventDefault();
    props.onChange(tab.value);
    event.currentTarget.querySelector<HTMLElement>("[aria-selected=true]")?.focus();
  };
  return (
    <div class="tabs">
      <div class="tab-list" role="tablist" aria-label={props.label} onKeyDown={onKeyDown}>
        <For each={props.tabs}>
          {(tab) => (
            <button
              type="button"
              role="tab"
              id={`${id}-${tab.value}`}
              class="tab"
              data-label={tab.label}
              aria-selected={tab.value === props.value}
              aria-controls={`${id}-panel`}
              tabindex={tab.value === props.value ? 0 : -1}
              onClick={() => props.onChange(tab.value)}
            >
              {tab.label}
            </button>
          )}
        </For>
      </div>
      <div class="tab-panel" role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${props.value}`}>
        {current()?.content()}
      </div>
    </div>
  );
}
