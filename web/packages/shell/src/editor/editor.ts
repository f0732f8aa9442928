/// One CodeMirror editor on the text of one cell. The Yjs text is the truth: the editor has no history of its own, and
/// undo goes to the notebook's. It is made when its cell comes near and thrown away when far, so nothing may live in it
/// alone. Escape leaves it, and Tab does where there is nothing to complete or indent.

import {
  acceptCompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionStatus,
  startCompletion,
} from "@codemirror/autocomplete";
import * as commands from "@codemirror/commands";
import { bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { highlightSelectionMatches, selectNextOccurrence } from "@codemirror/search";
import { Compartment, EditorSelection, EditorState, type Extension, Prec } from "@codemirror/state";
import {
  crosshairCursor,
  drawSelection,
  dropCursor,
  EditorView,
  keymap,
  lineNumbers,
  rectangularSelection,
  tooltips,
} from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";
import { YSyncConfig, ySync, ySyncFacet } from "y-codemirror.next";
import type { EditorAction, EditorHandle } from "../commands/types.js";
import type { Cell, Notebook } from "../notebook/types.js";
import { completion } from "./completion.js";
import { inspect, inspection, say } from "./inspection.js";
import { grammar, loadGrammar } from "./languages.js";
import { type Marks, marks, setMarks } from "./marks.js";
import { people } from "./people.js";
import type { ViewSettings } from "./settings.js";
import "./styles.js";

export interface EditorOptions {
  readonly cell: Cell;
  readonly notebook: Notebook;
  readonly label: string;
  readonly settings: ViewSettings;
  readonly lineNumbers: boolean;
  /// Name of a grammar; null for plain text.
  readonly language: string | null;
  /// Where tooltips go: cells clip what hangs over their edge.
  readonly tips: HTMLElement;
  /// Whether the kernel can be asked.
  readonly code: boolean;
  /// The cursor wants out at an edge; false where there is nowhere to go.
  leave(direction: -1 | 1): boolean;
}

export interface Editor extends EditorHandle {
  readonly view: EditorView;
  change(options: Pick<EditorOptions, "settings" | "lineNumbers" | "language" | "label" | "code">): void;
  mark(marks: Marks): void;
  destroy(): void;
}

/// Several carets are drawn by CodeMirror, which measures and lays them out after every key, in a second frame, and blinks
/// them by an animation; a single one is the browser's own and costs none of that.
const DRAWN = drawSelection();

type Changing = Pick<EditorOptions, "settings" | "lineNumbers" | "label" | "code">;

export function createEditor(parent: HTMLElement, options: EditorOptions): Editor {
  const { cell, notebook } = options;
  const dynamic = new Compartment();
  const language = new Compartment();
  const drawn = new Compartment();
  const failed = (error: unknown) => say(view, error instanceof Error ? error.message : "The kernel does not answer.");

  const changing = ({ settings, lineNumbers: numbers, label, code }: Changing): Extension => [
    numbers ? lineNumbers() : [],
    settings.wrap ? EditorView.lineWrapping : [],
    settings.closeBrackets ? closeBrackets() : [],
    settings.matchBrackets ? bracketMatching() : [],
    indentUnit.of(" ".repeat(Math.max(1, Math.min(8, settings.indent)))),
    EditorState.tabSize.of(Math.max(1, Math.min(8, settings.indent))),
    code ? [completion(notebook.requests, failed), inspection(notebook.requests, settings.hover)] : [],
    EditorView.contentAttributes.of({
      "aria-label": label,
      "aria-keyshortcuts": "Escape",
      spellcheck: code ? "false" : "true",
      autocorrect: "off",
      autocapitalize: "off",
      translate: "no",
    }),
  ];

  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: cell.text.toString(),
      extensions: [
        ySyncFacet.of(new YSyncConfig(cell.text, notebook.awareness)),
        ySync,
        people(cell.text, notebook.awareness, notebook.people),
        marks,
        Prec.high(keymap.of(ownKeys(options))),
        keymap.of([...closeBracketsKeymap, ...defaultKeys]),
        dynamic.of(changing(options)),
        language.of([]),
        syntaxHighlighting(classHighlighter),
        highlightSelectionMatches({ minSelectionLength: 2 }),
        indentOnInput(),
        drawn.of([]),
        EditorState.transactionExtender.of(({ startState, newSelection }) => {
          const several = newSelection.ranges.length > 1;
          const draws = drawn.get(startState) === DRAWN;
          return several === draws ? null : { effects: drawn.reconfigure(several ? DRAWN : []) };
        }),
        dropCursor(),
        EditorState.allowMultipleSelections.of(true),
        rectangularSelection(),
        crosshairCursor(),
        tooltips({ parent: options.tips, position: "fixed" }),
        EditorView.perLineTextDirection.of(true),
        EditorView.domEventHandlers({ blur: (_event, view) => forgetSelection(view) }),
      ],
    }),
  });

  let alive = true;
  let name: string | null = null;
  const speak = (wanted: string | null) => {
    if (wanted === name) return;
    name = wanted;
    const put = (extension: Extension) => view.dispatch({ effects: language.reconfigure(extension) });
    if (wanted === null) return put([]);
    const known = grammar(wanted);
    if (known !== undefined) return put(known.support);
    void loadGrammar(wanted).then(({ support }) => {
      if (alive && name === wanted) put(support);
    });
  };
  speak(options.language);

  return {
    view,
    change: (next) => {
      view.dispatch({ effects: dynamic.reconfigure(changing(next)) });
      speak(next.language);
    },
    mark: (next) => view.dispatch({ effects: setMarks.of(next) }),
    destroy: () => {
      alive = false;
      view.destroy();
    },
    focus: (at) => {
      if (at !== undefined) {
        const end = view.state.doc.length;
        const to = at === "start" ? 0 : at === "end" ? end : Math.min(end, at);
        view.dispatch({ selection: { anchor: to }, scrollIntoView: true });
      }
      view.focus();
    },
    cuts: () => cuts(view.state),
    select: (from, to) => {
      const end = view.state.doc.length;
      const selection = EditorSelection.single(Math.min(from, end), Math.min(to, end));
      view.dispatch({ selection, effects: EditorView.scrollIntoView(selection.main, { y: "center" }) });
    },
    selection: () => view.state.selection.main,
    perform: (action) => {
      if (action !== "inspect") ACTIONS[action](view);
      else void inspect(view, notebook.requests, failed);
    },
  };
}

