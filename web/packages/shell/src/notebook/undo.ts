/// Undo and redo of this window, across cells: one stack of steps. A step is text that was typed (which Yjs can take
/// back while others type), or writes with what takes them back, or several of both. Never undoes what others did.

import { type Accessor, batch, createSignal } from "solid-js";
import type { NotebookDocument } from "./document.js";
import { Typed, type TypedItem } from "./typed.js";
import { STRUCTURE, type Write, write } from "./writing.js";

/// Older steps are forgotten: they keep deleted text in memory.
const STEPS = 1000;

type Part = { readonly text: TypedItem } | { readonly writes: readonly Write[] };
type Step = readonly Part[];

export class Undo {
  readonly canUndo: Accessor<boolean>;
  readonly canRedo: Accessor<boolean>;
  readonly #setCanUndo: (can: boolean) => void;
  readonly #setCanRedo: (can: boolean) => void;
  readonly #document: NotebookDocument;
  #typed: Typed;
  #undo: Step[] = [];
  #redo: Step[] = [];
  /// Parts of the step that `together` makes.
  #group: Part[] | null = null;

  constructor(document: NotebookDocument) {
    this.#document = document;
    const [canUndo, setCanUndo] = createSignal(false);
    const [canRedo, setCanRedo] = createSignal(false);
    this.canUndo = canUndo;
    this.canRedo = canRedo;
    this.#setCanUndo = (can) => setCanUndo(can);
    this.#setCanRedo = (can) => setCanRedo(can);
    this.#typed = this.#newTyped();
  }

  /// The document is another one: its steps are of no use any more.
  reset(): void {
    this.#typed.destroy();
    this.#undo = [];
    this.#redo = [];
    this.#typed = this.#newTyped();
    this.#tell();
  }

  /// What is typed from now on is a step of its own.
  separate(): void {
    this.#typed.separate();
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

  #newTyped(): Typed {
    return new Typed(this.#document.doc, {
      isTyping: (origin) => origin !== STRUCTURE,
      added: (text) => this.#push({ text }),
      continued: () => this.#clearRedo(),
    });
  }

  #push(part: Part): void {
    if (this.#group !== null) this.#group.push(part);
    else this.#done([part]);
  }

  #done(step: Step): void {
    this.#undo.push(step);
    if (this.#undo.length > STEPS) this.#forget(this.#undo.splice(0, this.#undo.length - STEPS));
    this.#clearRedo();
    this.#tell();
  }

  #clearRedo(): void {
    if (this.#redo.length === 0) return;
    this.#forget(this.#redo);
    this.#redo = [];
    this.#tell();
  }

  #forget(steps: readonly Step[]): void {
    this.#typed.forget(steps.flatMap((step) => step.flatMap((part) => ("text" in part ? [part.text] : []))));
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
      const item = this.#typed.invert(part.text);
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

  #tell(): void {
    batch(() => {
      this.#setCanUndo(this.#undo.length > 0);
      this.#setCanRedo(this.#redo.length > 0);
    });
  }
}
