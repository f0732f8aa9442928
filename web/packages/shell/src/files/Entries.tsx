/// The list of a folder: arrows move, Enter opens, Backspace goes up, and typing filters.

import type { FolderEntry } from "@fumehood/protocol";
import {
  ArrowDownIcon,
  ArrowUpIcon,
  FileIcon,
  FolderIcon,
  IconButton,
  LinkIcon,
  Name,
  NotebookIcon,
  visible,
} from "@fumehood/ui";
import { byteSize } from "@fumehood/ui/sizes";
import { For, type JSX, Show } from "solid-js";
import { Dynamic } from "solid-js/web";
import { ago } from "../app/format.js";
import { type Sorting, type SortKey, sortedBy } from "./listing.js";

export interface EntriesProps {
  readonly entries: readonly FolderEntry[];
  readonly sorting: Sorting;
  readonly onSort: (sorting: Sorting) => void;
  readonly onOpen: (entry: FolderEntry, newTab: boolean) => void;
  readonly onUp: () => void;
  /// A letter was typed.
  readonly onType: (letter: string) => void;
}

const ICONS = { folder: FolderIcon, notebook: NotebookIcon, file: FileIcon } as const;

export function Entries(props: EntriesProps): JSX.Element {
  const now = Date.now() / 1000;
  let body: HTMLTableSectionElement | undefined;
  const move = (by: number | "first" | "last") => {
    const all = [...(body?.querySelectorAll<HTMLElement>("[data-entry]") ?? [])];
    const at = all.indexOf(document.activeElement as HTMLElement);
    const to = by === "first" ? 0 : by === "last" ? all.length - 1 : Math.max(0, Math.min(all.length - 1, at + by));
    all[to]?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const moves: Readonly<Record<string, () => void>> = {
      ArrowDown: () => move(1),
      ArrowUp: () => move(-1),
      Home: () => move("first"),
      End: () => move("last"),
      Backspace: props.onUp,
    };
    const act = moves[event.key];
    const letter = event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (!act && !letter) return;
    event.preventDefault();
    if (act) act();
    else props.onType(event.key);
  };
  return (
    <Show when={props.entries.length > 0}>
      <table class="entries">
        <thead>
          <tr>
            <Heading label="Name" key="name" {...props} />
            <Heading label="Modified" key="modified" {...props} />
            <Heading label="Size" key="size" {...props} />
            <th class="entries-act">
              <span class="sr-only">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody
          ref={(element) => {
            body = element;
          }}
          onKeyDown={onKeyDown}
        >
          <For each={props.entries}>
            {(entry) => (
              <tr class="entry" classList={{ "entry-closed": !entry.openable }}>
                <td class="entry-name">
                  <Show
                    when={entry.openable}
                    fallback={
                      <span class="entry-button">
                        <Dynamic component={ICONS[entry.kind]} />
                        <Name text={entry.name} />
                      </span>
                    }
                  >
                    <button
                      type="button"
                      class="entry-button"
                      data-entry=""
                      onClick={(event) => props.onOpen(entry, event.ctrlKey || event.metaKey)}
                      on:auxclick={(event) => event.button === 1 && props.onOpen(entry, true)}
                    >
                      <Dynamic component={ICONS[entry.kind]} />
                      <Name text={entry.name} />
                    </button>
                  </Show>
                </td>
                <td class="entry-when">{ago(entry.modified, now)}</td>
                <td class="entry-size">{entry.kind === "folder" ? "" : byteSize(entry.size)}</td>
                <td class="entries-act">
                  <Show when={entry.openable && entry.kind === "notebook"}>
                    <IconButton
                      small
                      icon={LinkIcon}
                      label={`Open ${visible(entry.name)} in a new tab`}
                      onClick={() => props.onOpen(entry, true)}
                    />
                  </Show>
                </td>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </Show>
  );
}

function Heading(props: {
  readonly label: string;
  readonly key: SortKey;
  readonly sorting: Sorting;
  readonly onSort: (sorting: Sorting) => void;
}): JSX.Element {
  const mine = () => props.sorting.key === props.key;
  return (
    <th
      class={`entries-${props.key}`}
      aria-sort={mine() ? (props.sorting.down ? "descending" : "ascending") : undefined}
    >
      <button type="button" class="entries-sort" onClick={() => props.onSort(sortedBy(props.sorting, props.key))}>
        {props.label}
        <Show when={mine()}>
          <Dynamic component={props.sorting.down ? ArrowDownIcon : ArrowUpIcon} size={11} />
        </Show>
      </button>
    </th>
  );
}
