/// The changes that a person makes to the document: each a transaction that the daemon admits, and one step of undo.
/// Checks bounds before it writes: what the daemon would refuse as a whole is an error of that one change here.

import { HoodError, limits } from "@fumehood/protocol";
import { type Accessor, batch } from "solid-js";
import type { NotebookDocument } from "./document.js";
import { snap } from "./text.js";
import type { CellType, Copied, Edits, Values } from "./types.js";
import type { Undo } from "./undo.js";
import { checkSize, checkSource, same, sourceText, tame, tameAll, tameText } from "./values.js";
import { make, type NewCell, STRUCTURE, splice, type Write, write } from "./writing.js";

const TYPING = Symbol("typing");
/// Between the texts of cells that are merged.
const BETWEEN = "\n\n";

export class DocumentEdits implements Edits {
  readonly canUndo: Accessor<boolean>;
  readonly canRedo: Accessor<boolean>;
  readonly #document: NotebookDocument;
  readonly #undo: Undo;
  readonly #check: () => void;

  /// `check` throws where nothing may be edited.
  constructor(document: NotebookDocument, undo: Undo, check: () => void) {
    this.#document = document;
    this.#undo = undo;
    this.#check = check;
    this.canUndo = undo.canUndo;
    this.canRedo = undo.canRedo;
  }

  insert(after: string | null, cell: Partial<Copied> = {}): string {
    const [id] = this.#insert(after, [cell]);
    return id ?? "";
  }

  paste(after: string | null, cells: readonly Copied[]): readonly string[] {
    return this.#insert(after, cells);
  }

