/// Every command of a notebook with its keys: JupyterLab's, so that fingers already know them. The dispatcher, the
/// palette, the toolbar and the keyboard map in the documentation all read this one table.

import * as editing from "./editing.js";
import * as running from "./running.js";
import * as showing from "./showing.js";
import type { Bench, Command } from "./types.js";

const hasCells = (bench: Bench) => bench.selected().length > 0;
const hasClipboard = (bench: Bench) => bench.clipboard().length > 0;
const hasKernel = (bench: Bench) => !["none", "dead"].includes(bench.notebook.kernel().status);
const isRunning = (bench: Bench) => bench.notebook.queue().size > 0;
const all = (bench: Bench) => bench.notebook.order();

type Row = Omit<Command, "group">;

const RUNNING: readonly Row[] = [
  {
    id: "run-advance",
    title: "Run the selected cells and go to the next",
    keys: ["Shift-Enter"],
    mode: "both",
    when: hasCells,
    run: running.runAndAdvance,
  },
  {
    id: "run",
    title: "Run the selected cells",
    keys: ["Mod-Enter"],
    mode: "both",
    when: hasCells,
    run: running.runSelected,
  },
  {
    id: "run-insert",
    title: "Run the selected cells and insert a cell below",
    keys: ["Alt-Enter"],
    mode: "both",
    when: hasCells,
    run: running.runAndInsert,
  },
  { id: "run-all", title: "Run all cells", keys: [], mode: "both", run: running.runAll },
  { id: "run-above", title: "Run all cells above", keys: [], mode: "both", when: hasCells, run: running.runAbove },
  {
    id: "run-below",
    title: "Run the selected cell and all below",
    keys: [],
    mode: "both",
    when: hasCells,
    run: running.runBelow,
  },
  {
    id: "interrupt",
    title: "Interrupt the kernel",
    keys: ["I I"],
    mode: "command",
    when: hasKernel,
    run: running.interrupt,
  },
  {
    id: "restart",
    title: "Restart the kernel…",
    keys: ["0 0"],
    mode: "command",
    when: hasKernel,
    run: running.restart,
  },
  {
    id: "restart-run-all",
    title: "Restart the kernel and run all cells…",
    keys: [],
    mode: "both",
    run: running.restartAndRunAll,
  },
  {
    id: "restart-clear",
    title: "Restart the kernel and clear all outputs…",
    keys: [],
    mode: "both",
    when: hasKernel,
    run: running.restartAndClear,
  },
  {
    id: "shutdown",
    title: "Shut the kernel down…",
    keys: [],
    mode: "both",
    when: hasKernel,
    run: running.shutdown,
  },
  {
    id: "pick-kernel",
    title: "Choose the kernel…",
    keys: [],
    mode: "both",
    run: (bench) => bench.host.pickKernel(),
  },
  {
    id: "clear-outputs",
    title: "Clear the outputs of the selected cells",
    keys: [],
    mode: "both",
    when: hasCells,
    run: running.clearSelected,
  },
  { id: "clear-all-outputs", title: "Clear all outputs", keys: [], mode: "both", run: running.clearAll },
  {
    id: "go-to-running",
    title: "Go to the running cell",
    keys: [],
    mode: "both",
    when: isRunning,
    run: showing.goToRunning,
  },
];

