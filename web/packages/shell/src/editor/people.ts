/// Where the others are in a source, and telling them where we are. What they say of themselves is hostile: names are
/// the daemon's stamp, as text; colours only where they are colours; positions only where they fall into this text.

import { type Extension, type Range, RangeSet, type Text } from "@codemirror/state";
import {
  Decoration,
  type DecorationSet,
  type EditorView,
  ViewPlugin,
  type ViewUpdate,
  WidgetType,
} from "@codemirror/view";
import { ySyncAnnotation } from "y-codemirror.next";
import type { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import type { Person } from "../notebook/types.js";

const COLOR = /^#[0-9a-f]{6}$/i;
/// More than these are not drawn.
const DRAWN = 50;

interface There {
  readonly anchor: number;
  readonly head: number;
  readonly name: string;
  readonly color: string;
}

class Caret extends WidgetType {
  constructor(readonly color: string) {
    super();
  }

  override eq(other: Caret): boolean {
    return other.color === this.color;
  }

  override toDOM(): HTMLElement {
    const caret = document.createElement("span");
    caret.className = "person-caret";
    caret.setAttribute("aria-hidden", "true");
    if (this.color !== "") caret.style.setProperty("--person", this.color);
    caret.append("\u2060");
    return caret;
  }

  override ignoreEvent(): boolean {
    return true;
  }
}

export function people(text: Y.Text, awareness: Awareness, known: () => readonly Person[]): Extension {
  return ViewPlugin.fromClass(
    class {
      decorations: DecorationSet = Decoration.none;
      private seen = "";
      private readonly listen = (_: unknown, origin: unknown) => {
        // Our own telling comes out of an update, in which no other may begin.
        if (origin === "local") return;
        const now = JSON.stringify(others(text, awareness, known()));
        // Called at every key press of anybody in any cell: most change nothing here.
        if (now !== this.seen) this.view.dispatch({});
      };

      constructor(private readonly view: EditorView) {
        this.draw();
        // Not `change`, which comes before the names are known.
        awareness.on("update", this.listen);
      }

      update(update: ViewUpdate): void {
        const { view } = update;
        if (update.focusChanged || update.selectionSet || update.docChanged) {
          const remote = update.transactions.some((tr) => tr.annotation(ySyncAnnotation) !== undefined);
          if (view.hasFocus && !remote) tell(text, awareness, update.state.selection.main);
          else if (update.focusChanged && !view.hasFocus) forget(text, awareness);
        }
        this.draw();
      }

      destroy(): void {
        awareness.off("update", this.listen);
        forget(text, awareness);
      }

      private draw(): void {
        const there = others(text, awareness, known());
        this.seen = JSON.stringify(there);
        this.decorations = there.length === 0 ? Decoration.none : draw(there, this.view.state.doc);
      }
    },
    { decorations: (plugin) => plugin.decorations },
  );
}

function draw(there: readonly There[], doc: Text): DecorationSet {
  const { length } = doc;
  const ranges: Range<Decoration>[] = [];
  /// Names stand behind the line's end, by the style sheet, where they cover no text and are no text to be copied.
  const lines = new Map<number, There[]>();
  for (const person of there) {
    const { anchor, head, color } = person;
    const [from, to] = [Math.min(anchor, head, length), Math.min(Math.max(anchor, head), length)];
    // A custom property alone: CodeMirror sets it through the style object, which the page's policy allows.
    const attributes = color === "" ? {} : { style: `--person: ${color}` };
    if (from < to) ranges.push(Decoration.mark({ class: "person-selection", attributes }).range(from, to));
    ranges.push(Decoration.widget({ widget: new Caret(color), side: 1 }).range(Math.min(head, length)));
    const line = doc.lineAt(Math.min(head, length)).from;
    lines.set(line, [...(lines.get(line) ?? []), person]);
  }
  for (const [line, [first, ...more]] of lines) {
    if (first === undefined) continue;
    const attributes = {
      "data-person": [first, ...more].map(({ name }) => name).join(", "),
      ...(first.color === "" ? {} : { style: `--person: ${first.color}` }),
    };
    ranges.push(Decoration.line({ class: "person-line", attributes }).range(line));
  }
  return RangeSet.of(ranges, true);
}

function others(text: Y.Text, awareness: Awareness, known: readonly Person[]): readonly There[] {
  const doc = text.doc;
  if (doc === null || known.length === 0) return [];
  const states = awareness.getStates();
  const found: There[] = [];
  for (const person of known.slice(0, DRAWN)) {
    if (person.id === awareness.clientID) continue;
    const cursor = states.get(person.id)?.cursor as unknown;
    if (typeof cursor !== "object" || cursor === null) continue;
    const { anchor, head } = cursor as Record<string, unknown>;
    const at = position(anchor, text, doc);
    const to = position(head, text, doc);
    if (at === null || to === null) continue;
    found.push({ anchor: at, head: to, name: person.name, color: COLOR.test(person.color) ? person.color : "" });
  }
  return found;
}

function position(value: unknown, text: Y.Text, doc: Y.Doc): number | null {
  if (typeof value !== "object" || value === null) return null;
  try {
    const found = Y.createAbsolutePositionFromRelativePosition(Y.createRelativePositionFromJSON(value), doc);
    return found !== null && found.type === text ? found.index : null;
  } catch {
    // Anything can be in there.
    return null;
  }
}

function tell(text: Y.Text, awareness: Awareness, range: { readonly anchor: number; readonly head: number }): void {
  const anchor = Y.createRelativePositionFromTypeIndex(text, range.anchor);
  const head = Y.createRelativePositionFromTypeIndex(text, range.head);
  const cursor = { anchor: Y.relativePositionToJSON(anchor), head: Y.relativePositionToJSON(head) };
  const old = awareness.getLocalState()?.cursor;
  if (JSON.stringify(old) !== JSON.stringify(cursor)) awareness.setLocalStateField("cursor", cursor);
}

/// Only where what we told is about this text.
function forget(text: Y.Text, awareness: Awareness): void {
  const cursor = awareness.getLocalState()?.cursor as unknown;
  if (typeof cursor !== "object" || cursor === null || text.doc === null) return;
  if (position((cursor as Record<string, unknown>).anchor, text, text.doc) !== null)
    awareness.setLocalStateField("cursor", null);
}
