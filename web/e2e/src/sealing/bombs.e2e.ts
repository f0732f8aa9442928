import { expect, test } from "vitest";
import { NotebookPage } from "../notebook";
import { inBrowsers } from "../stage";
import { printed } from "../world";

/// Small texts that were written to cost the page everything: each would stop or end it where nothing is bounded.
const BRACKETS = `http://a${")".repeat(1990)}\n`.repeat(40);
const FRACTIONS = `$$${"\\frac{1}{".repeat(280)}x${"}".repeat(280)}$$`;
const HEADING = `#${" ".repeat(20_000)}a${" ".repeat(20_000)}b`;

inBrowsers("a notebook whose text is a bomb", (stage) => {
  test("opens, and the page goes on", async () => {
    const path = stage.world.notebook("bombs.ipynb", [
      { source: "1", outputs: Array.from({ length: 30 }, () => printed(BRACKETS)) },
      { type: "markdown", source: `before ${FRACTIONS} behind` },
      { type: "markdown", source: HEADING },
      { type: "markdown", source: "[](".repeat(15_000) },
      "a\n".repeat(400_000),
      { type: "markdown", source: "# a\n".repeat(200) },
      { id: "last", source: "print('still here')" },
    ]);
    const notebook = await NotebookPage.open(stage.world, stage.browser, path);
    await notebook.page.shows("behind", notebook.cell("cell-1"));
    await notebook.command("Show or hide the outline");
    await notebook.page.find("navigation", "Outline");
    await notebook.run("last");
    await notebook.says("last", "still here");
    const deepest = await notebook.page.evaluate(() => {
      const depth = (element: Element): number => 1 + Math.max(0, ...[...element.children].map(depth));
      return depth(document.body);
    });
    expect(deepest).toBeLessThan(400);
  });
});