const CELLS: readonly Row[] = [
  { id: "insert-above", title: "Insert a cell above", keys: ["A"], mode: "command", run: editing.insertAbove },
  { id: "insert-below", title: "Insert a cell below", keys: ["B"], mode: "command", run: editing.insertBelow },
  {
    id: "insert-heading-above",
    title: "Insert a heading above",
    keys: ["Shift-A"],
    mode: "command",
    run: (bench) => editing.insertHeading(bench, true),
  },
  {
    id: "insert-heading-below",
    title: "Insert a heading below",
    keys: ["Shift-B"],
    mode: "command",
    run: (bench) => editing.insertHeading(bench, false),
  },
  {
    id: "delete",
    title: "Delete the selected cells",
    keys: ["D D"],
    mode: "command",
    when: hasCells,
    run: editing.remove,
  },
  { id: "cut", title: "Cut the selected cells", keys: ["X"], mode: "command", when: hasCells, run: editing.cut },
  { id: "copy", title: "Copy the selected cells", keys: ["C"], mode: "command", when: hasCells, run: editing.copy },
  {
    id: "paste-below",
    title: "Paste cells below",
    keys: ["V"],
    mode: "command",
    when: hasClipboard,
    run: editing.pasteBelow,
  },
  {
    id: "paste-above",
    title: "Paste cells above",
    keys: ["Shift-V"],
    mode: "command",
    when: hasClipboard,
    run: editing.pasteAbove,
  },
  {
    id: "paste-over",
    title: "Paste cells and replace the selected ones",
    keys: [],
    mode: "command",
    when: hasClipboard,
    run: editing.pasteOver,
  },
  {
    id: "paste-system",
    title: "Paste from the system's clipboard below",
    keys: ["Mod-V"],
    mode: "command",
    run: editing.pasteFromSystem,
  },
  {
    id: "move-up",
    title: "Move the selected cells up",
    keys: ["Mod-Shift-ArrowUp"],
    mode: "command",
    when: hasCells,
    run: editing.moveUp,
  },
  {
    id: "move-down",
    title: "Move the selected cells down",
    keys: ["Mod-Shift-ArrowDown"],
    mode: "command",
    when: hasCells,
    run: editing.moveDown,
  },
  {
    id: "split",
    title: "Split the cell at the cursors",
    keys: ["Mod-Shift--"],
    mode: "edit",
    when: (bench) => bench.place().mode === "edit",
    run: editing.split,
  },
  {
    id: "merge",
    title: "Merge the selected cells, or the cell with the one below",
    keys: ["Shift-M"],
    mode: "command",
    when: hasCells,
    run: editing.merge,
  },
  {
    id: "merge-above",
    title: "Merge with the cell above",
    keys: ["Mod-Backspace"],
    mode: "command",
    when: hasCells,
    run: editing.mergeAbove,
  },
  {
    id: "merge-below",
    title: "Merge with the cell below",
    keys: ["Mod-Shift-M"],
    mode: "command",
    when: hasCells,
    run: editing.mergeBelow,
  },
  {
    id: "to-code",
    title: "Change to code",
    keys: ["Y"],
    mode: "command",
    when: hasCells,
    run: (bench) => editing.setType(bench, "code"),
  },
  {
    id: "to-markdown",
    title: "Change to Markdown",
    keys: ["M"],
    mode: "command",
    when: hasCells,
    run: (bench) => editing.setType(bench, "markdown"),
  },
  {
    id: "to-raw",
    title: "Change to raw",
    keys: ["R"],
    mode: "command",
    when: hasCells,
    run: (bench) => editing.setType(bench, "raw"),
  },
  ...[1, 2, 3, 4, 5, 6].map(
    (level): Row => ({
      id: `to-heading-${level}`,
      title: `Change to heading ${level}`,
      keys: [`${level}`],
      mode: "command",
      when: hasCells,
      run: (bench) => editing.setHeading(bench, level),
    }),
  ),
  {
    id: "undo",
    title: "Undo",
    keys: ["Z"],
    mode: "command",
    when: (bench) => bench.notebook.edits.canUndo(),
    run: editing.undo,
  },
  {
    id: "redo",
    title: "Redo",
    keys: ["Shift-Z"],
    mode: "command",
    when: (bench) => bench.notebook.edits.canRedo(),
    run: editing.redo,
  },
  {
    id: "versions",
    title: "Version history of the cell…",
    keys: [],
    mode: "both",
    when: (bench) => bench.place().active !== null,
    run: (bench) => {
      const { active } = bench.place();
      if (active !== null) bench.setDialog({ kind: "versions", cell: active });
    },
  },
  {
    id: "trash",
    title: "Deleted cells…",
    keys: [],
    mode: "both",
    run: (bench) => bench.setDialog({ kind: "trash" }),
  },
];

