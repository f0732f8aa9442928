/// Every command of a notebook with its keys: JupyterLab's, so that fingers already know them. The dispatcher, the
/// palette, the toolbar, the help and the keyboard map in the documentation all read this one table. A key that types
/// text (`A`, `D D`) counts in command mode only, whatever the command's mode is.

import type { CellType } from "../notebook/types.js";
import * as editing from "./editing.js";
import * as running from "./running.js";
import * as showing from "./showing.js";
import type { Bench, Command, EditorAction } from "./types.js";

type Run = Command["run"];
type More = Pick<Command, "when" | "yields" | "anywhere">;
type Row = Omit<Command, "group">;

const row =
  (mode: Command["mode"]) =>
  (id: string, title: string, keys: readonly string[], run: Run, more: More = {}): Row => ({
    id,
    title,
    keys,
    mode,
    run,
    ...more,
  });
const both = row("both");
const inCommand = row("command");
const inEdit = row("edit");

const cells: More = { when: (bench) => bench.selected().length > 0 };
const clipboard: More = { when: (bench) => bench.clipboard().length > 0 };
const kernel: More = { when: (bench) => !["none", "dead"].includes(bench.notebook.kernel().status) };
/// A dead one too: a restart is the way back.
const restartable: More = { when: (bench) => bench.notebook.kernel().status !== "none" };
const editor: More = { when: (bench) => bench.place().mode === "edit" };
const anywhere: More = { anywhere: true };

const all = (bench: Bench) => bench.notebook.order();
const type = (to: CellType) => (bench: Bench) => editing.setType(bench, to);
const act = (action: EditorAction) => (bench: Bench) => showing.perform(bench, action);

const RUNNING: readonly Row[] = [
  both("run-advance", "Run the selected cells and go to the next", ["Shift-Enter"], running.runAndAdvance, cells),
  both("run", "Run the selected cells", ["Mod-Enter"], running.runSelected, cells),
  both("run-insert", "Run the selected cells and insert a cell below", ["Alt-Enter"], running.runAndInsert, cells),
  both("run-all", "Run all cells", [], running.runAll),
  both("run-above", "Run all cells above", [], running.runAbove, cells),
  both("run-below", "Run the selected cell and all below", [], running.runBelow, cells),
  both("interrupt", "Interrupt the kernel", ["I I"], running.interrupt, kernel),
  both("restart", "Restart the kernel…", ["0 0"], running.restart, restartable),
  both("restart-run-all", "Restart the kernel and run all cells…", [], running.restartAndRunAll),
  both("restart-run-above", "Restart the kernel and run to the selected cell…", [], running.restartAndRunTo, cells),
  both("restart-clear", "Restart the kernel and clear all outputs…", [], running.restartAndClear, restartable),
  both("shutdown", "Shut the kernel down…", [], running.shutdown, kernel),
  both("pick-kernel", "Choose the kernel…", [], (bench) => bench.host.pickKernel()),
  both("clear-outputs", "Clear the outputs of the selected cells", [], running.clearSelected, cells),
  both("clear-all-outputs", "Clear all outputs", [], running.clearAll),
  both("go-to-running", "Go to the running cell", [], showing.goToRunning, {
    when: (bench) => bench.notebook.queue().size > 0,
  }),
];

