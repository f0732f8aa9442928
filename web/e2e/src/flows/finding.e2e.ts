import { expect, test } from "vitest";
import { NotebookPage } from "../notebook";
import { until } from "../page";
import { inBrowsers, inOneBrowser } from "../stage";
import { html } from "../world";

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

inBrowsers("finding in frames", (stage) => {
  test("counts what frames show, goes through it in order, and a frame can say no more than a bounded number", async () => {
    const path = stage.world.notebook("frames.ipynb", [
      { source: "# needle", outputs: [html("<p>a needle</p><p style='margin-top: 300px'>and a Needle</p>")] },
      { source: "2", outputs: [html("<p>one needle</p>")] },
      { source: "3", outputs: [html(`<p>loud</p><div hidden>${"needle ".repeat(3000)}</div>`)] },
    ]);
    const notebook = await NotebookPage.open(stage.world, stage.browser, path);
    const { page } = notebook;
    const [first, second] = [await notebook.guest("and a Needle"), await notebook.guest("one needle")];
    await notebook.guest("loud");
    await notebook.select("cell-0");
    await page.press("Control+f");
    await page.find("textbox", "Find");
    await page.type("needle");
    await page.shows("1 of 1", ".find-count");
    await page.click("button", "In outputs too");
    await page.shows("1 of 1004", ".find-count");
    const current = (frame: typeof first) =>
      frame.evaluate(() => {
        const { highlights } = CSS as unknown as { highlights?: Map<string, Iterable<Range>> };
        return [...(highlights?.get("fh-find-current") ?? [])].map((range) => range.startContainer.textContent).join();
      });
    await page.click("textbox", "Find");
    for (const [step, frame, text] of [
      ["2 of 1004, in output", first, "a needle"],
      ["3 of 1004, in output", first, "and a Needle"],
      ["4 of 1004, in output", second, "one needle"],
    ] as const) {
      await page.press("Enter");
      await page.shows(step, ".find-count");
      await until(`"${text}" is the current one`, async () => (await current(frame)) === text);
    }
    await until("no other frame marks one", async () => (await current(first)) === "");
    await page.press("Shift+Enter");
    await page.shows("3 of 1004", ".find-count");
    // The keyboard never left the bar.
    expect(await page.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toBe("Find");
    await page.press("Escape");
    await until("no marks are left", async () => (await current(first)) === "");
  });

  test("the keyboard goes into a frame and out of it, on and back, and its text is selected there", async () => {
    const link = html('<p>read <a href="https://example.org">this</a></p>');
    const path = stage.world.notebook("keys.ipynb", [{ source: "1", outputs: [link] }, { source: "2" }]);
    const notebook = await NotebookPage.open(stage.world, stage.browser, path);
    const { page } = notebook;
    const frame = await notebook.guest("read");
    const inside = () => frame.evaluate(() => document.hasFocus());
    const tabTo = (what: string, there: () => Promise<boolean>) =>
      until(what, async () => {
        await page.press("Tab");
        return there();
      });
    await notebook.select("cell-0");
    await tabTo("Tab comes to the link", () =>
      frame.evaluate(() => document.hasFocus() && document.activeElement?.localName === "a"),
    );
    await page.press("Control+a");
    await until("its text is selected", () => frame.evaluate(() => String(getSelection()).includes("read this")));
    await tabTo("Tab comes out again", async () => !(await inside()));
    await notebook.select("cell-0");
    await tabTo("Tab comes in again", inside);
    await page.press("Escape");
    await page.waitFor(
      "the cell has the keyboard",
      () => document.activeElement?.matches("[data-cell=cell-0]") === true,
    );
  });
});