const MOVING: readonly Row[] = [
  { id: "edit", title: "Edit the cell", keys: ["Enter"], mode: "command", when: hasCells, run: showing.edit },
  {
    id: "leave",
    title: "Leave the editor",
    keys: ["Escape", "Ctrl-M"],
    mode: "edit",
    run: showing.leave,
    yields: true,
  },
  {
    id: "up",
    title: "Go to the cell above",
    keys: ["ArrowUp", "K"],
    mode: "command",
    run: (bench) => showing.moveBy(bench, -1),
  },
  {
    id: "down",
    title: "Go to the cell below",
    keys: ["ArrowDown", "J"],
    mode: "command",
    run: (bench) => showing.moveBy(bench, 1),
  },
  {
    id: "extend-up",
    title: "Extend the selection up",
    keys: ["Shift-ArrowUp", "Shift-K"],
    mode: "command",
    run: (bench) => showing.moveBy(bench, -1, true),
  },
  {
    id: "extend-down",
    title: "Extend the selection down",
    keys: ["Shift-ArrowDown", "Shift-J"],
    mode: "command",
    run: (bench) => showing.moveBy(bench, 1, true),
  },
  {
    id: "extend-first",
    title: "Extend the selection to the first cell",
    keys: ["Shift-Home"],
    mode: "command",
    run: (bench) => showing.extendToEnd(bench, "first"),
  },
  {
    id: "extend-last",
    title: "Extend the selection to the last cell",
    keys: ["Shift-End"],
    mode: "command",
    run: (bench) => showing.extendToEnd(bench, "last"),
  },
  {
    id: "first",
    title: "Go to the first cell",
    keys: ["Home"],
    mode: "command",
    run: (bench) => showing.goToEnd(bench, "first"),
  },
  {
    id: "last",
    title: "Go to the last cell",
    keys: ["End"],
    mode: "command",
    run: (bench) => showing.goToEnd(bench, "last"),
  },
  { id: "select-all", title: "Select all cells", keys: ["Mod-A"], mode: "command", run: showing.selectEverything },
  { id: "deselect", title: "Select the active cell only", keys: [], mode: "command", run: showing.deselect },
  {
    id: "page-down",
    title: "Scroll down",
    keys: ["Space"],
    mode: "command",
    run: (bench) => showing.scroll(bench, 1),
  },
  {
    id: "page-up",
    title: "Scroll up",
    keys: ["Shift-Space"],
    mode: "command",
    run: (bench) => showing.scroll(bench, -1),
  },
];

const EDITING: readonly Row[] = [
  {
    id: "undo-edit",
    title: "Undo",
    keys: ["Mod-Z"],
    mode: "both",
    run: editing.undo,
  },
  {
    id: "redo-edit",
    title: "Redo",
    keys: ["Mod-Shift-Z", "Mod-Y"],
    mode: "both",
    run: editing.redo,
  },
  {
    id: "comment",
    title: "Comment or uncomment the lines",
    keys: ["Mod-/"],
    mode: "edit",
    run: (bench) => showing.perform(bench, "comment"),
  },
  {
    id: "block-comment",
    title: "Comment or uncomment the block",
    keys: ["Alt-A"],
    mode: "edit",
    run: (bench) => showing.perform(bench, "block-comment"),
  },
  {
    id: "indent",
    title: "Indent the lines",
    keys: ["Mod-]"],
    mode: "edit",
    run: (bench) => showing.perform(bench, "indent"),
  },
  {
    id: "dedent",
    title: "Unindent the lines",
    keys: ["Mod-["],
    mode: "edit",
    run: (bench) => showing.perform(bench, "dedent"),
  },
  {
    id: "delete-line",
    title: "Delete the line",
    keys: ["Mod-D", "Mod-Shift-K"],
    mode: "edit",
    run: (bench) => showing.perform(bench, "delete-line"),
  },
  {
    id: "next-occurrence",
    title: "Add a cursor at the next occurrence",
    keys: ["Mod-Shift-D"],
    mode: "edit",
    run: (bench) => showing.perform(bench, "next-occurrence"),
  },
];

