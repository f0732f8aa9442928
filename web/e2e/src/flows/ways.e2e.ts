import { join } from "node:path";
import { expect, test } from "vitest";
import { NotebookPage } from "../notebook";
import { inOneBrowser } from "../stage";

inOneBrowser("ways into a notebook", (stage) => {
  test("a notebook that is not there is created when the person says so, and not before", async () => {
    const there = stage.world.notebook("there.ipynb", ["1"]);
    const { link } = await stage.world.open(there);
    const missing = join(stage.world.folder, "later.ipynb");
    const page = await stage.world.visit(
      stage.browser,
      link.replace(/path=[^&]*/, `path=${encodeURIComponent(missing)}`),
    );
    await page.shows("This notebook cannot be opened");
    expect(stage.world.has("later.ipynb")).toBe(false);
    await page.click("button", "Create it");
    await page.shows("later.ipynb");
    await page.gone("button", "Create it");
    expect(stage.world.has("later.ipynb")).toBe(true);
  });

  test("a link leads to the heading of a cell that was not shown yet", async () => {
    const long = Array.from({ length: 30 }, (_, line) => `# line ${line}`).join("\n");
    const path = stage.world.notebook("links.ipynb", [
      { type: "markdown", source: "[to the results](#The-results)" },
      ...Array.from({ length: 60 }, () => ({ source: long })),
      { type: "markdown", source: "## The results" },
    ]);
    const notebook = await NotebookPage.open(stage.world, stage.browser, path);
    await notebook.page.clickOn(`${notebook.cell("cell-0")} .md-anchor`);
    await notebook.page.waitFor(
      "the cell of the heading is the active one, and seen",
      (css: string) => {
        const cell = document.querySelector(css);
        const box = cell?.getBoundingClientRect();
        return (
          cell?.getAttribute("aria-current") === "true" && box !== undefined && box.top >= 0 && box.top < innerHeight
        );
      },
      notebook.cell("cell-61"),
    );
  });
});
