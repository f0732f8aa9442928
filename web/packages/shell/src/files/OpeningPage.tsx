/// What is shown without a notebook: the recent ones, and the folders that the person opened to this page. Every name
/// here was chosen by somebody else.

import type { RecentNotebook } from "@fumehood/protocol";
import { Button, createLoad, HelpIcon, IconButton, Name, NotebookIcon, SettingsIcon, Spinner } from "@fumehood/ui";
import { createSignal, For, type JSX, Match, onCleanup, onMount, Show, Switch } from "solid-js";
import { ago, shortFolder } from "../app/format.js";
import type { Route } from "../app/route.js";
import { told } from "../app/told.js";
import type { Wire } from "../wire/index.js";
import { Browser } from "./Browser.js";
import { opener } from "./opener.js";
import "./files.css";

export interface OpeningPageProps {
  readonly wire: Wire;
  readonly route: Route;
  readonly onSettings: () => void;
  readonly onHelp: () => void;
}

export default function OpeningPage(props: OpeningPageProps): JSX.Element {
  const recent = createLoad(
    () => true,
    () => props.wire.call("files.recent", {}),
  );
  onCleanup(props.wire.onOpen(() => recent.again()));
  onMount(() => {
    document.title = "fumehood";
  });
  return (
    <main class="opening">
      <header class="opening-head">
        <h1 class="opening-name">fumehood</h1>
        <p class="opening-claim">Notebooks that are safe to open. Nothing runs until you run it.</p>
        <IconButton icon={HelpIcon} label="Keyboard and about" onClick={() => props.onHelp()} />
        <IconButton icon={SettingsIcon} label="Settings" onClick={() => props.onSettings()} />
      </header>
      <div class="opening-columns">
        <section class="opening-recent" aria-labelledby="recent-title">
          <h2 id="recent-title" class="opening-title">
            Recent
          </h2>
          <Switch>
            <Match when={recent.error}>
              <p class="opening-empty" role="alert" dir="auto">
                {told(recent.error).text} <Button onClick={() => recent.again()}>Try again</Button>
              </p>
            </Match>
            <Match when={recent()}>{(list) => <RecentList entries={list().entries} route={props.route} />}</Match>
            <Match when={recent.loading}>
              <p class="opening-empty">
                <Spinner label="Loading…" />
              </p>
            </Match>
          </Switch>
        </section>
        <Browser wire={props.wire} route={props.route} />
      </div>
    </main>
  );
}

function RecentList(props: { readonly entries: readonly RecentNotebook[]; readonly route: Route }): JSX.Element {
  const now = Date.now() / 1000;
  const [all, setAll] = createSignal(false);
  const few = 12;
  const visible = () => (all() ? props.entries : props.entries.slice(0, few));
  return (
    <Show
      when={props.entries.length > 0}
      fallback={<p class="opening-empty">Notebooks that you open are listed here.</p>}
    >
      <ul class="recent-list">
        <For each={visible()}>
          {(entry) => (
            <li>
              <button
                type="button"
                class="recent-item"
                classList={{ "recent-missing": !entry.exists }}
                disabled={!entry.exists}
                {...opener(props.route, () => entry.path)}
              >
                <NotebookIcon />
                <span class="recent-text">
                  <Name class="recent-name" text={entry.name} />
                  <Name class="recent-folder" text={shortFolder(entry.folder, 44)} />
                </span>
                <span class="recent-when">
                  <Show when={entry.exists} fallback="missing">
                    <Show when={isAlive(entry.kernel)} fallback={ago(entry.opened, now)}>
                      <span class="recent-kernel">{entry.kernel === "busy" ? "running" : "kernel on"}</span>
                    </Show>
                  </Show>
                </span>
              </button>
            </li>
          )}
        </For>
      </ul>
      <Show when={!all() && props.entries.length > few}>
        <Button tone="quiet" onClick={() => setAll(true)}>
          Show all {props.entries.length}
        </Button>
      </Show>
    </Show>
  );
}

function isAlive(kernel: string | undefined): boolean {
  return kernel !== undefined && ["starting", "idle", "busy", "restarting"].includes(kernel);
}
