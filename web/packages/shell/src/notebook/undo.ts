/// Undo and redo of this window, across cells: one stack of steps. A step is text that was typed (which Yjs itself can
/// take back while others type) or writes with what takes them back. Never undoes what others did.
///
/// `Y.UndoManager` serves as the engine for text only: it gets one item at a time, because it would go on to the next
/// item where one has nothing left to undo.

import { type Accessor, batch, createSignal } from "solid-js";
import * as Y from "yjs";
import type { NotebookDocument } from "./document.js";
import { STRUCTURE, type Write, write } from "./writing.js";

/// Typing with shorter pauses is one step.
const CAPTURE_MS = 500;
/// Older steps are forgotten: they keep deleted text in memory.
const STEPS = 1000;

type StackItem = Y.UndoManager["undoStack"][number];
type Part = { readonly text: StackItem } | { readonly writes: readonly Write[] };
type Step = readonly Part[];

/// Editors bring an origin of their own with each change: whatever is local and not ours by name was typed.
class AnyOrigin extends Set<unknown> {
  override has(): boolean {
    return true;
  }
}

export class Undo {
  readonly canUndo: Accessor<boolean>;
  readonly canRedo: Accessor<boolean>;
  readonly #setCanUndo: (can: boolean) => void;
  readonly #setCanRedo: (can: boolean) => void;
  readonly #document: NotebookDocument;
  #engine: Y.UndoManager;
  #undo: Step[] = [];
  #redo: Step[] = [];
  /// Parts of the step that `together` makes.
  #group: Part[] | null = null;
  #replaying = false;

  constructor(document: NotebookDocument) {
    this.#document = document;
    const [canUndo, setCanUndo] = createSignal(false);
    const [canRedo, setCanRedo] = createSignal(false);
    this.canUndo = canUndo;
    this.canRedo = canRedo;
    this.#setCanUndo = (can) => setCanUndo(can);
    this.#setCanRedo = (can) => setCanRedo(can);
    this.#engine = this.#newEngine();
  }

  /// The document is another one: its steps are of no use any more.
  reset(): void {
    this.#engine.destroy();
    this.#undo = [];
    this.#redo = [];
    this.#engine = this.#newEngine();
    this.#tell();
  }

  /// What is typed from now on is a step of its own.
  separate(): void {
    this.#engine.stopCapturing();
  }

  /// These writes take back what was just done.
  record(writes: readonly Write[]): void {
    if (writes.length === 0) return;
    this.separate();
    this.#push({ writes });
  }

  together(change: () => void): void {
    if (this.#group !== null) {
      change();
      return;
    }
    this.separate();
    this.#group = [];
    try {
      change();
    } finally {
      const parts = this.#group;
      this.#group = null;
      this.separate();
      if (parts.length > 0) this.#done(parts);
    }
  }

  /// Returns the cells that changed.
  undo(): readonly string[] {
    return this.#replay(this.#undo, this.#redo);
  }

  redo(): readonly string[] {
    return this.#replay(this.#redo, this.#undo);
  }

  // -- inside

  #newEngine(): Y.UndoManager {
    const engine = new Y.UndoManager(this.#document.doc.getMap("cells"), {
      captureTimeout: CAPTURE_MS,
      trackedOrigins: new AnyOrigin(),
      captureTransaction: (transaction) => transaction.local && transaction.origin !== STRUCTURE,
    });
    engine.on("stack-item-added", ({ stackItem }) => {
      if (!this.#replaying) this.#push({ text: stackItem });
    });
    engine.on("stack-item-updated", () => {
      if (!this.#replaying) this.#clearRedo();
    });
    return engine;
  }

  #push(part: Part): void {
    if (this.#group !== null) this.#group.push(part);
    else this.#done([part]);
  }

  #done(step: Step): void {
    this.#undo.push(step);
    if (this.#undo.length > STEPS) this.#forget(this.#undo.splice(0, this.#undo.length - STEPS));
    // The engine goes on with the newest item alone, while typing is one step.
    this.#engine.undoStack = this.#engine.undoStack.slice(-1);
    this.#clearRedo();
    this.#tell();
  }

  #clearRedo(): void {
    if (this.#redo.length === 0) return;
    this.#forget(this.#redo);
    this.#redo = [];
    this.#tell();
  }

  /// Lets Yjs collect the deleted text that these steps could have brought back.
  #forget(steps: readonly Step[]): void {
    const items = steps.flatMap((step) => step.flatMap((part) => ("text" in part ? [part.text] : [])));
    if (items.length === 0) return;
    this.#engine.redoStack = items;
    this.#engine.clear(false, true);
  }

  #replay(from: Step[], to: Step[]): readonly string[] {
    this.separate();
    let touched: readonly string[] = [];
    let done = false;
    // A step of which nothing is left to undo is not worth a key press.
    while (!done) {
      const step = from.pop();
      if (step === undefined) break;
      touched = this.#document.collect(() => {
        const inverse = step.toReversed().flatMap((part) => this.#invert(part));
        if (inverse.length > 0) to.push(inverse);
        done = inverse.length > 0;
      });
    }
    this.#tell();
    return touched;
  }

  #invert(part: Part): Part[] {
    if ("text" in part) {
      const item = this.#invertText(part.text);
      return item === undefined ? [] : [{ text: item }];
    }
    const back: Write[] = [];
    const now = Date.now() / 1000;
    this.#document.transact(() => {
      for (const wanted of part.writes.toReversed()) {
        const done = write(this.#document, wanted, now);
        if (done !== null) back.push(done);
      }
    }, STRUCTURE);
    return back.length === 0 ? [] : [{ writes: back }];
  }

  #invertText(item: StackItem): StackItem | undefined {
    const engine = this.#engine;
    this.#replaying = true;
    try {
      engine.undoStack = [item];
      engine.redoStack = [];
      engine.undo();
      return engine.redoStack.pop();
    } finally {
      engine.undoStack = [];
      this.#replaying = false;
    }
  }

  #tell(): void {
    batch(() => {
      this.#setCanUndo(this.#undo.length > 0);
      this.#setCanRedo(this.#redo.length > 0);
    });
  }
}
