/// Axe over every screen of the viewer, while the guide's work is done and behind it.

import { expect, test } from "vitest";
import { wrongs } from "../axe";
import { inOneBrowser } from "../stage";
import { pbmc, view } from "./hood";
import { ViewerFrame } from "./picture";

const PANELS = ["Filter", "Groups", "Views", "Plots", "Compare", "Colour"];

inOneBrowser("the viewer is accessible", (stage) => {
  test.each([
    ["light", false],
    ["dark", true],
  ] as const)("axe finds nothing on any of its screens, %s", async (_name, dark) => {
    const serving = await view(stage.world.home, pbmc());
    const tab = await stage.browser.open(Object.values(serving.links)[0] ?? "", { dark, reducedMotion: true });
    const viewer = await ViewerFrame.of(async () => [tab]);
    const found: string[] = [];
    const look = async (screen: string) => found.push(...(await wrongs(tab)).map((wrong) => `${screen}: ${wrong}`));
    // With something in every panel: a selection, a group, a filter.
    await viewer.select([0.1, 0.1], [0.6, 0.9]);
    await viewer.keep("Some cells");
    await viewer.press("Filter");
    await viewer.choose("Add a filter", "Group Some cells");
    for (const panel of PANELS) {
      await viewer.press(panel);
      await look(panel);
    }
    await viewer.press("n_genes");
    await viewer.shows("a scale", ({ panel }) => panel.includes("Logarithmic"));
    await look("a scale");
    await viewer.press("More");
    await look("the menu");
    await viewer.press("Export a figure…");
    await look("a figure");
    await tab.press("Escape");
    await viewer.press("Find a command, a gene or a column");
    await look("the palette");
    await tab.press("Escape");
    await viewer.press("More");
    await viewer.press("All keys");
    await look("all keys");
    expect(found).toEqual([]);
    await tab.close();
    await serving.end();
  });
});
