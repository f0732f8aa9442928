/// Every command of the viewer with its keys. The keys, the palette, the menu "More", the sheet of keys and the table in
/// the documentation are all made from this one list. A command with `when` is offered only where it is true; a key that
/// is not taken goes on to whoever is around the viewer.

import type { Keep } from "../keeping/Keep";
import type { Model, Shown } from "../model/model";
import { type Cells, where } from "../select/sets";
import type { Tool } from "../stage/gesture";
import { MOST } from "../state/bounds";
import { activePage, type ColourBy, type Embedding, type Look } from "../state/document";
import { nameOf } from "../views/names";

/// Of what is open above the picture.
export type Sheet = "palette" | "keys" | "several" | "tips" | "tour";
export type Place = "picture" | "panel" | "genes" | "group";

/// What commands work on.
export interface Desk<Panel extends string = string> {
  readonly model: Model;
  readonly embeddings: readonly { readonly key: string; readonly dimensions: number }[];
  readonly genes: number;
  readonly shown: () => Shown | undefined;
  readonly tool: () => Tool;
  setTool(tool: Tool): void;
  /// Opens the side, too.
  setPanel(panel: Panel): void;
  readonly open: () => boolean;
  setOpen(open: boolean): void;
  show(sheet: Sheet): void;
  focus(place: Place): void;
  /// What is told of the cell under the middle of the picture.
  describe(): void;
  /// What can be done with it.
  menu(): void;
  /// Selects these cells and their neighbours.
  neighbours(cells: Cells): void;
  readonly frozen: () => boolean;
  readonly keep: Pick<Keep, "can" | "run">;
}

export type Group = "Finding" | "Picture" | "Selecting" | "Editing" | "Views" | "Points" | "Panels" | "Keeping";

export interface Command {
  readonly id: string;
  readonly title: string;
  readonly group: Group;
  /// As `@fumehood/ui` writes them; the first is the one that is shown.
  readonly keys: readonly string[];
  /// In the menu "More" too.
  readonly menu?: true;
  /// Its keys count in a field that is typed into, too.
  readonly anywhere?: true;
  readonly when?: (desk: Desk) => boolean;
  /// Where it is a switch.
  readonly checked?: (desk: Desk) => boolean;
  readonly run: (desk: Desk) => void;
}

type More = Pick<Command, "menu" | "anywhere" | "when" | "checked">;
type Row = Omit<Command, "group">;

const row = (id: string, title: string, keys: readonly string[], run: Command["run"], more: More = {}): Row => ({
  id,
  title,
  keys,
  run,
  ...more,
});

const FINDING: readonly Row[] = [
  row("palette", "Find a command, a gene or a column", ["Mod-K", "Mod-Shift-P"], (desk) => desk.show("palette"), {
    anywhere: true,
  }),
  row("genes", "Search genes", ["/"], (desk) => desk.focus("genes"), { when: (desk) => desk.genes > 0 }),
  row("keys", "All keys", ["?"], (desk) => desk.show("keys"), { menu: true }),
  row("tour", "Show me around", [], (desk) => desk.show("tour"), { menu: true }),
];

const PICTURE: readonly Row[] = [
  row("home", "Show everything", ["0", "Home"], (desk) =>
    change(desk, (id) => ({ do: "camera", view: id, camera: null })),
  ),
  row("labels", "Labels of categories", [], (desk) => look(desk, { labels: !desk.model.document().look.labels }), {
    menu: true,
    checked: (desk) => desk.model.document().look.labels,
  }),
  row(
    "nearer",
    "Nearer points larger",
    [],
    (desk) => look(desk, { perspective: !desk.model.document().look.perspective }),
    { menu: true, checked: (desk) => desk.model.document().look.perspective },
  ),
  row("turn-3d", "Two or three dimensions", ["3"], turn, { when: (desk) => most(desk) > 2 }),
  row("embedding-next", "Next embedding", ["]"], (desk) => step(desk, 1), {
    when: (desk) => desk.embeddings.length > 1,
  }),
  row("embedding-previous", "Previous embedding", ["["], (desk) => step(desk, -1), {
    when: (desk) => desk.embeddings.length > 1,
  }),
  row("colour-nothing", "Colour by nothing", [], (desk) => colour(desk, { by: "nothing" })),
  row("colour-groups", "Colour by groups", [], (desk) => colour(desk, { by: "group" }), {
    when: (desk) => activePage(desk.model.document()).groups.length > 0,
  }),
  row("describe", "Tell about the cell in the middle", ["T"], (desk) => desk.describe()),
  row("cell-menu", "What can be done with the cell in the middle", ["Shift-F10", "ContextMenu"], (desk) => desk.menu()),
  row("tips", "What the tooltip tells…", [], (desk) => desk.show("tips"), { menu: true }),
];

