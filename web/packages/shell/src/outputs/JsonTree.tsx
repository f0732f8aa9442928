/// JSON as a tree (the ARIA pattern: one stop for Tab, arrows inside). Children are made when a branch is opened.

import type { Content } from "@fumehood/protocol";
import { createLoad } from "@fumehood/ui";
import { createSignal, For, Match, Show, Switch } from "solid-js";
import { readText, sizeOf } from "./blobs.js";
import { CHILDREN, childCount, children, isBranch, isLong, kindOf, shortKey, summary, TREE_BYTES } from "./json.js";
import { TextOutput } from "./TextOutput.js";

interface Parsed {
  readonly value: unknown;
}

export function JsonOutput(props: { readonly data: Content; readonly blobs: string; readonly expanded: boolean }) {
  const parsed = createLoad(
    () => [props.data, props.blobs] as const,
    async ([data, blobs]): Promise<Parsed | null> => {
      if (sizeOf(data) > TREE_BYTES) return null;
      try {
        const text = typeof data === "string" ? data : await readText(blobs, data);
        return { value: JSON.parse(text) as unknown };
      } catch {
        return null;
      }
    },
  );
  return (
    <Switch>
      <Match when={parsed.loading}>
        <p class="out-note">Reading…</p>
      </Match>
      <Match when={parsed()}>
        {(found) => (
          <div class="out-tree" role="tree" aria-label="JSON" onKeyDown={move}>
            <Node name="" value={found().value} level={1} open={props.expanded || !isBranch(found().value)} />
          </div>
        )}
      </Match>
      <Match when={true}>
        <TextOutput pieces={[props.data]} blobs={props.blobs} label="JSON" kind="plain" live={false} />
      </Match>
    </Switch>
  );
}

interface NodeProps {
  readonly name: string;
  readonly value: unknown;
  readonly level: number;
  readonly open: boolean;
}

function Node(props: NodeProps) {
  const [open, setOpen] = createSignal(props.open);
  const [most, setMost] = createSignal(CHILDREN);
  const [whole, setWhole] = createSignal(false);
  const branch = () => (isBranch(props.value) ? props.value : null);
  const toggle = () => {
    if (branch()) setOpen(!open());
    else if (isLong(props.value)) setWhole(!whole());
  };
  return (
    <div class="out-node" role="none">
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the tree handles the keys of all its items. */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: it has a tabindex, as Solid spells it. */}
      <div
        class="out-item"
        role="treeitem"
        tabindex={props.level === 1 ? 0 : -1}
        aria-level={props.level}
        aria-selected="false"
        aria-expanded={branch() ? open() : undefined}
        data-open={branch() ? (open() ? "yes" : "no") : undefined}
        onClick={toggle}
      >
        <Show when={props.name !== ""}>
          <bdi class="out-key">{shortKey(props.name)}</bdi>
          {": "}
        </Show>
        <bdi class={`out-value out-${kindOf(props.value)}`}>{summary(props.value, whole())}</bdi>
      </div>
      <Show when={open() && branch()}>
        {(value) => (
          // biome-ignore lint/a11y/useSemanticElements: a group of a tree, not of a form.
          <div class="out-group" role="group">
            <For each={children(value(), most())}>
              {(entry) => <Node name={entry.key} value={entry.value} level={props.level + 1} open={false} />}
            </For>
            <Show when={childCount(value()) > most()}>
              <button
                type="button"
                class="out-button"
                onClick={() => setMost(most() + 10 * CHILDREN)}
              >{`Show more of ${childCount(value())}`}</button>
            </Show>
          </div>
        )}
      </Show>
    </div>
  );
}

/// Up, Down, Left, Right, Home, End, Enter and Space, as the ARIA practices have them.
function move(event: KeyboardEvent): void {
  const tree = event.currentTarget as HTMLElement;
  const item = event.target as HTMLElement;
  if (item.getAttribute("role") !== "treeitem" || event.ctrlKey || event.metaKey || event.altKey) return;
  const items = [...tree.querySelectorAll<HTMLElement>("[role=treeitem]")];
  const at = items.indexOf(item);
  const isOpen = item.dataset.open;
  const go = (to: HTMLElement | undefined) => {
    if (!to) return;
    item.tabIndex = -1;
    to.tabIndex = 0;
    to.focus();
  };
  switch (event.key) {
    case "ArrowDown":
      go(items[at + 1]);
      break;
    case "ArrowUp":
      go(items[at - 1]);
      break;
    case "ArrowRight":
      if (isOpen === "no") item.click();
      else if (isOpen === "yes") go(items[at + 1]);
      break;
    case "ArrowLeft":
      if (isOpen === "yes") item.click();
      else
        go(
          item.closest<HTMLElement>(".out-group")?.parentElement?.querySelector<HTMLElement>("[role=treeitem]") ??
            undefined,
        );
      break;
    case "Home":
      go(items[0]);
      break;
    case "End":
      go(items[items.length - 1]);
      break;
    case "Enter":
    case " ":
      item.click();
      break;
    default:
      return;
  }
  event.preventDefault();
  event.stopPropagation();
}
