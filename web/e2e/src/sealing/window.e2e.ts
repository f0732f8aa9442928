import { expect, test } from "vitest";
import { NotebookPage } from "../notebook";
import { until } from "../page";
import { broken } from "../seal";
import { inBrowsers, inOneBrowser, type Stage } from "../stage";
import { WidgetFrame } from "../widgets/frame";
import { html } from "../world";

const PLOT = html(`<p>the plot</p><p id=tried></p><script>
  const tried = [];
  const attempt = (name, act) => { try { act(); tried.push(name + " worked"); } catch { tried.push(name + " failed"); } };
  attempt("top", () => top.document.title);
  attempt("opener", () => { if (top.opener === null) throw 0; top.opener.document.title; });
  attempt("storage", () => top.localStorage.length);
  attempt("neighbour", () => top.frames[1].document.title);
  document.querySelector("#tried").textContent = tried.join(", ");
</script><div style="height: 4000px"></div>`);

/// Opens the outputs of the active cell, and says where: the tab itself is nobody's to be driven.
async function opened({ browser }: Stage, notebook: NotebookPage): Promise<string> {
  const before = await browser.count();
  await notebook.page.evaluate(() => {
    const open = window.open.bind(window);
    window.open = (url, ...more) => {
      document.documentElement.dataset.opened = `${String(url)} ${more.join(" ")}`;
      return open("about:blank", ...more);
    };
  });
  await notebook.command("Open the outputs in a window");
  await until("another tab", async () => (await browser.count()) === before + 1);
  const [url = "", target, features] = (
    await notebook.page.evaluate(() => document.documentElement.dataset.opened ?? "")
  ).split(" ");
  expect([target, features]).toEqual(["_blank", "noopener"]);
  return new URL(url, await notebook.page.tab.url()).href;
}

inBrowsers("outputs in a window of their own", (stage) => {
  test("are sealed as in the notebook, fill the window, and no key in it runs or deletes anything", async () => {
    const path = stage.world.notebook("window.ipynb", [
      { source: "print('ran')", outputs: [PLOT] },
      { source: "2", outputs: [html("<p>neighbour</p>")] },
    ]);
    const notebook = await NotebookPage.open(stage.world, stage.browser, path);
    await notebook.guest("the plot");
    await notebook.select("cell-0");
    const page = await stage.world.visit(stage.browser, await opened(stage, notebook));
    const window = await NotebookPage.of(page);
    const frame = await window.guest("the plot");
    expect(await frame.evaluate(() => document.querySelector("#tried")?.textContent)).toBe(
      "top failed, opener failed, storage failed, neighbour failed",
    );
    expect(frame.url).toBe((await notebook.guest("the plot")).url);
    expect(await frame.evaluate(() => self.origin)).toBe("null");
    expect(await broken(page.tab, [])).toEqual([]);
    // The code is used up and gone, and what is shown is said.
    expect(await page.tab.url()).not.toContain("code=");
    expect(await page.text("h1")).toBe("window.ipynbcell 1");
    expect(await page.text()).not.toContain("neighbour");
    const [height, room] = await page.evaluate(() => [
      document.querySelector("iframe.guest")?.getBoundingClientRect().height ?? 0,
      innerHeight,
    ]);
    expect(height).toBeGreaterThan(room * 0.9);
    expect(height).toBeLessThan(room);
    expect(await frame.evaluate(() => document.scrollingElement?.scrollHeight ?? 0)).toBeGreaterThan(4000);
    await until("it scrolls in itself", () =>
      frame.evaluate(() => document.documentElement.classList.contains("taller")),
    );
    // By the keyboard in and out; nothing there listens to the notebook's keys.
    await page.press("Tab");
    await until("the frame has the keyboard", () => frame.evaluate(() => document.hasFocus()));
    await page.press("Escape");
    await page.waitFor("the page has it again", () => document.activeElement?.matches("main") === true);
    await page.press("Escape", "d", "d", "Shift+Enter", "Control+Enter", "a");
    await notebook.write("cell-1", "print('second')");
    await notebook.page.press("Control+Enter");
    await notebook.says("cell-1", "second");
    expect((await notebook.cells()).map(({ id, status }) => [id, status])).toEqual([
      ["cell-0", ""],
      ["cell-1", "ok"],
    ]);
  });

  test("have a key of their own, with which the whole page of the notebook runs and changes nothing", async () => {
    const path = stage.world.notebook("narrow.ipynb", [{ source: "print('ran')", outputs: [html("<p>one</p>")] }]);
    const notebook = await NotebookPage.open(stage.world, stage.browser, path);
    await notebook.guest("one");
    await notebook.select("cell-0");
    const page = await stage.world.visit(stage.browser, await opened(stage, notebook));
    await (await NotebookPage.of(page)).guest("one");
    // As whoever had got hold of this window would: with all that our page can do.
    await page.evaluate(() => {
      location.hash = location.hash.replace(/&cell=[^&]*/, "");
    });
    const whole = await NotebookPage.of(page);
    await whole.run("cell-0");
    await page.shows("A window of outputs cannot do that.");
    await whole.write("cell-0", "print('changed')");
    await page.press("Escape");
    // In the notebook's own window the same works, and the cell is as it was.
    await notebook.run("cell-0");
    await notebook.says("cell-0", "ran");
  });

  test("a cell that is not there, or has no output, is said", async () => {
    const path = stage.world.notebook("none.ipynb", [{ source: "1", outputs: [html("<p>one</p>")] }]);
    const notebook = await NotebookPage.open(stage.world, stage.browser, path);
    await notebook.guest("one");
    await notebook.select("cell-0");
    const link = await opened(stage, notebook);
    const page = await stage.world.visit(stage.browser, link.replace("cell=cell-0", "cell=%3Cb%3Ex"));
    await page.shows("The cell was deleted.");
    expect(await page.evaluate(() => document.querySelectorAll("iframe").length)).toBe(0);
  });
});

inOneBrowser("widgets in a window of their own", (stage) => {
  test("are in step with the notebook's, and reach Python through a gate of their own", async () => {
    const path = stage.world.notebook("slider.ipynb", [
      "import ipywidgets as w\ns = w.IntSlider(value=7, max=50, description='Number')\ndisplay(s)\n" +
        "s.observe(lambda change: print('python saw', change.new), 'value')",
    ]);
    const notebook = await NotebookPage.open(stage.world, stage.browser, path);
    await notebook.run("cell-0");
    await WidgetFrame.of(notebook, "cell-0", "Number");
    await notebook.select("cell-0");
    const window = await NotebookPage.of(await stage.world.visit(stage.browser, await opened(stage, notebook)));
    const frame = await WidgetFrame.of(window, "cell-0", "Number");
    await frame.click(".noUi-handle");
    await window.page.press("ArrowRight");
    await notebook.says("cell-0", "python saw 8");
    await (await WidgetFrame.of(notebook, "cell-0", "Number")).says("8", ".widget-readout");
  });
});
