/// `hood view` in a real browser: the page under its own strict policy, by keyboard, and loaded anew; what a person does
/// with a small dataset and with a million cells; and what a stranger's dataset cannot do.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Tab } from "../drivers";
import { until } from "../page";
import { inOneBrowser, type Stage } from "../stage";
import { selected, worked } from "./flow";
import { hostile, pbmc, resampled, view } from "./hood";
import { moved } from "./motion";
import { ViewerFrame } from "./picture";
import { plotted } from "./plots";
import { filmed, stayed, taken } from "./taken";

async function quiet(tab: Tab): Promise<void> {
  expect(await tab.violations()).toEqual([]);
  expect(tab.problems).toEqual([]);
  expect(tab.dialogs).toBe(0);
}

async function opened(stage: Stage, path: string, dark = false) {
  const serving = await view(stage.world.home, path);
  const tab = await stage.browser.open(serving.links[path] ?? "", { dark });
  return { serving, tab, viewer: await ViewerFrame.of(async () => [tab]) };
}

inOneBrowser("hood view", (stage) => {
  const many = { folder: "", path: "" };
  beforeAll(() => {
    many.folder = mkdtempSync(join(tmpdir(), "fh-many-"));
    many.path = resampled(join(many.folder, "m.h5ad"), 1_000_000);
  });
  afterAll(() => rmSync(many.folder, { recursive: true, force: true }));

  test("shows a dataset in a window, selects by keyboard, and nothing is refused by its policy", async () => {
    const { serving, tab, viewer } = await opened(stage, pbmc(), true);
    await viewer.shows("the dark ground", ({ colors }) => (colors["21,24,27"] ?? 0) > 1000);
    await viewer.focus();
    await tab.press("a");
    await viewer.shows("all of them selected", ({ status }) => status.startsWith("700 selected"));
    await tab.press("Escape");
    await viewer.shows("nothing selected", ({ status }) => status === "");
    await byKeys(tab, viewer);
    await worked(viewer, 700, "CST3");
    await taken(viewer, { browser: stage.browser, tab });
    await plotted(viewer);
    await moved(viewer);
    await filmed(viewer, { browser: stage.browser, tab });
    await tab.reload();
    await stayed(await ViewerFrame.of(async () => [tab]));
    expect(await tab.url()).not.toContain("code=");
    await quiet(tab);
    await tab.close();
    expect(await serving.end()).toBe(0);
  });

  test("a million cells are coloured, drawn round, kept, filtered, taken out and back", async () => {
    const { serving, tab, viewer } = await opened(stage, many.path);
    await worked(viewer, 1_000_000, "CST3");
    await taken(viewer, { browser: stage.browser, tab });
    await tab.reload();
    await stayed(await ViewerFrame.of(async () => [tab]));
    await quiet(tab);
    await tab.close();
    await serving.end();
  });

  test("no name, number or size of a stranger's dataset breaks the page or runs in it", async () => {
    const serving = await hostile(stage.world.home);
    let tab: Tab | undefined;
    for (const [name, link] of Object.entries(serving.links)) {
      if (tab === undefined) tab = await stage.browser.open(link);
      else await tab.goto(link);
      const seen = await strange(tab);
      expect(seen, name).toEqual({ ran: false, strangers: 0, alerts: [] });
    }
    if (tab !== undefined) await quiet(tab);
    await tab?.close();
    expect(await serving.end()).toBe(0);
  });
});

/// A rectangle from corner to corner, the nearest cell and those about it, by keys alone.
async function byKeys(tab: Tab, viewer: ViewerFrame): Promise<void> {
  const pressed = async (...keys: readonly string[]) => {
    for (const key of keys) await tab.press(key);
  };
  const wide = Array<string>(8).fill("Shift+ArrowLeft");
  await pressed("r", "Enter", ...wide, ...Array<string>(6).fill("Shift+ArrowDown"));
  await until("it is drawn", async () => (await viewer.elements(".stage-shape polygon")) === 1);
  await pressed("Enter");
  await viewer.shows("a rectangle of cells", (seen) => selected(seen) > 0 && selected(seen) < 700);
  await pressed("h", "Enter", "Enter");
  await viewer.shows("the nearest cell", (seen) => selected(seen) === 1);
  await pressed("Enter", ...wide, "Enter");
  await viewer.shows("those about it", (seen) => selected(seen) > 1 && selected(seen) < 700);
  await pressed("v", "Escape");
  await viewer.shows("nothing selected", ({ status }) => status === "");
}

/// Looks at everything once: each panel, each column, genes by what is typed.
async function strange(tab: Tab): Promise<unknown> {
  return tab.evaluate(async () => {
    const rest = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    const until = async <T>(ask: () => T | null | undefined | false): Promise<T> => {
      for (let turn = 0; turn < 600; turn++) {
        const found = ask();
        if (found) return found;
        await rest();
      }
      throw new Error("waited in vain");
    };
    const all = <E extends HTMLElement>(css: string) => [...document.querySelectorAll<E>(css)];
    const still = () => !document.querySelector(".news")?.textContent?.includes("Loading");
    await until(() => document.querySelector(".workbench"));
    for (const tab of [...all("[role=tab]"), ...all("[role=tab]").slice(0, 1)]) {
      tab.click();
      await rest();
    }
    for (const column of all<HTMLInputElement>("input[name=colour-by]")) {
      column.click();
      await until(still);
      await rest();
    }
    const field = all<HTMLInputElement>("input[role=combobox]")[0];
    for (const text of ["<", "a", "_", "g"]) {
      if (field === undefined) break;
      field.focus();
      field.value = text;
      field.dispatchEvent(new InputEvent("input", { bubbles: true }));
      await rest();
      field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
      await until(still);
    }
    return {
      ran: document.title === "ran",
      strangers: all("img, b, i, iframe, style, script:not([src]), svg[onload]").length,
      alerts: all("[role=alert]").map((one) => one.textContent),
    };
  });
}