  copy(ids: readonly string[]): readonly Copied[] {
    return this.#inOrder(ids).map((id) => {
      const cell = this.#cell(id);
      return {
        type: cell.type(),
        source: cell.source(),
        metadata: structuredClone(cell.metadata()),
        attachments: structuredClone(cell.attachments()),
      };
    });
  }

  remove(ids: readonly string[]): void {
    this.#check();
    const now = Date.now() / 1000;
    this.#write(
      this.#inOrder(ids).map((cell): Write => ({ kind: "cell", cell, key: "deleted", expect: undefined, value: now })),
    );
  }

  move(ids: readonly string[], after: string | null): void {
    this.#check();
    const moving = this.#inOrder(ids);
    if (moving.length === 0) return;
    const set = new Set(moving);
    let behind = after;
    if (behind !== null) this.#cell(behind);
    const order = this.#document.order();
    // Behind a cell that itself moves: behind the nearest one that stays.
    while (behind !== null && set.has(behind)) behind = order[order.indexOf(behind) - 1] ?? null;
    const wanted = order.filter((id) => !set.has(id));
    wanted.splice(behind === null ? 0 : wanted.indexOf(behind) + 1, 0, ...moving);
    if (wanted.every((id, at) => id === order[at])) return;
    const { keys, neighbours } = this.#document.places.keysAfter(behind, moving.length, set);
    const writes = [...neighbours].map(([id, key]) => this.#place(id, key));
    moving.forEach((id, at) => {
      writes.push(this.#place(id, keys[at] ?? ""));
    });
    this.#write(writes);
  }

  split(id: string, at: readonly number[]): readonly string[] {
    this.#check();
    const cell = this.#cell(id);
    const source = cell.source();
    const cuts = [...new Set(at.map((one) => snap(source, one)))].sort((one, other) => one - other);
    const bounds = [0, ...cuts, source.length];
    const parts = bounds.slice(1).map((end, index) => source.slice(bounds[index], end));
    // A line end at a cut belongs to neither side.
    const tails = parts.slice(1).map((part, index) => {
      const inner = part.replace(/^\n+/, "");
      return index === parts.length - 2 ? inner : inner.replace(/\n+$/, "");
    });
    if (tails.length === 0) return [];
    const kept = (parts[0] ?? "").replace(/\n+$/, "").length;
    const type = cell.type();
    const metadata = cell.metadata();
    let made: readonly string[] = [];
    this.together(() => {
      this.#splice(id, kept, source.length, "");
      made = this.#insert(
        id,
        tails.map((tail) => ({ type, source: tail, metadata, attachments: {} })),
      );
    });
    return made;
  }

  merge(ids: readonly string[]): void {
    this.#check();
    const [first, ...rest] = this.#inOrder(ids);
    if (first === undefined || rest.length === 0) return;
    const cell = this.#cell(first);
    const added = rest.map((id) => BETWEEN + this.#cell(id).source()).join("");
    const end = cell.source().length;
    checkSource(cell.source() + added);
    const old = cell.attachments();
    const all: Values = Object.assign({}, ...rest.map((id) => this.#cell(id).attachments()).reverse(), old);
    checkSize(all, "A cell's attachments");
    this.together(() => {
      this.#splice(first, end, end, added);
      if (!same(all, old)) this.#write([this.#set(first, "attachments", all)]);
      this.remove(rest);
    });
  }

  setType(ids: readonly string[], type: CellType): void {
    this.#check();
    this.#write(
      this.#inOrder(ids)
        .filter((id) => this.#cell(id).type() !== type)
        .map((id) => this.#set(id, "type", type)),
    );
  }

  setMetadata(id: string, key: string, value: unknown): void {
    this.#check();
    const old = this.#cell(id).metadata();
    this.#describe(id, "A cell's metadata", old, key, value);
  }

  setNotebookMetadata(key: string, value: unknown): void {
    this.#check();
    this.#describe(null, "The notebook's metadata", this.#document.metadata(), key, value);
  }

  replaceText(id: string, from: number, to: number, insert: string): void {
    this.#check();
    const source = this.#cell(id).source();
    const start = snap(source, from);
    const end = Math.max(start, snap(source, to));
    const text = sourceText(insert);
    checkSource(source.slice(0, start) + text + source.slice(end));
    this.#splice(id, start, end, text);
  }

  together(change: () => void): void {
    batch(() => this.#undo.together(change));
  }

  undo(): readonly string[] {
    this.#check();
    return this.#undo.undo();
  }

  redo(): readonly string[] {
    this.#check();
    return this.#undo.redo();
  }

  // -- inside

  #cell(id: string) {
    const cell = this.#document.cell(id);
    if (cell === undefined) throw new HoodError("cell.missing", `There is no cell ${id}.`);
    return cell;
  }

  /// Those that live, each once, as they stand in the notebook.
  #inOrder(ids: readonly string[]): string[] {
    if (ids.length === 1) return ids.filter((id) => this.#document.places.alive(id));
    const wanted = new Set(ids);
    return this.#document.order().filter((id) => wanted.has(id));
  }

  #insert(after: string | null, cells: readonly Partial<Copied>[]): string[] {
    this.#check();
    if (after !== null) this.#cell(after);
    const places = this.#document.places;
    if (places.size + cells.length > limits.CELLS)
      throw new HoodError("limit.exceeded", `A notebook may have ${limits.CELLS} cells.`);
    const { keys, neighbours } = places.keysAfter(after, cells.length);
    const ids = new Set<string>();
    const made = cells.map((cell, at): NewCell => {
      const source = sourceText(cell.source ?? "");
      checkSource(source);
      const id = this.#newId(ids);
      ids.add(id);
      return {
        id,
        type: cell.type ?? "code",
        source,
        metadata: tameAll(cell.metadata ?? {}, "A cell's metadata"),
        attachments: tameAll(cell.attachments ?? {}, "A cell's attachments"),
        order: keys[at] ?? "",
      };
    });
    const back: Write[] = [];
    this.#document.transact(() => {
      for (const [id, key] of neighbours) this.#do(this.#place(id, key), back);
      for (const cell of made) back.push(make(this.#document, cell));
    }, STRUCTURE);
    this.#undo.record(back);
    return made.map((cell) => cell.id);
  }

  #newId(taken: ReadonlySet<string>): string {
    for (;;) {
      const bytes = crypto.getRandomValues(new Uint8Array(4));
      const id = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
      if (!taken.has(id) && this.#document.map(id) === undefined) return id;
    }
  }

  #place(cell: string, value: string): Write {
    return { kind: "cell", cell, key: "order", expect: this.#document.places.get(cell)?.order, value };
  }

  #set(cell: string, key: "type" | "attachments", value: unknown): Write {
    return { kind: "cell", cell, key, expect: this.#document.map(cell)?.get(key), value };
  }

  #describe(cell: string | null, what: string, old: Values, name: string, value: unknown): void {
    const key = tameText(name);
    const kept = value === null || value === undefined ? undefined : tame(value, what);
    const expect = Object.hasOwn(old, key) ? old[key] : undefined;
    if (same(expect, kept)) return;
    if (kept !== undefined) checkSize({ ...old, [key]: kept }, what);
    this.#write([{ kind: "metadata", cell, key, expect, value: kept }]);
  }

  #write(writes: readonly Write[]): void {
    if (writes.length === 0) return;
    const back: Write[] = [];
    this.#document.transact(() => {
      for (const one of writes) this.#do(one, back);
    }, STRUCTURE);
    this.#undo.record(back);
  }

  #do(wanted: Write, back: Write[]): void {
    const done = write(this.#document, wanted, Date.now() / 1000);
    if (done !== null) back.push(done);
  }

  #splice(id: string, from: number, to: number, insert: string): void {
    const text = this.#cell(id).text();
    this.#undo.separate();
    this.#document.transact(() => splice(text, from, to, insert), TYPING);
    this.#undo.separate();
  }
}
