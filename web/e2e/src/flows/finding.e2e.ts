import { expect, test } from "vitest";
import { NotebookPage } from "../notebook";
import { until } from "../page";
import { inOneBrowser } from "../stage";

inOneBrowser("finding", (stage) => {
  test("an expression is found and replaced, and one that never ends is given up while the page goes on", async () => {
    const path = stage.world.notebook("find.ipynb", [`s = '${"a".repeat(40)}!'`, "x1 = 1", "x2 = 2\nx3 = 3"]);
    const notebook = await NotebookPage.open(stage.world, stage.browser, path);
    const { page } = notebook;
    await notebook.select("cell-0");
    await page.press("Control+h");
    await page.find("textbox", "Find");
    await page.type("x(\\d)");
    await page.click("button", "Regular expression");
    await page.shows("1 of 3", ".find-count");
    await page.click("textbox", "Replace by");
    await page.type("y$1_");
    await page.press("Enter");
    await until("the first match is another", async () => (await notebook.source("cell-1")) === "y1_ = 1");
    await page.shows("1 of 2", ".find-count");
    await page.click("button", "Replace all");
    await until("all are others", async () => (await notebook.source("cell-2")) === "y2_ = 2\ny3_ = 3");
    await page.click("textbox", "Find");
    await page.press("Control+a");
    await page.type("(a+)+$");
    await page.shows("Searching", ".find-count");
    // Asked of the page's own thread.
    expect(await page.evaluate(() => document.querySelectorAll("[data-cell]").length)).toBe(3);
    await page.shows("takes too long", ".find-count");
    await page.press("Control+a");
    await page.type("y\\d");
    await page.shows("of 3", ".find-count");
  });
});
