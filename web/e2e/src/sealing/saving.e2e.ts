import { expect, test } from "vitest";
import { NotebookPage } from "../notebook";
import { until } from "../page";
import { inBrowsers } from "../stage";
import { html } from "../world";

const OFFER = `<div id=place style="height: 60px">offers</div><script>
  window.offer = (name) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob(["<script>1</" + "script>"], { type: "text/html" }));
    link.download = name;
    link.click();
    URL.revokeObjectURL(link.href);
  };
  document.querySelector("#place").addEventListener("click", () => { offer("../.first.html"); offer("second.bin"); offer("third.bin"); });
</script>`;

inBrowsers("a file that an output offers", (stage) => {
  const open = async () => {
    const path = stage.world.notebook("save.ipynb", [{ source: "1", outputs: [html(OFFER)] }, "2"]);
    const notebook = await NotebookPage.open(stage.world, stage.browser, path);
    const frame = await notebook.guest("offers");
    await until("its script has run", () => frame.evaluate(() => "offer" in window));
    return { notebook, frame, before: await stage.browser.saved() };
  };

  test("is asked about where nobody clicked, and saved under a plain name after a yes", async () => {
    const { notebook, frame, before } = await open();
    await frame.evaluate(() => (window as unknown as { offer(name: string): void }).offer("a<b>.html"));
    await notebook.page.shows("This output wants to save a-b.html");
    expect(await stage.browser.saved()).toBe(before);
    await notebook.page.click("button", "Save");
    await until("it is saved", async () => (await stage.browser.saved()) === before + 1);
    await frame.evaluate(() => (window as unknown as { offer(name: string): void }).offer("again.bin"));
    await notebook.page.shows("This output wants to save again.bin");
    await notebook.page.click("button", "Dismiss");
    await notebook.page.gone("button", "Dismiss");
    expect(await stage.browser.saved()).toBe(before + 1);
  });

  test("is saved after a click in its frame, and the ones behind it are asked about and counted", async () => {
    const { notebook, before } = await open();
    await notebook.page.clickOn("iframe.guest");
    await until("one is saved", async () => (await stage.browser.saved()) === before + 1);
    await notebook.page.shows("This output wants to save second.bin");
    await notebook.page.shows("offered 1 more");
    expect(await stage.browser.saved()).toBe(before + 1);
  });
});