const ACTIONS: Readonly<Record<Exclude<EditorAction, "inspect">, (view: EditorView) => boolean>> = {
  complete: startCompletion,
  comment: commands.toggleComment,
  "block-comment": commands.toggleBlockComment,
  "delete-line": commands.deleteLine,
  "next-occurrence": selectNextOccurrence,
  indent: commands.indentMore,
  dedent: commands.indentLess,
};

/// These are commands of the notebook's, or would take Tab's meaning away for good.
const NOT_OURS = new Set(["Mod-Enter", "Ctrl-m", "Mod-/", "Alt-A", "Mod-[", "Mod-]", "Shift-Mod-k", "Escape"]);
const defaultKeys = commands.defaultKeymap.filter((binding) => !NOT_OURS.has(binding.key ?? ""));

function cuts(state: EditorState): readonly number[] {
  const at = new Set<number>();
  for (const range of state.selection.ranges) {
    at.add(range.from);
    at.add(range.to);
  }
  return [...at].sort((a, b) => a - b);
}

/// Whether Tab means indentation here: a selection, or nothing but blanks before the cursor.
function indents(state: EditorState): boolean {
  const { main } = state.selection;
  if (!main.empty) return true;
  const line = state.doc.lineAt(main.head);
  return line.text.slice(0, main.head - line.from).trim() === "";
}

function ownKeys(options: EditorOptions) {
  const { notebook } = options;
  const failed = (view: EditorView) => (error: unknown) =>
    say(view, error instanceof Error ? error.message : "The kernel does not answer.");
  return [
    {
      key: "Tab",
      run: (view: EditorView) => {
        if (completionStatus(view.state) === "active") return acceptCompletion(view);
        if (indents(view.state) || !options.code) return indentHere(view);
        return startCompletion(view);
      },
      shift: (view: EditorView) => {
        if (indents(view.state) || !options.code) return commands.indentLess(view);
        void inspect(view, notebook.requests, failed(view));
        return true;
      },
    },
    // Selected text is no reason to stay: only of several cursors one is left first.
    { key: "Escape", run: oneCursor },
    { key: "ArrowUp", run: (view: EditorView) => atEdge(view, -1) && options.leave(-1) },
    { key: "ArrowDown", run: (view: EditorView) => atEdge(view, 1) && options.leave(1) },
  ];
}

/// A browser sends copy, cut and paste to where its selection is, which need not be where the keyboard is: in command mode
/// they are for cells. The editor knows its own selection and shows it again.
function forgetSelection(view: EditorView): void {
  // Only the window has lost the keyboard.
  if (view.root.activeElement === view.contentDOM) return;
  const selection = document.getSelection();
  if (view.contentDOM.contains(selection?.anchorNode ?? null)) selection?.removeAllRanges();
}

function oneCursor(view: EditorView): boolean {
  return view.state.selection.ranges.length > 1 && commands.simplifySelection(view);
}

function indentHere(view: EditorView): boolean {
  const { main } = view.state.selection;
  if (!main.empty) return commands.indentMore(view);
  const unit = view.state.facet(indentUnit);
  view.dispatch(view.state.replaceSelection(unit), { scrollIntoView: true, userEvent: "input.indent" });
  return true;
}

/// Whether a step up or down would leave the text: the first or last line as it is wrapped.
function atEdge(view: EditorView, direction: -1 | 1): boolean {
  const { main, ranges } = view.state.selection;
  if (ranges.length > 1 || !main.empty || completionStatus(view.state) === "active") return false;
  const { doc } = view.state;
  const line = doc.lineAt(main.head);
  if (line.number !== (direction < 0 ? 1 : doc.lines)) return false;
  const here = view.coordsAtPos(main.head);
  const edge = view.coordsAtPos(direction < 0 ? 0 : doc.length);
  return here === null || edge === null || Math.abs(here.top - edge.top) < (here.bottom - here.top) / 2;
}
