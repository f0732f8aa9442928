/// One open notebook and what the page keeps around it: the bench, which dialog is open, what a question waits for. The
/// components of `app/` get it whole; it holds no element.

import { HoodError } from "@fumehood/protocol";
import { toast } from "@fumehood/ui";
import { type Accessor, createEffect, createSignal, on, onCleanup } from "solid-js";
import { createBench } from "../commands/bench.js";
import { go } from "../commands/place.js";
import type { Bench, Host, Question } from "../commands/types.js";
import { watchPage } from "../frames/diagnostics.js";
import type { Notebook } from "../notebook/types.js";
import { printNotebook, watchPrinting } from "../paper/printing.js";
import { settings } from "../settings/index.js";
import { offeredBy } from "../trust/sheet.js";
import type { Wire } from "../wire/index.js";
import { exportHtml } from "./exporting.js";
import { createGrants, type GrantsState } from "./grants.js";
import { report } from "./report.js";
import type { Route } from "./route.js";

export type Open =
  | "kernel"
  | "settings"
  | "help"
  | "save-as"
  | "notices"
  | "merged"
  | "grants"
  | "policy"
  | "packages"
  | "diagnostics";

export interface Asked extends Question {
  answer(yes: boolean): void;
}

export interface Workspace {
  readonly wire: Wire;
  readonly route: Route;
  readonly notebook: Notebook;
  readonly bench: Bench;
  readonly grants: GrantsState;
  readonly open: Accessor<Open | null>;
  setOpen(open: Open | null): void;
  /// Into what the notebook asks for; the sheet is shown, and nothing is installed.
  readonly add: (packages: readonly string[]) => void;
  readonly question: Accessor<Asked | null>;
  /// How a cell is called to people: `cell 4`, by where it stands.
  cellName(id: string): string;
  goTo(id: string): void;
}

/// Must be called under an owner of Solid's.
export function createWorkspace(wire: Wire, route: Route, notebook: Notebook): Workspace {
  const [open, setOpen] = createSignal<Open | null>(null);
  const [question, setQuestion] = createSignal<Asked | null>(null);

  const confirm = (asked: Question) =>
    new Promise<boolean>((resolve) => {
      question()?.answer(false);
      setQuestion({
        ...asked,
        answer: (yes) => {
          setQuestion(null);
          resolve(yes);
        },
      });
    });
  const host: Host = {
    confirm,
    pickKernel: () => setOpen("kernel"),
    showKeys: () => setOpen("help"),
    saveAs: () => setOpen("save-as"),
    openOutputs: (cell) => void route.goNewTab(notebook.path, cell).catch(report),
    exportHtml: () => void exportHtml(wire, notebook).catch(report),
    print: () => void printNotebook().catch(report),
    showDiagnostics: () => setOpen("diagnostics"),
    showPackages: () => setOpen("packages"),
    report: (error) => {
      // Whoever wants to run what was not approved is shown what there is to approve.
      if (error instanceof HoodError && error.code === "trust.unapproved") setOpen("packages");
      else report(error);
    },
    change: (values) => settings.change(values),
  };
  const bench = createBench(notebook, settings.values, host);

  bench.setOutline(settings.values.panel);
  createEffect(on(bench.outline, (panel) => settings.change({ panel }), { defer: true }));
  createEffect(() => {
    const on = settings.values.autosave;
    if (notebook.connection().state !== "open" || notebook.readOnly() !== null) return;
    wire.call("room.autosave", { room: notebook.room, on }).catch(report);
  });
  onCleanup(watchPage());
  onCleanup(watchPrinting());
  const goTo = (id: string) => {
    bench.move((place) => go(place, id));
    bench.ensure(id);
    bench.cells.get(id)?.element.scrollIntoView({ block: "nearest" });
    bench.refocus();
  };
  const add = (packages: readonly string[]) =>
    void notebook.trust.edit([...packages], []).then(() => setOpen("packages"), report);
  onCleanup(
    notebook.onEvent((event) => {
      if (event.type !== "notice") return;
      const { cell } = event;
      const offered = offeredBy(event);
      toast({
        tone: "warning",
        text: event.message,
        detail: event.hint,
        key: event.code,
        action: offered
          ? { label: offered.label, run: () => add(offered.packages) }
          : cell && notebook.cell(cell)
            ? { label: "Go to the cell", run: () => goTo(cell) }
            : undefined,
      });
    }),
  );
  return {
    wire,
    route,
    notebook,
    bench,
    grants: createGrants(wire, notebook),
    open,
    setOpen,
    add,
    question,
    cellName: (id) => {
      const at = notebook.order().indexOf(id);
      return at < 0 ? "a deleted cell" : `cell ${at + 1}`;
    },
    goTo,
  };
}
