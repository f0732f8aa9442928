/// One granted folder at a time: its content, the way up, new notebooks, and files that are dropped on it. What the
/// person did not grant is not listed, and says how to grant it.

import type { FolderEntry } from "@fumehood/protocol";
import { HoodError } from "@fumehood/protocol";
import {
  Button,
  ChevronDownIcon,
  DownloadIcon,
  FolderIcon,
  MenuButton,
  type MenuItem,
  Name,
  PlusIcon,
  Spinner,
  TextField,
  visible,
} from "@fumehood/ui";
import { createEffect, createMemo, createSignal, type JSX, Match, on, onCleanup, Show, Switch } from "solid-js";
import { shortFolder } from "../app/format.js";
import { report } from "../app/report.js";
import type { Route } from "../app/route.js";
import { told } from "../app/told.js";
import type { Wire } from "../wire/index.js";
import { Crumbs } from "./Crumbs.js";
import { ArrivalList, DropTarget } from "./Drops.js";
import { AllowDialog, NewDialog } from "./dialogs.js";
import { createArrivals } from "./dropped.js";
import { Entries } from "./Entries.js";
import { createFolder } from "./folder.js";
import { BY_NAME, join, type Sorting, shown } from "./listing.js";

export interface BrowserProps {
  readonly wire: Wire;
  readonly route: Route;
}

type Open = { readonly kind: "new" } | { readonly kind: "allow"; readonly folder: string };

