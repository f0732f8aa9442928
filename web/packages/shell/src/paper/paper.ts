/// What the notebook looks like while it is put on paper: cells and frames that were never near are made, and everything
/// is light. One signal, which cells, frames and the looks follow, and the list of the frames' places.

import { createSignal } from "solid-js";

/// The place of a frame.
export interface Place {
  readonly element: () => Element | undefined;
  /// Makes it although it is far away.
  mount(): void;
  /// Far away it may be given up again.
  release(): void;
  /// Nothing more is to come.
  shown(): boolean;
}

const [paper, setPaper] = createSignal(false);
const places = new Set<Place>();

/// The notebook is being printed.
export const onPaper = paper;
export { setPaper };

/// Returns how to leave.
export function join(place: Place): () => void {
  places.add(place);
  return () => places.delete(place);
}

/// In the order of the page.
export function inOrder(): readonly Place[] {
  const found = [...places].flatMap((place) => {
    const element = place.element();
    return element?.isConnected ? [{ place, element }] : [];
  });
  found.sort(({ element: a }, { element: b }) =>
    a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_PRECEDING ? 1 : -1,
  );
  return found.map(({ place }) => place);
}