const SHOWING: readonly Row[] = [
  {
    id: "line-numbers",
    title: "Show or hide the line numbers of the cell",
    keys: ["L"],
    mode: "command",
    when: hasCells,
    run: (bench) => {
      for (const id of bench.selected()) bench.cells.get(id)?.toggleLineNumbers();
    },
  },
  {
    id: "all-line-numbers",
    title: "Show or hide all line numbers",
    keys: ["Shift-L"],
    mode: "command",
    run: (bench) => bench.host.change({ lineNumbers: !bench.settings.lineNumbers }),
  },
  {
    id: "wrap",
    title: "Wrap long lines or not",
    keys: [],
    mode: "both",
    run: (bench) => bench.host.change({ wrap: !bench.settings.wrap }),
  },
  {
    id: "toggle-outputs",
    title: "Show or hide the outputs",
    keys: ["O"],
    mode: "command",
    when: hasCells,
    run: (bench) => showing.toggleOutputs(bench, bench.selected()),
  },
  {
    id: "toggle-input",
    title: "Show or hide the source",
    keys: [],
    mode: "command",
    when: hasCells,
    run: (bench) => showing.toggleInputs(bench, bench.selected()),
  },
  {
    id: "hide-all-inputs",
    title: "Hide all sources",
    keys: [],
    mode: "both",
    run: (bench) => showing.hideInputs(bench, all(bench), true),
  },
  {
    id: "show-all-inputs",
    title: "Show all sources",
    keys: [],
    mode: "both",
    run: (bench) => showing.hideInputs(bench, all(bench), false),
  },
  {
    id: "hide-all-outputs",
    title: "Hide all outputs",
    keys: [],
    mode: "both",
    run: (bench) => showing.hideOutputs(bench, all(bench), true),
  },
  {
    id: "show-all-outputs",
    title: "Show all outputs",
    keys: [],
    mode: "both",
    run: (bench) => showing.hideOutputs(bench, all(bench), false),
  },
  { id: "render-all", title: "Render all Markdown cells", keys: [], mode: "both", run: showing.renderAll },
  {
    id: "outline",
    title: "Show or hide the outline",
    keys: ["Mod-Shift-O"],
    mode: "both",
    run: (bench) => bench.setOutline(!bench.outline()),
    anywhere: true,
  },
];

const NOTEBOOK: readonly Row[] = [
  {
    id: "save",
    title: "Save",
    keys: ["Mod-S"],
    mode: "both",
    run: (bench) => bench.attempt(bench.notebook.requests.save()),
    anywhere: true,
  },
  {
    id: "save-as",
    title: "Save as…",
    keys: ["Mod-Shift-S"],
    mode: "both",
    run: (bench) => bench.host.saveAs(),
    anywhere: true,
  },
  {
    id: "find",
    title: "Find",
    keys: ["Mod-F"],
    mode: "both",
    run: (bench) => bench.finding.open(selectionText(bench)),
    anywhere: true,
  },
  { id: "find-command", title: "Find", keys: ["F"], mode: "command", run: (bench) => bench.finding.open("") },
  {
    id: "replace",
    title: "Find and replace",
    keys: ["Mod-H"],
    mode: "both",
    run: (bench) => bench.finding.open(selectionText(bench), true),
    anywhere: true,
  },
  {
    id: "find-next",
    title: "Next match",
    keys: ["Mod-G"],
    mode: "both",
    run: (bench) => bench.finding.go(1),
    anywhere: true,
  },
  {
    id: "find-previous",
    title: "Previous match",
    keys: ["Mod-Shift-G"],
    mode: "both",
    run: (bench) => bench.finding.go(-1),
    anywhere: true,
  },
  {
    id: "palette",
    title: "All commands",
    keys: ["Mod-Shift-C", "F1"],
    mode: "both",
    run: (bench) => bench.setDialog({ kind: "palette" }),
    anywhere: true,
  },
  {
    id: "keys",
    title: "Keyboard shortcuts",
    keys: ["H"],
    mode: "command",
    run: (bench) => bench.host.showKeys(),
  },
  {
    id: "keys-anywhere",
    title: "Keyboard shortcuts",
    keys: ["Mod-Shift-H"],
    mode: "both",
    run: (bench) => bench.host.showKeys(),
    anywhere: true,
  },
];

function selectionText(bench: Bench): string {
  const { active, mode } = bench.place();
  if (active === null || mode !== "edit") return "";
  const range = bench.cells.get(active)?.editor()?.selection();
  const text = range === undefined ? "" : (bench.notebook.cell(active)?.source() ?? "").slice(range.from, range.to);
  return text.includes("\n") ? "" : text;
}

function of(group: Command["group"], rows: readonly Row[]): readonly Command[] {
  return rows.map((row) => ({ ...row, group }));
}

export const COMMANDS: readonly Command[] = [
  ...of("Running", RUNNING),
  ...of("Cells", CELLS),
  ...of("Moving", MOVING),
  ...of("Editing", EDITING),
  ...of("Showing", SHOWING),
  ...of("Notebook", NOTEBOOK),
];