const CELLS: readonly Row[] = [
  both("insert-above", "Insert a cell above", ["A"], editing.insertAbove),
  both("insert-below", "Insert a cell below", ["B"], editing.insertBelow),
  both("insert-heading-above", "Insert a heading above", ["Shift-A"], (bench) => editing.insertHeading(bench, true)),
  both("insert-heading-below", "Insert a heading below", ["Shift-B"], (bench) => editing.insertHeading(bench, false)),
  both("delete", "Delete the selected cells", ["D D"], editing.remove, cells),
  both("cut", "Cut the selected cells", ["X"], editing.cut, cells),
  both("copy", "Copy the selected cells", ["C"], editing.copy, cells),
  both("paste-below", "Paste cells below", ["V"], editing.pasteBelow, clipboard),
  both("paste-above", "Paste cells above", ["Shift-V"], editing.pasteAbove, clipboard),
  both("paste-over", "Paste cells and replace the selected ones", [], editing.pasteOver, clipboard),
  inCommand("move-up", "Move the selected cells up", ["Mod-Shift-ArrowUp"], editing.moveUp, cells),
  inCommand("move-down", "Move the selected cells down", ["Mod-Shift-ArrowDown"], editing.moveDown, cells),
  inEdit("split", "Split the cell at the cursors", ["Mod-Shift--"], editing.split, editor),
  both("merge", "Merge the selected cells, or the cell with the one below", ["Shift-M"], editing.merge, cells),
  inCommand("merge-above", "Merge with the cell above", ["Mod-Backspace"], editing.mergeAbove, cells),
  inCommand("merge-below", "Merge with the cell below", ["Mod-Shift-M"], editing.mergeBelow, cells),
  both("to-code", "Change to code", ["Y"], type("code"), cells),
  both("to-markdown", "Change to Markdown", ["M"], type("markdown"), cells),
  both("to-raw", "Change to raw", ["R"], type("raw"), cells),
  ...[1, 2, 3, 4, 5, 6].map((level) =>
    both(`to-heading-${level}`, `Change to heading ${level}`, [`${level}`], (b) => editing.setHeading(b, level), cells),
  ),
  both("versions", "Version history of the cell…", [], showing.showVersions, cells),
  both("trash", "Deleted cells…", [], (bench) => bench.setDialog({ kind: "trash" })),
];

const MOVING: readonly Row[] = [
  inCommand("edit", "Edit the cell", ["Enter"], showing.edit, cells),
  inEdit("leave", "Leave the editor", ["Escape", "Ctrl-M"], showing.leave, { yields: true }),
  inCommand("up", "Go to the cell above", ["ArrowUp", "K"], (bench) => showing.moveBy(bench, -1)),
  inCommand("down", "Go to the cell below", ["ArrowDown", "J"], (bench) => showing.moveBy(bench, 1)),
  inCommand("extend-up", "Extend the selection up", ["Shift-ArrowUp", "Shift-K"], (bench) =>
    showing.moveBy(bench, -1, true),
  ),
  inCommand("extend-down", "Extend the selection down", ["Shift-ArrowDown", "Shift-J"], (bench) =>
    showing.moveBy(bench, 1, true),
  ),
  inCommand("extend-first", "Extend the selection to the first cell", ["Shift-Home"], (bench) =>
    showing.extendToEnd(bench, "first"),
  ),
  inCommand("extend-last", "Extend the selection to the last cell", ["Shift-End"], (bench) =>
    showing.extendToEnd(bench, "last"),
  ),
  inCommand("first", "Go to the first cell", ["Home", "Mod-ArrowUp"], (bench) => showing.goToEnd(bench, "first")),
  inCommand("last", "Go to the last cell", ["End", "Mod-ArrowDown"], (bench) => showing.goToEnd(bench, "last")),
  inCommand("fold", "Fold the section, or go to the heading above", ["ArrowLeft"], showing.foldOrGoUp),
  inCommand("unfold", "Unfold the section, or go to the heading below", ["ArrowRight"], showing.unfoldOrGoDown),
  inCommand("select-all", "Select all cells", ["Mod-A"], showing.selectEverything),
  inCommand("deselect", "Select the active cell only", [], showing.deselect),
  inCommand("page-down", "Scroll down", ["Space"], (bench) => showing.scroll(bench, 1)),
  inCommand("page-up", "Scroll up", ["Shift-Space"], (bench) => showing.scroll(bench, -1)),
];

const EDITING: readonly Row[] = [
  both("undo", "Undo", ["Z", "Mod-Z"], editing.undo, { when: (bench) => bench.notebook.edits.canUndo() }),
  both("redo", "Redo", ["Shift-Z", "Mod-Shift-Z", "Mod-Y"], editing.redo, {
    when: (bench) => bench.notebook.edits.canRedo(),
  }),
  inEdit("complete", "Complete what is typed", ["Tab", "Ctrl-Space"], act("complete"), { ...editor, yields: true }),
  inEdit("inspect", "Say what the kernel knows; again: more", ["Shift-Tab"], act("inspect"), {
    ...editor,
    yields: true,
  }),
  inEdit("comment", "Comment or uncomment the lines", ["Mod-/"], act("comment"), editor),
  inEdit("block-comment", "Comment or uncomment the block", ["Alt-A"], act("block-comment"), editor),
  inEdit("indent", "Indent the lines", ["Mod-]"], act("indent"), editor),
  inEdit("dedent", "Unindent the lines", ["Mod-["], act("dedent"), editor),
  inEdit("delete-line", "Delete the line", ["Mod-D", "Mod-Shift-K"], act("delete-line"), editor),
  inEdit("next-occurrence", "Add a cursor at the next occurrence", ["Mod-Shift-D"], act("next-occurrence"), editor),
];