export function Browser(props: BrowserProps): JSX.Element {
  const folder = createFolder(props.wire, props.route.folder());
  const arrivals = createArrivals(props.wire);
  const [filter, setFilter] = createSignal("");
  const [sorting, setSorting] = createSignal<Sorting>(BY_NAME);
  const [dialog, setDialog] = createSignal<Open | null>(null);
  let filterField: HTMLInputElement | undefined;
  let chooser: HTMLInputElement | undefined;
  onCleanup(props.wire.onOpen(() => void folder.refresh()));
  createEffect(
    on(
      () => folder.listing()?.folder,
      () => setFilter(""),
    ),
  );

  const listed = createMemo(() => shown(folder.listing()?.entries ?? [], filter(), sorting()));
  const go = (entry: FolderEntry, newTab: boolean) => {
    const listing = folder.listing();
    if (!listing || !entry.openable) return;
    const path = join(listing.folder, entry.name);
    if (entry.kind === "folder") void folder.go(path);
    else if (newTab) void props.route.goNewTab(path).catch(report);
    else props.route.go(path);
  };
  const take = async (files: readonly File[]) => {
    const listing = folder.listing();
    if (!listing) return;
    await arrivals.take(files, listing.folder);
    await folder.refresh();
  };
  const places = (): readonly MenuItem[] => [
    { heading: "Folders of this page" },
    ...folder.granted().map((root) => ({
      label: visible(shortFolder(root, 48)),
      icon: FolderIcon,
      run: () => void folder.go(root),
    })),
    { separator: true },
    { label: "Allow another folder…", icon: PlusIcon, run: () => setDialog({ kind: "allow", folder: "" }) },
    ...(folder.granted().length > 0
      ? [{ label: "No longer allow this folder", danger: true, run: () => void folder.revoke().catch(report) }]
      : []),
  ];

  return (
    <DropTarget enabled={folder.listing() !== undefined && !arrivals.busy()} onFiles={(files) => void take(files)}>
      <section class="browser" aria-labelledby="folder-title">
        <div class="browser-head">
          <h2 id="folder-title" class="opening-title">
            Files
          </h2>
          <MenuButton label="Folders of this page" items={places}>
            <FolderIcon />
            <span class="browser-places">Folders</span>
            <ChevronDownIcon size={12} />
          </MenuButton>
          <span class="gap" />
          <Button icon={DownloadIcon} disabled={!folder.listing()} onClick={() => chooser?.click()}>
            Import…
          </Button>
          <Button
            tone="primary"
            icon={PlusIcon}
            disabled={!folder.listing()}
            onClick={() => setDialog({ kind: "new" })}
          >
            New notebook
          </Button>
          <input
            ref={(element) => {
              chooser = element;
            }}
            type="file"
            accept=".ipynb"
            multiple
            hidden
            aria-label="Notebook files to import"
            onChange={(event) => {
              void take([...(event.currentTarget.files ?? [])]);
              event.currentTarget.value = "";
            }}
          />
        </div>
        <Switch>
          <Match when={folder.failed()}>
            {(error) => (
              <Refused
                error={error()}
                folder={folder.wanted() ?? ""}
                onAllow={() => setDialog({ kind: "allow", folder: folder.wanted() ?? "" })}
                onRetry={() => void folder.refresh()}
              />
            )}
          </Match>
          <Match when={folder.listing()}>
            {(listing) => (
              <>
                <div class="browser-bar">
                  <Crumbs listing={listing()} granted={folder.granted()} onGo={(to) => void folder.go(to)} />
                  <TextField
                    label="Filter by name"
                    bare
                    type="search"
                    placeholder="Filter"
                    value={filter()}
                    onInput={setFilter}
                    ref={(element) => {
                      filterField = element;
                    }}
                    onKeyDown={(event) => {
                      const [first] = listed();
                      if (event.key === "Enter" && first) go(first, event.ctrlKey || event.metaKey);
                      if (event.key === "Escape") setFilter("");
                      if (event.key === "ArrowDown") {
                        event.preventDefault();
                        document.querySelector<HTMLElement>("[data-entry]")?.focus();
                      }
                    }}
                  />
                </div>
                <ArrivalList arrivals={arrivals} onOpen={(path) => props.route.go(path)} />
                <Entries
                  entries={listed()}
                  sorting={sorting()}
                  onSort={setSorting}
                  onOpen={go}
                  onUp={() => {
                    const { parent } = listing();
                    if (parent !== null) void folder.go(parent);
                  }}
                  onType={(letter) => {
                    filterField?.focus();
                    setFilter((text) => text + letter);
                  }}
                />
                <Show when={listed().length === 0}>
                  <p class="opening-empty">
                    {filter() ? "No name here has that." : "This folder is empty. Make a notebook, or drop one here."}
                  </p>
                </Show>
                <Show when={listing().truncated}>
                  <p class="opening-empty">There are more; the filter sees only what is listed.</p>
                </Show>
              </>
            )}
          </Match>
          <Match when={folder.settled() && folder.granted().length === 0}>
            <div class="browser-refused">
              <p>No folder is open to this page yet. It sees none until you say which.</p>
              <Button tone="primary" onClick={() => setDialog({ kind: "allow", folder: "" })}>
                Allow a folder…
              </Button>
            </div>
          </Match>
          <Match when={true}>
            <p class="opening-empty">
              <Spinner label="Loading…" />
            </p>
          </Match>
        </Switch>
        <Show when={dialog()?.kind === "new" && folder.listing()}>
          {(listing) => (
            <NewDialog
              wire={props.wire}
              folder={listing().folder}
              onMade={(path) => props.route.go(path)}
              onClose={() => setDialog(null)}
            />
          )}
        </Show>
        <Show when={allowing(dialog())}>
          {(open) => (
            <AllowDialog
              folder={open().folder}
              onAllow={(path) => folder.grant(path)}
              onClose={() => setDialog(null)}
            />
          )}
        </Show>
      </section>
    </DropTarget>
  );
}

function allowing(open: Open | null): { readonly folder: string } | null {
  return open?.kind === "allow" ? open : null;
}

function Refused(props: {
  readonly error: unknown;
  readonly folder: string;
  readonly onAllow: () => void;
  readonly onRetry: () => void;
}): JSX.Element {
  const closed = () => props.error instanceof HoodError && props.error.code === "files.not_granted";
  return (
    <div class="browser-refused" role="alert">
      <Show
        when={closed()}
        fallback={
          <>
            <p dir="auto">{told(props.error).text}</p>
            <Show when={told(props.error).hint}>{(hint) => <p class="browser-hint">{hint()}</p>}</Show>
            <Button onClick={() => props.onRetry()}>Try again</Button>
          </>
        }
      >
        <p>This folder is not open to this page.</p>
        <Name class="browser-path" text={props.folder} />
        <Button tone="primary" onClick={() => props.onAllow()}>
          Allow it…
        </Button>
      </Show>
    </div>
  );
}