const SELECTING: readonly Row[] = [
  row("move", "Move the picture", ["V"], (desk) => desk.setTool("move")),
  row("lasso", "Select with the lasso", ["L"], (desk) => desk.setTool("lasso")),
  row("rectangle", "Select with a rectangle", ["R"], (desk) => desk.setTool("rectangle")),
  row("brush", "Select with the brush", ["B"], (desk) => desk.setTool("brush")),
  row("nearest", "Select the cells nearest to one", ["H"], (desk) => desk.setTool("nearest")),
  row("select-all", "Select all visible cells", ["A", "Mod-A"], (desk) => select(desk, false)),
  row("invert", "Invert the selection", ["I"], (desk) => select(desk, true)),
  row(
    "grow",
    "Add the neighbours of what is selected",
    [],
    (desk) => desk.neighbours(desk.model.document().selection),
    {
      when: (desk) => desk.model.shelf.hasGraph && desk.model.document().selection.length > 0,
    },
  ),
  row("clear", "Back to moving, then select nothing", ["Escape"], clear, { when: canClear }),
];

const EDITING: readonly Row[] = [
  row("undo", "Undo", ["Mod-Z"], (desk) => desk.model.undo(), {
    when: (desk) => desk.model.history().done.length > 0,
  }),
  row("redo", "Redo", ["Mod-Shift-Z", "Mod-Y"], (desk) => desk.model.redo(), {
    when: (desk) => desk.model.history().undone.length > 0,
  }),
  row("filters-off", "Switch all filters off", [], (desk) => filtersOff(desk), {
    when: (desk) =>
      desk
        .shown()
        ?.view()
        .filters.some((one) => one.on) === true,
  }),
];

const VIEWS: readonly Row[] = [
  row("beside", "Another view beside this one", ["N"], beside),
  row("close-view", "Close the active view", ["X"], close, { when: many }),
  row("next-view", "Next view", ["O"], (desk) => go(desk, 1), { when: many }),
  row("several", "Several genes beside each other…", ["M"], (desk) => desk.show("several"), {
    menu: true,
    when: (desk) => desk.genes > 0,
  }),
  row(
    "lock",
    "Views move together",
    [],
    (desk) => desk.model.do({ do: "lock", locked: !desk.model.document().locked }),
    { menu: true, checked: (desk) => desk.model.document().locked },
  ),
  row("keep", "Keep this view to come back to", ["K"], keep, { menu: true }),
];

const POINTS: readonly Row[] = [
  row("larger", "Larger points", ["."], (desk) => look(desk, { size: Math.min(20, sizeOf(desk) * 1.4) }), {
    menu: true,
  }),
  row("smaller", "Smaller points", [","], (desk) => look(desk, { size: Math.max(0.1, sizeOf(desk) / 1.4) }), {
    menu: true,
  }),
  row("points-auto", "Points as suits their number", [], (desk) => look(desk, { size: 1, opacity: 1 }), { menu: true }),
];

const PANELS: readonly Row[] = [
  row("panel", "Show or hide the panel", ["\\"], (desk) => desk.setOpen(!desk.open())),
  row("panel-colour", "Colour", ["C"], (desk) => desk.setPanel("colour")),
  row("panel-filter", "Filters", ["F"], (desk) => desk.setPanel("filter")),
  row("panel-groups", "Groups", ["G"], (desk) => desk.setPanel("groups")),
  row("panel-views", "Views", [], (desk) => desk.setPanel("views")),
  row("panel-plots", "Plots", [], (desk) => desk.setPanel("plots")),
  row("panel-compare", "Compare groups, find markers", [], (desk) => desk.setPanel("compare")),
  row("to-picture", "To the picture", ["P"], (desk) => desk.focus("picture")),
];

const KEEPING: readonly Row[] = (
  [
    ["figure", "Export a figure…", ["Shift-F"]],
    ["film", "Record a film…", []],
    ["save", "Save session…", []],
    ["open", "Open session…", []],
    ["python", "Copy as Python…", []],
    ["link", "Copy link…", []],
  ] as const
).map(([what, title, keys]) =>
  row(`keep-${what}`, title, keys, (desk) => desk.keep.run(what), { menu: true, when: (desk) => desk.keep.can(what) }),
);

const of = (group: Group, rows: readonly Row[]): readonly Command[] => rows.map((one) => ({ ...one, group }));

