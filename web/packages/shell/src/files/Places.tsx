/// Chooses a place for a file: the folders that the person opened to this page, one at a time, with the notebooks in
/// them, so that one sees what is there already. Names are hostile text.

import { FolderIcon, MenuButton, type MenuItem, Name, NotebookIcon, Spinner, visible } from "@fumehood/ui";
import { createEffect, For, type JSX, Match, on, Show, Switch } from "solid-js";
import { shortFolder } from "../app/format.js";
import type { Wire } from "../wire/index.js";
import { Crumbs } from "./Crumbs.js";
import { createFolder } from "./folder.js";
import { BY_NAME, isInside, join, shown } from "./listing.js";
import "./files.css";

export interface PlacesProps {
  readonly wire: Pick<Wire, "call">;
  /// What is typed: shown as soon as it is a folder that is open to the page.
  readonly folder: string;
  readonly onFolder: (folder: string) => void;
  /// A notebook was chosen, for its name.
  readonly onName: (name: string) => void;
}

export function Places(props: PlacesProps): JSX.Element {
  const folder = createFolder(props.wire, props.folder);
  const go = (to: string) => {
    props.onFolder(to);
    void folder.go(to);
  };
  createEffect(
    on(
      () => props.folder,
      (typed) => {
        const open = folder.granted().some((root) => isInside(typed, root));
        if (open && typed !== folder.listing()?.folder) void folder.go(typed);
      },
      { defer: true },
    ),
  );
  const entries = () =>
    shown(folder.listing()?.entries ?? [], "", BY_NAME).filter(({ kind, openable }) => openable && kind !== "file");
  const roots = (): readonly MenuItem[] => [
    { heading: "Folders of this page" },
    ...folder.granted().map((root) => ({
      label: visible(shortFolder(root, 48)),
      icon: FolderIcon,
      run: () => go(root),
    })),
  ];
  return (
    <section class="places" aria-label="Folders">
      <div class="places-head">
        <Show when={folder.granted().length > 1}>
          <MenuButton label="Folders of this page" icon={FolderIcon} items={roots} />
        </Show>
        <Show when={folder.listing()}>
          {(listing) => <Crumbs listing={listing()} granted={folder.granted()} onGo={go} />}
        </Show>
      </div>
      <Switch>
        <Match when={folder.failed()}>
          <p class="places-empty">This folder cannot be shown here. A copy can be saved into it all the same.</p>
        </Match>
        <Match when={folder.listing()}>
          <ul class="places-list">
            <For each={entries()} fallback={<li class="places-empty">No folders or notebooks here.</li>}>
              {(entry) => (
                <li>
                  <button
                    type="button"
                    class="places-entry"
                    onClick={() =>
                      entry.kind === "folder"
                        ? go(join(folder.listing()?.folder ?? "/", entry.name))
                        : props.onName(entry.name)
                    }
                  >
                    <Show when={entry.kind === "folder"} fallback={<NotebookIcon />}>
                      <FolderIcon />
                    </Show>
                    <Name text={entry.name} />
                  </button>
                </li>
              )}
            </For>
          </ul>
        </Match>
        <Match when={folder.settled()}>
          <p class="places-empty">No folder is open to this page yet.</p>
        </Match>
        <Match when={true}>
          <p class="places-empty">
            <Spinner label="Loading…" />
          </p>
        </Match>
      </Switch>
    </section>
  );
}
