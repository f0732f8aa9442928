/// Matches of the search, marked in an editor.

import { StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView } from "@codemirror/view";
import type { Span } from "../find/search.js";

export interface Marks {
  readonly spans: readonly Span[];
  readonly current: Span | null;
}

export const setMarks = StateEffect.define<Marks>();

const match = Decoration.mark({ class: "search-match" });
const current = Decoration.mark({ class: "search-match search-current" });

export const marks = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(value, tr) {
    let next = value.map(tr.changes);
    for (const effect of tr.effects) if (effect.is(setMarks)) next = draw(effect.value, tr.newDoc.length);
    return next;
  },
  provide: (self) => EditorView.decorations.from(self),
});

function draw({ spans, current: now }: Marks, length: number): DecorationSet {
  const ranges = spans
    // The search may be a moment older than the text.
    .filter((span) => span.to <= length)
    .map((span) => (span.from === now?.from && span.to === now.to ? current : match).range(span.from, span.to));
  return Decoration.set(ranges, true);
}
