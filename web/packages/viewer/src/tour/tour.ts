/// The tour at the first start: what it says, and whether it was seen. Storage may be missing or forbidden (a sealed
/// frame, a private window): then nobody could be asked only once, so nobody is asked.

export interface Step {
  readonly title: string;
  readonly text: string;
  /// What is outlined while it is told.
  readonly shows: "picture" | "tools" | "panel" | "bar";
}

export const STEPS: readonly Step[] = [
  {
    title: "The picture",
    text: "Drag to move it, turn the wheel to zoom; in three dimensions dragging turns it. A click brings it to the keyboard.",
    shows: "picture",
  },
  {
    title: "Colour by anything",
    text: "Type a gene, or choose a column. A click on a name in the legend hides its cells, a double click hides the others.",
    shows: "panel",
  },
  {
    title: "Select cells",
    text: "Draw round them with the lasso, or hold Shift and drag. Add with Shift, take away with Alt.",
    shows: "tools",
  },
  {
    title: "Filter and keep",
    text: "The panels hide cells by values and outliers, and keep what you selected as a group with a name.",
    shows: "panel",
  },
  {
    title: "Find the rest",
    text: "Ctrl+K finds every command, gene and column by name. Everything can be undone.",
    shows: "bar",
  },
];

const KEY = "fumehood.viewer.tour";
/// CSS pixels; where there is less room it would hide the picture.
const WIDE = 600;

export function wanted(width: number, storage: () => Storage | undefined, driven: boolean): boolean {
  if (driven || width < WIDE) return false;
  try {
    const kept = storage();
    if (kept === undefined || kept.getItem(KEY) !== null) return false;
    // Who cannot be remembered is not asked.
    kept.setItem(KEY, "begun");
    return kept.getItem(KEY) === "begun";
  } catch {
    return false;
  }
}
