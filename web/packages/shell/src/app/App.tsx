/// The page: from a link to a connection, from the connection to a notebook or the opening page. What is not needed to
/// show a notebook is loaded when it is asked for.

import { Toasts } from "@fumehood/ui";
import { createSignal, ErrorBoundary, type JSX, lazy, Match, onCleanup, Show, Suspense, Switch } from "solid-js";
import { onPaper } from "../paper/paper.js";
import { applyLooks, settings } from "../settings/index.js";
import { connect, type Wire } from "../wire/index.js";
import { Gone } from "./Gone.js";
import { createRoute, notebookOf, type Route } from "./route.js";
import { told } from "./told.js";
import { Waiting } from "./Waiting.js";
import "./app.css";

const NotebookPage = lazy(() => import("./NotebookPage.js"));
const OpeningPage = lazy(() => import("../files/OpeningPage.js"));
const SettingsDialog = lazy(() => import("./SettingsDialog.js"));
const HelpDialog = lazy(() => import("./HelpDialog.js"));

export function App(): JSX.Element {
  applyLooks(settings.values, document.documentElement, onPaper);
  return (
    <ErrorBoundary fallback={(error) => <Broken error={error} />}>
      <Connected />
      <Toasts />
    </ErrorBoundary>
  );
}

function Connected(): JSX.Element {
  const [wire, setWire] = createSignal<Wire>();
  const [failed, setFailed] = createSignal<unknown>();
  // What will be shown is loaded while the connection is made.
  void (notebookOf(location.hash) === null ? OpeningPage : NotebookPage).preload();
  connect().then(async (made) => {
    await keepSettings(made);
    setWire(() => made);
  }, setFailed);
  return (
    <Switch fallback={<Waiting />}>
      <Match when={failed()}>{(error) => <Gone reason={told(error()).text} path={null} />}</Match>
      <Match when={wire()}>{(made) => <Routes wire={made()} />}</Match>
    </Switch>
  );
}

/// With every connection; the first before anything is shown, so that no theme flashes.
async function keepSettings(wire: Wire): Promise<void> {
  const join = () =>
    settings.join({
      read: async () => (await wire.call("preferences.read", {})).text,
      write: (text) => wire.call("preferences.write", { text }),
    });
  if (wire.hello() !== null) await join();
  wire.onOpen(() => void join());
}

function Routes(props: { readonly wire: Wire }): JSX.Element {
  const { wire } = props;
  const route = createRoute(wire);
  onCleanup(() => wire.close());
  const never = () => {
    const connection = wire.connection();
    return connection.state === "gone" && wire.hello() === null ? connection.reason : null;
  };
  return (
    <Show when={never()} fallback={<Shown wire={wire} route={route} />}>
      {(reason) => <Gone reason={reason()} path={route.path()} />}
    </Show>
  );
}

function Shown(props: { readonly wire: Wire; readonly route: Route }): JSX.Element {
  const [open, setOpen] = createSignal<"settings" | "help" | null>(null);
  return (
    <Suspense fallback={<Waiting />}>
      <Show
        when={props.route.path()}
        keyed
        fallback={
          <OpeningPage
            wire={props.wire}
            route={props.route}
            onSettings={() => setOpen("settings")}
            onHelp={() => setOpen("help")}
          />
        }
      >
        {(path) => <NotebookPage wire={props.wire} route={props.route} path={path} />}
      </Show>
      <Show when={open() === "settings"}>
        <SettingsDialog onClose={() => setOpen(null)} />
      </Show>
      <Show when={open() === "help"}>
        <HelpDialog onClose={() => setOpen(null)} />
      </Show>
    </Suspense>
  );
}

/// A mistake of this page: what was typed is with the daemon, and a reload shows it again.
function Broken(props: { readonly error: unknown }): JSX.Element {
  return (
    <main class="gone">
      <h1 class="gone-title">This page has a fault</h1>
      <p dir="auto">{told(props.error).text}</p>
      <p>Your notebook is safe with the daemon, and what runs goes on. Reload to see it again.</p>
      <button type="button" class="button button-primary" onClick={() => location.reload()}>
        Reload
      </button>
    </main>
  );
}
