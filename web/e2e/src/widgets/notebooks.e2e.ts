import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { NotebookPage } from "../notebook";
import { until } from "../page";
import { inOneBrowser } from "../stage";
import { NOTEBOOKS } from "../world";

/// Cells that a notebook made for another place has in front: packages are here already, and nothing is downloaded.
const INSTALLS = /^\s*(?:#.*\n)?\s*[%!]pip /;
const LONG_MS = 200_000;

interface Saved {
  cells: { cell_type: string; source: string | string[]; outputs?: unknown[] }[];
}

inOneBrowser("the notebooks of ipywidgets and anywidget", (stage) => {
  for (const name of [
    "ipywidgets-widget-basics.ipynb",
    "ipywidgets-widget-events.ipynb",
    "ipywidgets-output-widget.ipynb",
    "anywidget-counter.ipynb",
  ])
    test(`${name} runs from the top, and every widget in it is there`, { timeout: LONG_MS }, async () => {
      const notebook = JSON.parse(readFileSync(join(NOTEBOOKS, name), "utf8")) as Saved;
      for (const cell of notebook.cells) {
        const source = [cell.source].flat().join("");
        if (INSTALLS.test(source)) cell.source = "";
      }
      const path = stage.world.write(name, JSON.stringify(notebook));
      const page = await NotebookPage.open(stage.world, stage.browser, path);
      await page.page.click("button", "Run all cells");
      const views = await until(
        "all cells have run",
        async () => {
          const cells = (await page.cells()).filter((cell) => cell.type === "code");
          const left = cells.filter(({ status }) => status === "running" || status === "queued");
          return cells.some(({ status }) => status === "ok") && left.length === 0 ? cells : null;
        },
        LONG_MS,
      );
      const failed = views.filter(({ status }) => status === "error");
      expect(failed.map(({ id }) => id)).toEqual([]);
      let shown = 0;
      for (const { id } of views) {
        const framed = await page.page.evaluate((css: string) => {
          document.querySelector(css)?.scrollIntoView({ block: "center", behavior: "instant" });
          return document.querySelector(`${css} .guest-place`) !== null;
        }, page.cell(id));
        if (!framed) continue;
        await until(`the frame of cell ${id}`, () =>
          page.page.evaluate((css: string) => document.querySelector(`${css} iframe.guest`) !== null, page.cell(id)),
        );
        shown += 1;
      }
      expect(shown).toBeGreaterThan(0);
      const broken = await Promise.all(
        (await page.guests()).map((frame) =>
          frame.evaluate(() =>
            [...document.querySelectorAll(".jupyter-widgets-error-widget, .fh-failure")].map((one) => one.textContent),
          ),
        ),
      );
      expect(broken.flat()).toEqual([]);
    });
});
