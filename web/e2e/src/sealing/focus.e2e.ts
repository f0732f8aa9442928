import { expect, test } from "vitest";
import type { Frame } from "../drivers";
import { NotebookPage } from "../notebook";
import { painted, pause, until } from "../page";
import { inBrowsers } from "../stage";
import { html } from "../world";

/// Longer than the page needs to give the keyboard back.
const AFTER_MS = 600;
const GUEST = '[data-cell="cell-0"] iframe.guest';
const FIELD = html(`<p>form</p><input id=field style="position: fixed; inset: 0; width: 100%; height: 100%">`);

const value = (frame: Frame) => frame.evaluate(() => document.querySelector<HTMLInputElement>("#field")?.value ?? "");
const take = (frame: Frame) =>
  frame.evaluate(() => {
    window.focus();
    document.querySelector<HTMLInputElement>("#field")?.focus();
  });

inBrowsers("a frame while the person types", (stage) => {
  const open = async () => {
    const path = stage.world.notebook("focus.ipynb", [{ source: "1", outputs: [FIELD] }, "'second'"]);
    const notebook = await NotebookPage.open(stage.world, stage.browser, path);
    const frame = await notebook.guest("form");
    const box = await notebook.page.box(GUEST);
    const middle = { x: Math.round(box.x + box.width / 2), y: Math.round(box.y + box.height / 2) };
    const holder = () => notebook.page.evaluate(() => document.activeElement?.tagName ?? "");
    return { notebook, frame, middle, holder };
  };
  const isTyped = (notebook: NotebookPage, text: string) =>
    until(`"${text}" is in the page`, async () => (await notebook.source("cell-1")) === text);

  test("that is clicked in the middle of it has the keyboard, and the click", async () => {
    const { notebook, frame, middle } = await open();
    await notebook.write("cell-1", "one");
    await notebook.page.reach(GUEST, middle);
    await notebook.page.tab.click(middle.x, middle.y);
    await until("the field has the keyboard", () =>
      frame.evaluate(() => document.hasFocus() && document.activeElement?.id === "field"),
    );
    await pause(AFTER_MS);
    await notebook.page.type("two");
    await until("what is typed is in the frame", async () => (await value(frame)) === "two");
    expect(await notebook.source("cell-1")).toBe("one");
  });

  test("and whose pointer rests over it cannot take the keyboard", async () => {
    const { notebook, frame, middle } = await open();
    await notebook.edit("cell-1");
    await notebook.page.reach(GUEST, middle);
    await notebook.page.press("Control+a", "Delete");
    for (const [times, word] of ["one", "two", "three"].entries()) {
      await notebook.page.type(word);
      await take(frame);
      await pause(AFTER_MS);
      await isTyped(notebook, ["one", "onetwo", "onetwothree"][times] ?? "");
    }
    await notebook.page.type("four");
    await isTyped(notebook, "onetwothreefour");
    expect(await value(frame)).toBe("");
  });

  test("cannot take the keyboard by growing under a pointer that rests", async () => {
    const { notebook, frame } = await open();
    await notebook.edit("cell-1");
    const below = await notebook.page.box('[data-cell="cell-1"] .cm-content');
    await notebook.page.tab.hover(below.x + 40, below.y + below.height / 2);
    await notebook.page.tab.hover(below.x + 44, below.y + below.height / 2);
    await notebook.page.press("Control+a", "Delete");
    await notebook.page.type("one");
    await frame.evaluate(() => {
      document.querySelector<HTMLElement>("p")?.style.setProperty("height", "400px");
    });
    await notebook.page.waitFor(
      "the frame is where the pointer is",
      ([css, x, y]: readonly [string, number, number]) => {
        const box = document.querySelector(css)?.getBoundingClientRect();
        return box !== undefined && box.left < x && x < box.right && box.top < y && y < box.bottom;
      },
      [GUEST, below.x + 44, below.y + below.height / 2] as const,
    );
    await take(frame);
    await pause(AFTER_MS);
    await notebook.page.type("two");
    await isTyped(notebook, "onetwo");
    expect(await value(frame)).toBe("");
  });

  test("that is clicked without a move is chosen, and the next click is for what is in it", async () => {
    const { notebook, frame, middle, holder } = await open();
    await notebook.edit("cell-1");
    await notebook.page.reach(GUEST, middle);
    await notebook.page.press("End");
    await notebook.page.tab.click(middle.x, middle.y);
    await until("the frame has the keyboard", async () => (await holder()) === "IFRAME");
    // No hand is so quick that what lay above the frame is still painted there.
    await notebook.page.evaluate(painted);
    await notebook.page.tab.click(middle.x, middle.y);
    await pause(AFTER_MS);
    await notebook.page.type("two");
    await until("what is typed is in the frame", async () => (await value(frame)) === "two");
  });

  test("has nothing above it when the person has not pressed anything for a while", async () => {
    const { notebook, middle } = await open();
    await notebook.write("cell-1", "one");
    const above = () =>
      notebook.page.evaluate(
        ([css, x, y]: readonly [string, number, number]) => document.elementFromPoint(x, y)?.matches(css) === false,
        [GUEST, middle.x, middle.y] as const,
      );
    expect(await above()).toBe(true);
    await until("nothing is above it", async () => !(await above()));
  });
});
