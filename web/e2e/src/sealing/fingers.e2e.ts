import { expect, test } from "vitest";
import { NotebookPage } from "../notebook";
import { pause, until } from "../page";
import { inBrowsers } from "../stage";
import { html } from "../world";

/// Longer than the page needs to give the keyboard back.
const AFTER_MS = 600;
const FIELD = html(`<p>form</p><input id=field style="position: fixed; inset: 0; width: 100%; height: 100%">`);

// WebKitGTK cannot be told that there is no mouse. What is tested is the page's own code, the same in all engines.
inBrowsers(
  "where nothing can hover",
  (stage) => {
    const open = async () => {
      const path = stage.world.notebook("fingers.ipynb", [{ source: "1", outputs: [FIELD] }, "'second'"]);
      const notebook = await NotebookPage.open(stage.world, stage.browser, path);
      const frame = await notebook.guest("form");
      const value = () => frame.evaluate(() => document.querySelector<HTMLInputElement>("#field")?.value);
      return { notebook, frame, value };
    };

    test("a frame that takes the keyboard while the person types gives it back", async () => {
      const { notebook, frame, value } = await open();
      await notebook.write("cell-1", "one");
      await frame.evaluate(() => document.querySelector<HTMLInputElement>("#field")?.focus());
      await pause(AFTER_MS);
      await notebook.page.type("two");
      await until("what is typed is in the page", async () => (await notebook.source("cell-1")) === "onetwo");
      expect(await value()).toBe("");
    });

    test("a tap chooses the frame, and the next one is for what is in it", async () => {
      const { notebook, value } = await open();
      await notebook.write("cell-1", "one");
      await notebook.page.clickOn(".guest-host");
      await until("the frame has the keyboard", () =>
        notebook.page.evaluate(() => document.activeElement?.tagName === "IFRAME"),
      );
      await notebook.page.clickOn(".guest-host");
      await until("what is typed is in the frame", async () => {
        await notebook.page.type("x");
        return (await value())?.includes("x");
      });
      expect(await notebook.source("cell-1")).toBe("one");
    });
  },
  { machine: { touch: true }, engines: ["chromium", "firefox"] },
);
