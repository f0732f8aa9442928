/// The outline: headings as a list of buttons, the one that the user is under marked, with what runs or failed below.

import { createMemo, For, type JSX, Show } from "solid-js";
import { go } from "../commands/place.js";
import type { Bench } from "../commands/types.js";
import { currentHeading, outlineOf } from "./outline.js";
import "./outline.css";

const MARKS = { "": "", running: "running", queued: "waiting", error: "failed" } as const;

export function Outline(props: { readonly bench: Bench }): JSX.Element {
  const { bench } = props;
  const { notebook } = bench;
  const entries = outlineOf(notebook);
  const current = createMemo(() => currentHeading(entries(), notebook.order(), bench.place().active));
  const top = createMemo(() => Math.min(6, ...entries().map((entry) => entry.level)));
  let list: HTMLElement | undefined;

  const reveal = (id: string, focus: boolean) => {
    bench.ensure(id);
    bench.move((place) => go(place, id));
    bench.cells.get(id)?.element.scrollIntoView({ block: "start" });
    if (focus) bench.refocus();
  };
  const step = (from: Element, by: number) => {
    const buttons = [...(list?.querySelectorAll<HTMLElement>("button") ?? [])];
    const at = buttons.indexOf(from as HTMLElement);
    buttons[Math.max(0, Math.min(buttons.length - 1, at + by))]?.focus();
  };
  const KEYS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, Home: -1e6, End: 1e6 };

  return (
    <nav
      class="outline"
      aria-label="Outline"
      ref={(element) => {
        list = element;
      }}
    >
      <Show when={entries().length > 0} fallback={<p class="outline-none">No headings yet.</p>}>
        <ol class="outline-list">
          <For each={entries()}>
            {(entry, index) => (
              <li>
                <button
                  type="button"
                  class="outline-entry"
                  style={{ "padding-inline-start": `${8 + 12 * (entry.level - top())}px` }}
                  aria-current={index() === current() ? "location" : undefined}
                  tabindex={index() === Math.max(0, current()) ? 0 : -1}
                  onClick={(event) => reveal(entry.cell, event.detail === 0)}
                  onKeyDown={(event) => {
                    const by = KEYS[event.key];
                    if (by === undefined) return;
                    event.preventDefault();
                    step(event.currentTarget, by);
                  }}
                >
                  <bdi class="outline-text">{entry.text}</bdi>
                  <Show when={entry.mark !== ""}>
                    <span class={`outline-mark outline-${entry.mark}`}>{MARKS[entry.mark]}</span>
                  </Show>
                </button>
              </li>
            )}
          </For>
        </ol>
      </Show>
    </nav>
  );
}
