/// The viewer in each engine: the same picture, or, where an engine draws no WebGL2, a sentence that says so.

import { expect, test } from "vitest";
import { until } from "../page";
import { inBrowsers } from "../stage";
import { pbmc, view } from "./hood";
import { ViewerFrame } from "./picture";

inBrowsers("hood view", (stage) => {
  test("draws its cells, colours them by a gene and selects them, or says why it cannot", async () => {
    const served = await view(stage.world.home, pbmc());
    const tab = await stage.browser.open(Object.values(served.links)[0] ?? "");
    try {
      const draws = await tab.evaluate(() => document.createElement("canvas").getContext("webgl2") !== null);
      if (draws) {
        const viewer = await ViewerFrame.of(async () => [tab]);
        await viewer.write("Colour by a gene", "MS4A1");
        await until("the gene is found", async () => (await viewer.elements(".gene-hits [role=option]")) > 0);
        await viewer.enter("Colour by a gene");
        // Most cells have none of it: the darkest of viridis.
        await viewer.shows("the gene", ({ colors }) => (colors["68,1,84"] ?? 0) > 10);
        await viewer.select([0.05, 0.05], [0.95, 0.95]);
        await viewer.shows("a selection", ({ status }) => status.includes("selected"));
      } else {
        await until("the sentence", () => tab.evaluate(() => document.body.textContent.includes("draws no WebGL2")));
      }
      expect(await tab.violations()).toEqual([]);
      expect(tab.problems).toEqual([]);
    } finally {
      await tab.close();
      await served.end();
    }
  });
});
