/// What the page makes the browser do, counted: time depends on the machine, this does not.

import { expect, test } from "vitest";
import type { Effort } from "../drivers/types";
import { NotebookPage } from "../notebook";
import { pause } from "../page";
import { inOneBrowser } from "../stage";
import { printed } from "../world";

const CELLS = 300;
const KEYS = 40;
/// A person's rhythm: each key has a frame of its own.
const RHYTHM_MS = 60;
const SLEEP_MS = 3_000;

inOneBrowser("the work that the page makes", (stage) => {
  async function during(notebook: NotebookPage, act: () => Promise<void>): Promise<Effort> {
    const before = await notebook.page.tab.effort();
    await act();
    const after = await notebook.page.tab.effort();
    if (before === null || after === null) {
      throw new Error("the engine does not count");
    }
    return { styles: after.styles - before.styles, layouts: after.layouts - before.layouts };
  }

  test("a key in a long notebook lays out a line, and once", async () => {
    const cells = Array.from({ length: CELLS }, (_, at) => ({ source: `x = ${at}`, outputs: [printed(`${at}\n`)] }));
    const notebook = await NotebookPage.open(stage.world, stage.browser, stage.world.notebook("long.ipynb", cells));
    await notebook.edit("cell-1");
    await notebook.page.type("#");
    await pause(RHYTHM_MS);
    const effort = await during(notebook, async () => {
      for (let key = 0; key < KEYS; key += 1) {
        await notebook.page.type("a");
        await pause(RHYTHM_MS);
      }
    });
    expect(effort.layouts).toBeLessThanOrEqual(1.5 * KEYS);
    expect(effort.styles).toBeLessThanOrEqual(2 * KEYS);
  });

  test("a cell that sleeps lets the browser sleep", async () => {
    const path = stage.world.notebook("sleep.ipynb", ["import time; time.sleep(600)"]);
    const notebook = await NotebookPage.open(stage.world, stage.browser, path);
    await notebook.select("cell-0");
    await notebook.page.press("Control+Enter");
    await notebook.page.find("button", "Interrupt", { within: "[data-cell=cell-0]" });
    // What the kernel's start changes on the page is not the cell's sleep.
    await notebook.finished("cell-0", "running");
    await pause(SLEEP_MS);
    const effort = await during(notebook, () => pause(SLEEP_MS));
    // The seconds are counted.
    expect(effort.layouts).toBeLessThanOrEqual(10);
    expect(effort.styles).toBeLessThanOrEqual(10);
  });
});
