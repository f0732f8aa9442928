/// The page of an open notebook: bars above and below, a panel at the side, the notebook in the middle, and the dialogs
/// over it, which are loaded when the first of them is asked for.

import { CloseIcon, IconButton, Splitter } from "@fumehood/ui";
import { createEffect, type JSX, lazy, Match, onCleanup, Show, Suspense, Switch } from "solid-js";
import { NotebookView } from "../cells/NotebookView.js";
import type { Notebook } from "../notebook/types.js";
import { setServed } from "../outputs/served.js";
import { settings } from "../settings/index.js";
import { DEFAULTS, PANEL_WIDTHS } from "../settings/settings.js";
import type { Wire } from "../wire/index.js";
import { Banners } from "./Banners.js";
import { ConfirmQuestion } from "./ConfirmQuestion.js";
import { takeDrops } from "./drops.js";
import { leaveGuard } from "./leave.js";
import { PrintDialog } from "./PrintDialog.js";
import type { Route } from "./route.js";
import { StatusBar } from "./StatusBar.js";
import { TopBar } from "./TopBar.js";
import { keepTitle } from "./title.js";
import { UnreadableFile } from "./UnreadableFile.js";
import { createWorkspace } from "./workspace.js";
import "./workbench.css";
import "./print.css";

const Outline = lazy(() => import("../outline/Outline.js").then(({ Outline }) => ({ default: Outline })));
const SettingsDialog = lazy(() => import("./SettingsDialog.js"));
const HelpDialog = lazy(() => import("./HelpDialog.js"));
const KernelDialog = lazy(() => import("./KernelDialog.js"));
const SaveAsDialog = lazy(() => import("./SaveAsDialog.js"));
const NoticesDialog = lazy(() => import("./NoticesDialog.js"));
const MergedDialog = lazy(() => import("./MergedDialog.js"));
const GrantsDialog = lazy(() => import("./GrantsDialog.js"));
const DiagnosticsDialog = lazy(() => import("./DiagnosticsDialog.js"));
const PolicyDialog = lazy(() => import("./PolicyDialog.js"));
const TrustDialog = lazy(() => import("../trust/TrustDialog.js"));

const PANEL = "side-panel";
/// As in the style sheet.
const NARROW = "(max-width: 620px)";

export interface WorkbenchProps {
  readonly wire: Wire;
  readonly route: Route;
  readonly notebook: Notebook;
}

export function Workbench(props: WorkbenchProps): JSX.Element {
  // One notebook for the life of the component: another one is another page.
  const workspace = createWorkspace(props.wire, props.route, props.notebook);
  const { notebook, bench } = workspace;
  keepTitle(notebook);
  createEffect(() => setServed(notebook.served()));
  onCleanup(() => setServed(false));
  leaveGuard(notebook);
  takeDrops(workspace);
  const close = () => {
    workspace.setOpen(null);
  };
  return (
    <div class="workbench">
      <TopBar workspace={workspace} />
      <Banners workspace={workspace} />
      <div class="middle">
        <Show when={bench.outline() && !notebook.readOnly()}>
          <aside class="aside" aria-label="Side panel">
            <div class="side" id={PANEL} style={{ "--side-width": `${settings.values.panelWidth}px` }}>
              <div class="side-head">
                <h2 class="side-title">Outline</h2>
                <IconButton small icon={CloseIcon} label="Close the outline" onClick={() => bench.setOutline(false)} />
              </div>
              <Suspense>
                <Outline bench={bench} />
              </Suspense>
            </div>
            <Splitter
              label="Width of the outline"
              panel="left"
              controls={PANEL}
              width={settings.values.panelWidth}
              min={PANEL_WIDTHS.min}
              max={PANEL_WIDTHS.max}
              onResize={(panelWidth) => settings.change({ panelWidth })}
              onReset={() => settings.change({ panelWidth: DEFAULTS.panelWidth })}
            />
          </aside>
        </Show>
        <main
          class="content"
          aria-label="Notebook"
          onPointerDown={() => {
            // Where it lies over the notebook, a press beside the panel sends it away.
            if (bench.outline() && matchMedia(NARROW).matches) bench.setOutline(false);
          }}
        >
          <Show when={notebook.readOnly()} fallback={<NotebookView bench={bench} />}>
            {(text) => <UnreadableFile path={notebook.path} {...text()} />}
          </Show>
        </main>
      </div>
      <StatusBar workspace={workspace} />
      <ConfirmQuestion workspace={workspace} />
      <PrintDialog />
      <Suspense>
        <Switch>
          <Match when={workspace.open() === "kernel"}>
            <KernelDialog workspace={workspace} onClose={close} />
          </Match>
          <Match when={workspace.open() === "settings"}>
            <SettingsDialog onClose={close} />
          </Match>
          <Match when={workspace.open() === "help"}>
            <HelpDialog onClose={close} onDiagnostics={() => workspace.setOpen("diagnostics")} />
          </Match>
          <Match when={workspace.open() === "save-as"}>
            <SaveAsDialog workspace={workspace} onClose={close} />
          </Match>
          <Match when={workspace.open() === "notices"}>
            <NoticesDialog workspace={workspace} onClose={close} />
          </Match>
          <Match when={workspace.open() === "merged"}>
            <MergedDialog workspace={workspace} onClose={close} />
          </Match>
          <Match when={workspace.open() === "grants"}>
            <GrantsDialog workspace={workspace} onClose={close} />
          </Match>
          <Match when={workspace.open() === "policy"}>
            <PolicyDialog workspace={workspace} onClose={close} />
          </Match>
          <Match when={workspace.open() === "packages"}>
            <TrustDialog workspace={workspace} onClose={close} />
          </Match>
          <Match when={workspace.open() === "diagnostics"}>
            <DiagnosticsDialog workspace={workspace} onClose={close} />
          </Match>
        </Switch>
      </Suspense>
    </div>
  );
}
