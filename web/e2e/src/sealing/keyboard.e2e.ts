import { expect, test } from "vitest";
import { NotebookPage } from "../notebook";
import { until } from "../page";
import { inBrowsers } from "../stage";
import { html } from "../world";

/// Ways in which a frame that was clicked can give the keyboard to the page, without the person's wish.
const HANDOVERS = {
  "focuses the page": "parent.focus()",
  "says that Escape was pressed in it": "dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }))",
  "gives up its focus": "document.activeElement.blur(); window.blur()",
  "replaces its own page": "location.reload()",
} as const;

const form = (act: string) =>
  html(`<p>form</p><input id=field style="position: fixed; inset: 0; width: 100%; height: 100%">
    <script>document.querySelector("#field").addEventListener("keydown", ({ key }) => { if (key === "a") { ${act} } });</script>`);

inBrowsers("keys that were meant for a frame", (stage) => {
  const focus = (notebook: NotebookPage) => notebook.page.evaluate(() => document.activeElement?.tagName ?? "");
  const open = async (act: string) => {
    const path = stage.world.notebook("keys.ipynb", [{ source: "print('ran')", outputs: [form(act)] }, "'second'"]);
    const notebook = await NotebookPage.open(stage.world, stage.browser, path);
    await notebook.guest("form");
    await notebook.page.clickOn("iframe.guest");
    await until("the frame has the keyboard", async () => (await focus(notebook)) === "IFRAME");
    return notebook;
  };

  for (const [way, act] of Object.entries(HANDOVERS)) {
    test(`run and delete nothing where the frame ${way}`, async () => {
      const notebook = await open(act);
      await notebook.page.press("a", "Shift+Enter", "d", "d", "Shift+Enter", "Control+Enter");
      // What the keys had done would be done before this.
      await notebook.write("cell-1", "print('second ran')");
      await notebook.page.press("Control+Enter");
      await notebook.says("cell-1", "second ran");
      await notebook.finished("cell-1");
      expect((await notebook.cells()).map(({ id, status }) => [id, status])).toEqual([
        ["cell-0", ""],
        ["cell-1", "ok"],
      ]);
    });
  }

  test("Escape gives the keyboard to the page", async () => {
    const notebook = await open("");
    await notebook.page.press("Escape");
    await until("the frame has let go", async () => (await focus(notebook)) !== "IFRAME");
    // A person lets go of the key in the page, which is enough; a driver's key is up before.
    await notebook.page.press("Escape", "Control+Enter");
    await notebook.says("cell-0", "ran");
  });
});

inBrowsers("text in a frame", (stage) => {
  test("is selected by the mouse, copied by the keyboard, and pasted into a cell", async () => {
    const words = html(`<p style="margin: 0; font-size: 40px">wonderful</p>`);
    const path = stage.world.notebook("copy.ipynb", [{ source: "1", outputs: [words] }, "x"]);
    const notebook = await NotebookPage.open(stage.world, stage.browser, path);
    await notebook.guest("wonderful");
    const box = await notebook.page.box("iframe.guest");
    const [x, y] = [box.x + 100, box.y + box.height / 2];
    await notebook.page.tab.click(x, y);
    // Nothing is asked of the frame from here on: WebKit's driver would leave it with the keyboard.
    await notebook.page.waitFor("the frame has the keyboard", () => document.activeElement?.tagName === "IFRAME");
    await notebook.page.tab.click(x, y, { count: 2 });
    await notebook.page.press("Control+c");
    await notebook.write("cell-1", "");
    await notebook.page.press("Control+v");
    await notebook.page.waitFor(
      "it is in the cell",
      (css: string) => document.querySelector(`${css} .cm-content`)?.textContent?.trim() === "wonderful",
      notebook.cell("cell-1"),
    );
  });
});

inBrowsers("a link in a frame", (stage) => {
  const open = async () => {
    // Nobody is there. WebKit opens nothing for the ports of old services, as 9 is one.
    const link = `<a id=link href="http://127.0.0.1:65535/" style="position: fixed; inset: 0">link</a>`;
    const path = stage.world.notebook("link.ipynb", [{ source: "1", outputs: [html(link)] }, "2"]);
    const notebook = await NotebookPage.open(stage.world, stage.browser, path);
    return { notebook, frame: await notebook.guest("link") };
  };

  test("is not opened by a script of the frame while the person types into the page", async () => {
    const { notebook, frame } = await open();
    await notebook.write("cell-1", "typed");
    const before = await stage.browser.count();
    const { x, y } = await notebook.page.box("iframe.guest");
    await notebook.page.tab.hover(x + 5, y + 5);
    await notebook.page.type("typed");
    await frame.evaluate(() => {
      window.focus();
      document.querySelector<HTMLElement>("#link")?.click();
    });
    await notebook.page.shows("This output wants to open");
    expect(await stage.browser.count()).toBe(before);
  });

  test("is not opened by the word of a frame in which nobody clicked", async () => {
    const { notebook, frame } = await open();
    const before = await stage.browser.count();
    await frame.evaluate(() => {
      for (let times = 0; times < 20; times++) {
        setTimeout(() => parent.postMessage({ fumehood: "clicked", version: 1 }, "*"), times * 20);
      }
      document.querySelector<HTMLElement>("#link")?.click();
    });
    await notebook.page.shows("This output wants to open");
    expect(await stage.browser.count()).toBe(before);
  });

  test("is opened by a click, and what a script asks for behind it is asked about", async () => {
    const { notebook, frame } = await open();
    const before = await stage.browser.count();
    await notebook.page.clickOn("iframe.guest");
    await until("another tab", async () => (await stage.browser.count()) === before + 1);
    await frame.evaluate(() => document.querySelector<HTMLElement>("#link")?.click());
    await notebook.page.shows("This output wants to open");
    expect(await stage.browser.count()).toBe(before + 1);
  });
});
