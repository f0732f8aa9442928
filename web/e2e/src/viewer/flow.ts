/// What a person does with a dataset in the viewer, wherever it is shown: as a page, in an output of JupyterLab, in a sealed
/// frame. Each step is done by the names of things, and seen in the picture's pixels.

import { expect } from "vitest";
import { until } from "../page";
import { type Seen, samples, type ViewerFrame } from "./picture";

/// Of the first category and of the monocytes, and the ends of the map of values.
const [FIRST, SECOND] = ["#0072b2", "#56b4e9"];
const [LOW, HIGH] = ["#440154", "#fde725"];

export const selected = ({ status }: Seen) => Number(/([\d,]+) selected/.exec(status)?.[1]?.replaceAll(",", "") ?? 0);

/// `gene` is in some cells and not in others. Colours, a lasso, a group, a filter, undo.
export async function worked(viewer: ViewerFrame, cells: number, gene: string): Promise<void> {
  const all = cells.toLocaleString("en");
  await viewer.press("Colour");
  await viewer.press("bulk_labels");
  // What was selected before stands out no more.
  await viewer.drawn();
  const coloured = await viewer.shows(
    "colours of categories",
    (seen) => samples(seen, FIRST) > 5 && samples(seen, SECOND) > 5,
  );

  // A category that is hidden is gone from the picture, and back by undo.
  const monocytes = samples(coloured, SECOND);
  await viewer.press("CD14+ Monocyte");
  await gone(viewer, "the hidden category", SECOND, monocytes);
  await viewer.press("Undo");
  await viewer.shows("the category again", (seen) => samples(seen, SECOND) === monocytes);

  await viewer.write("Colour by a gene", gene);
  await until("the gene is found", async () => (await viewer.elements(".gene-hits [role=option]")) > 0);
  await viewer.enter("Colour by a gene");
  await viewer.press("5–95 %");
  await viewer.shows("both ends of the map", (seen) => samples(seen, LOW) > 5 && samples(seen, HIGH) > 0);

  await viewer.lasso(LOOP);
  const inside = selected(
    await viewer.shows("cells in the lasso", (seen) => selected(seen) > 0 && selected(seen) < cells),
  );
  await viewer.keep("First <b>group</b>");
  await kept(viewer, "First <b>group</b>");
  await viewer.lasso(LOOP.map(([x, y]) => [1 - x, 1 - y] as const));
  await viewer.keep("Second");
  await kept(viewer, "Second");
  await viewer.press("Clear the selection");

  // Only the cells of a group: so many are shown, and those beside them are out of sight.
  await viewer.drawn();
  const before = drawn(await viewer.seen());
  await viewer.press("Filter");
  await viewer.choose("Add a filter", "Group First <b>group</b>");
  await viewer.shows("the group alone", ({ panel }) =>
    panel.includes(`${inside.toLocaleString("en")} of ${all} cells are shown`),
  );
  await viewer.shows("fewer cells", (seen) => drawn(seen) < 0.8 * before);
  await viewer.press("Undo");
  await viewer.shows("every cell", ({ panel }) => panel.includes(`${all} of ${all} cells are shown`));

  // The genes that tell the two apart.
  await viewer.press("Compare");
  await viewer.choose("Group A", "Group First");
  await viewer.choose("Group B", "Group Second");
  await viewer.press("Compare");
  await viewer.shows("what is higher where", ({ panel }) => /higher in\s*First <b>group<\/b>/.test(panel));
  expect(await viewer.elements("b, img, script:not([src])")).toBe(0);
}

/// Where points lie above one another a few samples may look like it still.
function gone(viewer: ViewerFrame, what: string, colour: string, before: number): Promise<unknown> {
  return viewer.shows(`no cell of ${what}`, (seen) => samples(seen, colour) < before / 4);
}

/// Samples that are not the background, which is most of a picture.
function drawn({ colors }: Seen): number {
  const all = Object.values(colors);
  return all.reduce((sum, one) => sum + one, 0) - Math.max(...all);
}

/// In the panel of groups.
export function kept(viewer: ViewerFrame, name: string): Promise<unknown> {
  return until(`the group ${name}`, async () => (await viewer.elements(`[aria-label="Colour of ${name}"]`)) === 1);
}

const LOOP = [
  [0.15, 0.1],
  [0.5, 0.1],
  [0.5, 0.9],
  [0.15, 0.9],
  [0.15, 0.1],
] as const;