export const COMMANDS: readonly Command[] = [
  ...of("Finding", FINDING),
  ...of("Keeping", KEEPING),
  ...of("Picture", PICTURE),
  ...of("Selecting", SELECTING),
  ...of("Editing", EDITING),
  ...of("Views", VIEWS),
  ...of("Points", POINTS),
  ...of("Panels", PANELS),
];

export function usable(command: Command, desk: Desk): boolean {
  return !desk.frozen() && (command.when?.(desk) ?? true);
}

// -- what they do

type Change = Parameters<Model["do"]>[0];

/// An operation on the active view.
function change(desk: Desk, made: (view: string) => Change): void {
  const view = desk.shown()?.view();
  if (view) desk.model.do(made(view.id));
}

export function colour(desk: Desk, by: ColourBy): void {
  change(desk, (view) => ({ do: "colour", view, colour: by }));
}

export function embed(desk: Desk, key: string): void {
  const now = desk.shown()?.view().embedding;
  const wide = desk.embeddings.find((one) => one.key === key)?.dimensions ?? 2;
  // Who looks at a space goes on looking at one.
  const dimensions = Math.min(now?.dimensions === 3 ? 3 : 2, wide) as Embedding["dimensions"];
  change(desk, (view) => ({ do: "embedding", view, embedding: { key, dimensions } }));
}

function most(desk: Desk): number {
  const key = desk.shown()?.view().embedding.key;
  return desk.embeddings.find((one) => one.key === key)?.dimensions ?? 2;
}

function turn(desk: Desk): void {
  const now = desk.shown()?.view().embedding;
  if (now === undefined) return;
  const embedding: Embedding = { key: now.key, dimensions: now.dimensions === 3 ? 2 : 3 };
  change(desk, (view) => ({ do: "embedding", view, embedding }));
}

function step(desk: Desk, by: number): void {
  const keys = desk.embeddings.map((one) => one.key);
  const at = keys.indexOf(desk.shown()?.view().embedding.key ?? "");
  const next = keys[(at + by + keys.length) % keys.length];
  if (next !== undefined) embed(desk, next);
}

function sizeOf(desk: Desk): number {
  return desk.model.document().look.size;
}

function look(desk: Desk, made: Partial<Look>): void {
  desk.model.do({ do: "look", change: made });
}

function select(desk: Desk, invert: boolean): void {
  const shown = desk.shown();
  if (shown === undefined) return;
  const { filters } = shown.view();
  const visible = where(shown.filtered().hidden, 0);
  const made = { kind: "shown", filters } as const;
  const chosen = new Uint8Array(desk.model.cells);
  if (invert) for (const cell of desk.model.document().selection) chosen[cell] = 1;
  const cells = visible.filter((cell) => chosen[cell] === 0);
  desk.model.do({ do: "select", cells, how: "replace", made });
}

/// Escape goes one step back: from a tool to the hand, then from a selection to none; then it is not ours.
function canClear(desk: Desk): boolean {
  const { selection, highlight } = desk.model.document();
  return desk.tool() !== "move" || selection.length > 0 || highlight !== null;
}

function clear(desk: Desk): void {
  if (desk.tool() === "move") desk.model.do({ do: "clear" });
  else desk.setTool("move");
}

export function filtersOff(desk: Desk): void {
  const filters = desk.shown()?.view().filters ?? [];
  change(desk, (view) => ({ do: "filters", view, filters: filters.map((filter) => ({ ...filter, on: false })) }));
}

function many(desk: Desk): boolean {
  return desk.model.document().views.length > 1;
}

function beside(desk: Desk): void {
  const view = desk.shown()?.view();
  if (view && desk.model.document().views.length < MOST.views)
    desk.model.do({ do: "add-view", view: { ...view, id: fresh("view") } });
}

function close(desk: Desk): void {
  desk.model.do({ do: "remove-view", id: desk.model.document().active });
}

function go(desk: Desk, by: number): void {
  const { views, active } = desk.model.document();
  const at = views.findIndex((view) => view.id === active);
  const next = views[(at + by + views.length) % views.length];
  if (next) desk.model.do({ do: "activate", id: next.id });
}

function keep(desk: Desk): void {
  const view = desk.shown()?.view();
  if (view === undefined) return;
  desk.model.do({ do: "keep", snapshot: { id: fresh("kept"), name: nameOf(view), view } });
  desk.setPanel("views");
}

let last = 0;

/// An id that no view of this page has.
export function fresh(kind: string): string {
  last += 1;
  return `${kind}-${Date.now().toString(36)}-${last}`;
}
