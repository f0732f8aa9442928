/// What was typed in this window, as items that can be taken back while others type: `Y.UndoManager`, one item at a
/// time. Its own stacks are not used, because it would go on to the next item where one has nothing left to undo.

import * as Y from "yjs";

/// Typing with shorter pauses is one item.
const CAPTURE_MS = 500;

export type TypedItem = Y.UndoManager["undoStack"][number];

/// Editors bring an origin of their own with each change.
class AnyOrigin extends Set<unknown> {
  override has(): boolean {
    return true;
  }
}

export interface TypedParts {
  /// Whether a local transaction is typing, by its origin.
  isTyping(origin: unknown): boolean;
  /// Something was typed that is an item of its own.
  added(item: TypedItem): void;
  /// It belongs to the newest item.
  continued(): void;
}

export class Typed {
  readonly #doc: Y.Doc;
  readonly #parts: TypedParts;
  readonly #engine: Y.UndoManager;
  #inverting = false;
  /// The text that was typed in last.
  #last: unknown;

  constructor(doc: Y.Doc, parts: TypedParts) {
    this.#doc = doc;
    this.#parts = parts;
    this.#engine = new Y.UndoManager(doc.getMap("cells"), {
      captureTimeout: CAPTURE_MS,
      trackedOrigins: new AnyOrigin(),
      captureTransaction: (transaction) => this.#isTyping(transaction),
    });
    this.#engine.on("stack-item-added", ({ stackItem }) => {
      if (this.#inverting) return;
      // The engine needs the newest one only, to go on with it.
      this.#engine.undoStack = [stackItem];
      parts.added(stackItem);
    });
    this.#engine.on("stack-item-updated", () => {
      if (!this.#inverting) parts.continued();
    });
  }

  /// What is typed from now on is an item of its own.
  separate(): void {
    this.#engine.stopCapturing();
  }

  /// Takes it back; returns what takes that back, or undefined where there was nothing left to do.
  invert(item: TypedItem): TypedItem | undefined {
    const engine = this.#engine;
    this.separate();
    this.#inverting = true;
    try {
      engine.undoStack = [item];
      this.#doc.transact((transaction) => {
        align(transaction, item);
        engine.undo();
      }, engine);
      return engine.undoStack.pop();
    } finally {
      engine.undoStack = [];
      this.separate();
      this.#inverting = false;
    }
  }

  /// These will not be inverted any more: Yjs may collect the text that they could have brought back.
  forget(items: readonly TypedItem[]): void {
    if (items.length === 0) return;
    this.#engine.redoStack = [...items];
    this.#engine.clear(false, true);
  }

  destroy(): void {
    this.#engine.destroy();
  }

  #isTyping(transaction: Y.Transaction): boolean {
    if (this.#inverting) return transaction.origin === this.#engine;
    if (!transaction.local || transaction.changed.size === 0 || !this.#parts.isTyping(transaction.origin)) return false;
    // Typing in another cell is another item, however soon it comes.
    const [first] = transaction.changed.keys();
    if (transaction.changed.size > 1 || first !== this.#last) this.separate();
    this.#last = first;
    return true;
  }
}

/// Text that was deleted and brought back is a copy, which may have been cut or joined differently since. The undo of
/// Yjs takes the first piece of a copy for the whole and a joined one for the piece: so both are cut alike here.
function align(transaction: Y.Transaction, item: TypedItem): void {
  const inserted: Y.Item[] = [];
  Y.iterateDeletedStructs(transaction, item.insertions, (struct) => {
    if (struct instanceof Y.Item) inserted.push(struct);
  });
  for (let struct = inserted.pop(); struct !== undefined; struct = inserted.pop()) {
    const copy = follow(transaction, struct);
    if (copy === null) continue;
    const { client, clock } = struct.id;
    if (copy.length < struct.length)
      inserted.push(Y.getItemCleanStart(transaction, Y.createID(client, clock + copy.length)));
    cut(transaction, copy.id);
    cut(transaction, Y.createID(copy.id.client, copy.id.clock + copy.length));
  }
}

/// Where the beginning of a struct is now, and how much of it is there in one piece; null where it was never copied.
function follow(transaction: Y.Transaction, struct: Y.Item): { id: Y.ID; length: number } | null {
  const store = transaction.doc.store;
  let length = struct.length;
  let id: Y.ID | null = null;
  let next = struct.redone;
  while (next !== null) {
    id = next;
    const found = Y.getItem(store, id);
    const offset = id.clock - found.id.clock;
    length = Math.min(length, found.length - offset);
    const redone: Y.ID | null = found instanceof Y.Item ? found.redone : null;
    next = redone === null ? null : Y.createID(redone.client, redone.clock + offset);
  }
  return id === null ? null : { id, length };
}

/// Makes an item begin here, where there is one.
function cut(transaction: Y.Transaction, id: Y.ID): void {
  if (id.clock < Y.getState(transaction.doc.store, id.client) && Y.getItem(transaction.doc.store, id) instanceof Y.Item)
    Y.getItemCleanStart(transaction, id);
}
