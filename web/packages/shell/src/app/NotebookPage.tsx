/// Opens one notebook and shows it, or says why it cannot be opened.

import { HoodError } from "@fumehood/protocol";
import { Button, HomeIcon, Name } from "@fumehood/ui";
import { createSignal, type JSX, lazy, Match, onCleanup, Show, Switch } from "solid-js";
import { loadGrammar } from "../editor/languages.js";
import { askParser } from "../markdown/MarkdownView.js";
import { openNotebook } from "../notebook/open.js";
import type { Notebook } from "../notebook/types.js";
import type { Wire } from "../wire/index.js";
import type { Route } from "./route.js";
import { told } from "./told.js";
import { Waiting } from "./Waiting.js";
import { Workbench } from "./Workbench.js";

const OutputWindow = lazy(() => import("./OutputWindow.js"));

export interface NotebookPageProps {
  readonly wire: Wire;
  readonly route: Route;
  readonly path: string;
}

export default function NotebookPage(props: NotebookPageProps): JSX.Element {
  const [notebook, setNotebook] = createSignal<Notebook>();
  const [failed, setFailed] = createSignal<unknown>();
  let left = false;
  // What nearly every notebook needs is loaded while its data is on the way.
  askParser();
  loadGrammar("python").catch(() => undefined);
  const open = (create = false) => {
    setFailed(undefined);
    openNotebook(props.wire, props.path, create).then(
      (opened) => (left ? opened.close() : setNotebook(() => opened)),
      (error) => setFailed(() => error),
    );
  };
  open();
  onCleanup(() => {
    left = true;
    notebook()?.close();
  });
  return (
    <Switch fallback={<Waiting />}>
      <Match when={notebook()}>
        {(opened) => (
          <Show
            when={props.route.cell()}
            fallback={<Workbench wire={props.wire} route={props.route} notebook={opened()} />}
          >
            {(cell) => <OutputWindow notebook={opened()} cell={cell()} />}
          </Show>
        )}
      </Match>
      <Match when={failed()}>
        {(error) => (
          <main class="gone">
            <h1 class="gone-title">This notebook cannot be opened</h1>
            <Name class="gone-path" text={props.path} />
            <p dir="auto">{told(error()).text}</p>
            <p class="gone-hint" dir="auto">
              {told(error()).hint}
            </p>
            <div class="gone-actions">
              <Show when={creatable(error(), props.path)}>
                <Button tone="primary" onClick={() => open(true)}>
                  Create it
                </Button>
              </Show>
              <Button tone={creatable(error(), props.path) ? "plain" : "primary"} onClick={() => open()}>
                Try again
              </Button>
              <Button icon={HomeIcon} onClick={() => props.route.go(null)}>
                Other notebooks
              </Button>
            </div>
          </main>
        )}
      </Match>
    </Switch>
  );
}

/// An empty notebook where the file is missing; not under a name that says that something else was meant.
function creatable(error: unknown, path: string): boolean {
  return error instanceof HoodError && error.code === "file.missing" && path.endsWith(".ipynb");
}
