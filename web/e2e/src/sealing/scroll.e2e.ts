import { expect, test } from "vitest";
import { NotebookPage } from "../notebook";
import { pause, until } from "../page";
import { inBrowsers } from "../stage";
import { html } from "../world";

/// Longer than the page waits for a scroll that comes behind the focus.
const AFTER_MS = 600;

inBrowsers("a frame that takes the keyboard", (stage) => {
  test("scrolls the page nowhere", async () => {
    const long = Array.from({ length: 40 }, (_, line) => `# line ${line}`).join("\n");
    const path = stage.world.notebook("scroll.ipynb", [
      { source: "1", outputs: [html("<input id=field><p>form</p>")] },
      long,
      long,
      "'here'",
      long,
      long,
    ]);
    const notebook = await NotebookPage.open(stage.world, stage.browser, path);
    const frame = await notebook.guest("form");
    await notebook.edit("cell-2");
    const top = () =>
      notebook.page.evaluate(() => Math.round(document.querySelector(".notebook-scroll")?.scrollTop ?? -1));
    const before = await until("the page rests", async () => {
      const one = await top();
      await pause(100);
      return one > 0 && one === (await top()) ? one : null;
    });
    // The pointer is not over the frame.
    expect(
      await notebook.page.evaluate(() => (document.querySelector(".guest")?.getBoundingClientRect().bottom ?? 1) < 0),
    ).toBe(true);
    for (let times = 0; times < 4; times++) {
      await notebook.page.type("x");
      await frame.evaluate(() => document.querySelector<HTMLElement>("#field")?.focus());
      await until("the focus is back", () =>
        notebook.page.evaluate(() => document.activeElement?.matches(".cm-content") ?? false),
      );
      await pause(AFTER_MS);
      expect(await top()).toBe(before);
    }
    if (stage.engine === "webkit") {
      // WebKit itself gives the keyboard to no frame of another origin that merely asks for it.
      expect(await frame.evaluate(() => [document.hasFocus(), document.activeElement?.id])).toEqual([false, ""]);
    } else {
      await notebook.page.shows("This output kept taking the keyboard and was stopped.");
    }
    expect(await notebook.source("cell-2")).toContain("xxxx");
  });
});