const SHOWING: readonly Row[] = [
  both("line-numbers", "Show or hide the line numbers of the cell", ["L"], showing.toggleLineNumbers, cells),
  both("all-line-numbers", "Show or hide all line numbers", ["Shift-L"], (bench) =>
    bench.host.change({ lineNumbers: !bench.settings.lineNumbers }),
  ),
  both("wrap", "Wrap long lines or not", [], (bench) => bench.host.change({ wrap: !bench.settings.wrap })),
  both("toggle-outputs", "Show or hide the outputs", ["O"], (b) => showing.toggleOutputs(b, b.selected()), cells),
  both("scroll-outputs", "Scroll the outputs or not", [], (b) => showing.toggleScrolled(b, b.selected()), cells),
  both("open-outputs", "Open the outputs in a window", [], showing.openOutputs, { when: showing.hasOutputs }),
  both("toggle-input", "Show or hide the source", [], (b) => showing.toggleInputs(b, b.selected()), cells),
  both("hide-all-inputs", "Hide all sources", [], (bench) => showing.hideInputs(bench, all(bench), true)),
  both("show-all-inputs", "Show all sources", [], (bench) => showing.hideInputs(bench, all(bench), false)),
  both("hide-all-outputs", "Hide all outputs", [], (bench) => showing.hideOutputs(bench, all(bench), true)),
  both("show-all-outputs", "Show all outputs", [], (bench) => showing.hideOutputs(bench, all(bench), false)),
  both("toggle-section", "Fold or unfold the section", [], (b) => showing.toggleSection(b, b.place().active), cells),
  inCommand("fold-all", "Fold all sections", ["Mod-Shift-ArrowLeft"], (b) => showing.foldAll(b, true)),
  inCommand("unfold-all", "Unfold all sections", ["Mod-Shift-ArrowRight"], (b) => showing.foldAll(b, false)),
  both("render-all", "Render all Markdown cells", [], showing.renderAll),
  both("outline", "Show or hide the outline", ["Mod-Shift-O"], (b) => b.setOutline(!b.outline()), anywhere),
];

const NOTEBOOK: readonly Row[] = [
  both("save", "Save", ["Mod-S"], (bench) => bench.attempt(bench.notebook.requests.save()), anywhere),
  both("save-as", "Save as…", ["Mod-Shift-S"], (bench) => bench.host.saveAs(), anywhere),
  both("export-html", "Export as HTML…", [], (bench) => bench.host.exportHtml(), anywhere),
  both("print", "Print…", ["Mod-P"], (bench) => bench.host.print(), anywhere),
  both("find", "Find", ["F", "Mod-F"], (b) => b.finding.open(showing.selectedText(b)), anywhere),
  both("replace", "Find and replace", ["Mod-H"], (b) => b.finding.open(showing.selectedText(b), true), anywhere),
  both("find-next", "Next match", ["Mod-G"], (bench) => bench.finding.go(1), anywhere),
  both("find-previous", "Previous match", ["Mod-Shift-G"], (bench) => bench.finding.go(-1), anywhere),
  both(
    "palette",
    "All commands",
    ["Mod-Shift-C", "Mod-Shift-P", "F1"],
    (b) => b.setDialog({ kind: "palette" }),
    anywhere,
  ),
  both("packages", "Packages of the notebook…", [], (bench) => bench.host.showPackages(), anywhere),
  both("diagnostics", "Diagnostics of outputs…", [], (bench) => bench.host.showDiagnostics(), anywhere),
  both("keys", "Keyboard shortcuts", ["H", "Mod-Shift-H"], (bench) => bench.host.showKeys(), anywhere),
];

const of = (group: Command["group"], rows: readonly Row[]): readonly Command[] =>
  rows.map((one) => ({ ...one, group }));

export const COMMANDS: readonly Command[] = [
  ...of("Running", RUNNING),
  ...of("Cells", CELLS),
  ...of("Moving", MOVING),
  ...of("Editing", EDITING),
  ...of("Showing", SHOWING),
  ...of("Notebook", NOTEBOOK),
];
