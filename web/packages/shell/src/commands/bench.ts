/// The workbench of one open notebook: everything that the page knows about it beside the document (where the user is,
/// what is on the clipboard, which panels are open), and `execute`, the one way in for keys, palette and buttons. It
/// knows the cells on the page only as handles; it never touches the document but through the model's operations.

import { batch, createEffect, createMemo, createSelector, createSignal, on, onCleanup } from "solid-js";
import type { ViewSettings } from "../editor/settings.js";
import { createFinding } from "../find/finding.js";
import type { Copied, Notebook } from "../notebook/types.js";
import { announcements } from "./announce.js";
import { createFolding } from "./folding.js";
import { NOWHERE, type Place, selected, settle } from "./place.js";
import { reveal } from "./showing.js";
import { COMMANDS } from "./table.js";
import type { Bench, Dialog, Host } from "./types.js";

const RECENT = 8;

const BY_ID = new Map(COMMANDS.map((command) => [command.id, command]));

/// Must be called under an owner of Solid's; everything ends with it.
export function createBench(notebook: Notebook, settings: ViewSettings, host: Host): Bench {
  const [place, setPlace] = createSignal<Place>(NOWHERE);
  const [clipboard, setClipboard] = createSignal<readonly Copied[]>([]);
  const [dialog, setDialog] = createSignal<Dialog | null>(null);
  const [outline, setOutline] = createSignal(false);
  const [scroller, setScroller] = createSignal<HTMLElement>();
  const [ensured, ensure] = createSignal<string | null>(null);
  const [focusAsked, askFocus] = createSignal(0);
  const [spoken, announce] = createSignal("", { equals: false });
  const [recent, setRecent] = createSignal<readonly string[]>([]);

  createEffect(
    on(notebook.order, (after, before) => {
      setPlace((old) => settle(old, before ?? after, after));
    }),
  );
  const chosen = createMemo(() => selected(place(), notebook.order()));
  const chosenSet = createMemo(() => new Set(chosen()));
  const isSelected = createSelector(chosenSet, (id: string, set) => set.has(id));
  const isOpen = createSelector(
    createMemo(() => place().open),
    (id: string, set) => set.has(id),
  );
  const folding = createFolding(
    notebook,
    createMemo(() => place().active),
  );
  const isActive = createSelector(createMemo(() => place().active));

  const move: Bench["move"] = (change) => setPlace((old) => change(old, notebook.order()));
  const attempt = (request: Promise<unknown>) => void request.catch(host.report);
  const bench: Bench = {
    notebook,
    settings,
    host,
    place,
    move,
    selected: chosen,
    isActive,
    isSelected,
    isOpen,
    clipboard,
    setClipboard: (cells) => setClipboard(cells),
    finding: createFinding(
      notebook,
      () => place().active,
      (match) => reveal(bench, match),
      () => bench.refocus(),
    ),
    folding,
    started: new Set(),
    dialog,
    setDialog: (next) => setDialog(next),
    outline,
    setOutline: (shown) => setOutline(shown),
    cells: new Map(),
    scroller,
    setScroller: (element) => setScroller(element),
    ensure: (id) => ensure(id),
    ensured,
    refocus: () => askFocus((times) => times + 1),
    focusAsked,
    spoken,
    announce: (text) => announce(text),
    execute: (id) => {
      const command = BY_ID.get(id);
      if (command === undefined || !(command.when?.(bench) ?? true)) return false;
      try {
        batch(() => command.run(bench));
      } catch (error) {
        // A change that the document does not take: too big, or read-only.
        host.report(error);
      }
      return true;
    },
    enabled: (id) => {
      const command = BY_ID.get(id);
      return command !== undefined && (command.when?.(bench) ?? true);
    },
    recent,
    remember: (id) => setRecent((old) => [id, ...old.filter((other) => other !== id)].slice(0, RECENT)),
    attempt,
  };
  createEffect(
    on(
      () => place().active,
      (cell) => notebook.awareness.setLocalStateField("cell", cell),
    ),
  );
  onCleanup(notebook.onEvent(announcements(notebook, bench.announce)));
  return bench;
}
