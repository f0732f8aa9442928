/// What a view is called until somebody gives it a name.

import { colourName, type View } from "../state/document";

/// `beside`: views that it stands among; what all of them show is left out.
export function nameOf({ colour, embedding }: View, beside: readonly View[] = []): string {
  const what = colour.by === "group" ? "groups" : colourName(colour);
  const same = beside.length > 1 && beside.every((other) => other.embedding.key === embedding.key);
  return same && what !== "" ? what : [what, embedding.key].filter((part) => part !== "").join(" · ");
}
