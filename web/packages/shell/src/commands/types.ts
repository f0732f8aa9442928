/// What commands work on: the bench of one open notebook, the cells on the page as handles, and the page around them.

import type { Accessor } from "solid-js";
import type { ViewSettings } from "../editor/settings.js";
import type { Finding } from "../find/finding.js";
import type { Copied, Notebook } from "../notebook/types.js";
import type { Folding } from "./folding.js";
import type { Order, Place } from "./place.js";

export interface Command {
  readonly id: string;
  readonly title: string;
  /// As `keys.ts` reads them.
  readonly keys: readonly string[];
  readonly mode: "command" | "edit" | "both";
  /// The heading that it stands under in the keyboard map.
  readonly group: Group;
  when?(bench: Bench): boolean;
  run(bench: Bench): void;
  /// The editor may take the key first: Esc closes its completion list before it leaves the cell.
  readonly yields?: true;
  /// Works wherever the keyboard is on the page.
  readonly anywhere?: true;
}

export type Group = "Running" | "Cells" | "Moving" | "Editing" | "Showing" | "Notebook";

export interface EditorHandle {
  /// Offsets count UTF-16 units.
  focus(at?: "start" | "end" | number): void;
  /// Where a split would cut: all ends of all selections.
  readonly cuts: () => readonly number[];
  select(from: number, to: number): void;
  selection(): { readonly from: number; readonly to: number };
  perform(action: EditorAction): void;
}

export type EditorAction =
  | "complete"
  | "inspect"
  | "comment"
  | "block-comment"
  | "delete-line"
  | "next-occurrence"
  | "indent"
  | "dedent";

/// A cell on the page.
export interface CellHandle {
  readonly element: HTMLElement;
  /// Mounts the editor where there is none yet.
  editor(): EditorHandle | undefined;
  toggleLineNumbers(): void;
}

export interface Question {
  readonly title: string;
  readonly text: string;
  readonly action: string;
  readonly danger?: boolean;
}

/// What the bench needs from the page around it.
export interface Host {
  confirm(question: Question): Promise<boolean>;
  pickKernel(): void;
  showKeys(): void;
  saveAs(): void;
  /// One static file, for the person to save.
  exportHtml(): void;
  print(): void;
  showDiagnostics(): void;
  /// What the notebook wants installed.
  showPackages(): void;
  /// The outputs of a cell in a tab of their own.
  openOutputs(cell: string): void;
  /// An operation failed; `HoodError` mostly.
  report(error: unknown): void;
  change(settings: Partial<ViewSettings>): void;
}

export type Dialog = { readonly kind: "palette" | "trash" } | { readonly kind: "versions"; readonly cell: string };

export interface Bench {
  readonly notebook: Notebook;
  readonly settings: ViewSettings;
  readonly host: Host;
  readonly place: Accessor<Place>;
  move(change: (place: Place, order: Order) => Place): void;
  readonly selected: Accessor<readonly string[]>;
  isActive(id: string): boolean;
  isSelected(id: string): boolean;
  /// A Markdown cell that shows its source.
  isOpen(id: string): boolean;
  /// Cells that this window cut or copied last.
  readonly clipboard: Accessor<readonly Copied[]>;
  setClipboard(cells: readonly Copied[]): void;
  readonly finding: Finding;
  readonly folding: Folding;
  /// Cells that this window asked to run.
  readonly started: Set<string>;
  readonly dialog: Accessor<Dialog | null>;
  setDialog(dialog: Dialog | null): void;
  readonly outline: Accessor<boolean>;
  setOutline(shown: boolean): void;
  readonly cells: Map<string, CellHandle>;
  /// The list that scrolls, once it is on the page.
  readonly scroller: Accessor<HTMLElement | undefined>;
  setScroller(element: HTMLElement | undefined): void;
  /// Ids of the cells that the page has to build at once, because the user goes there.
  ensure(id: string): void;
  readonly ensured: Accessor<string | null>;
  /// Puts the keyboard where `place` says, whatever has it now.
  refocus(): void;
  readonly focusAsked: Accessor<number>;
  /// Said to screen readers, politely.
  readonly spoken: Accessor<string>;
  announce(text: string): void;
  /// False where there is no such command or it does not apply now.
  execute(command: string): boolean;
  enabled(command: string): boolean;
  /// Ids of the commands that were chosen in the palette, the latest first.
  readonly recent: Accessor<readonly string[]>;
  remember(command: string): void;
  /// Reports the failure of a request.
  attempt(request: Promise<unknown>): void;
}
