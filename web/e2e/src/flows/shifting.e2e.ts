/// What moves under the reader's eyes in a notebook of many frames, counted by the engine that counts it, and how many
/// frames live meanwhile.

import { expect, test } from "vitest";
import { NotebookPage } from "../notebook";
import { until } from "../page";
import { inOneBrowser } from "../stage";
import { html } from "../world";

const OUTPUTS = 100;
/// The budget, and one that is kept warm.
const ALIVE = 24 + 1;
const STEP = 600;
/// Of a frame that has not said its own; no output here has it.
const FIRST_HEIGHT = 96;

interface Shift {
  readonly value: number;
  readonly what: string;
}

inOneBrowser("a notebook of 100 HTML outputs", (stage) => {
  test("moves nothing that is being read, keeps the heights of frames that were given up, and their number in bounds", {
    timeout: 180_000,
  }, async () => {
    const cells = Array.from({ length: OUTPUTS }, (_, at) => ({
      source: `plot(${at})`,
      outputs: [html(`<div style="height: ${120 + ((at * 97) % 300)}px">output ${at}</div>`)],
    }));
    const notebook = await NotebookPage.open(stage.world, stage.browser, stage.world.notebook("many.ipynb", cells));
    const { page } = notebook;
    await notebook.guest("output 0");
    /// Every frame in sight is shown and at rest, and those that are near have their height.
    const rests = () =>
      until("the frames in sight are shown", () =>
        page.evaluate((FIRST: number) => {
          const state = window as unknown as { seen?: string };
          const hosts = [...document.querySelectorAll<HTMLElement>(".guest-host")].filter((host) => {
            const { top, bottom } = host.getBoundingClientRect();
            return bottom > 0 && top < innerHeight;
          });
          const seen = hosts.map((host) => `${host.getBoundingClientRect().top} ${host.clientHeight}`).join();
          const same = state.seen === seen;
          state.seen = seen;
          const near = [...document.querySelectorAll(".guest-host:has(iframe)")];
          return (
            same &&
            hosts.every((host) => host.querySelector("iframe") !== null) &&
            near.every((host) => host.classList.contains("guest-ready") && host.clientHeight !== FIRST)
          );
        }, FIRST_HEIGHT),
      );
    await rests();
    await page.evaluate(() => {
      const shifts: Shift[] = [];
      const keep = (entries: PerformanceEntryList) => {
        for (const entry of entries) {
          const { value, sources = [] } = entry as PerformanceEntry & { value: number; sources?: { node?: Element }[] };
          shifts.push({
            value,
            what: sources.map(({ node }) => node?.closest<HTMLElement>("[data-cell]")?.dataset.cell ?? "").join(" "),
          });
        }
      };
      const observer = new PerformanceObserver((list) => keep(list.getEntries()));
      observer.observe({ type: "layout-shift", buffered: true });
      // The engine tells when it has time: what it has not told yet belongs to what was before, too.
      const taken = () => {
        keep(observer.takeRecords());
        return shifts.splice(0);
      };
      Object.assign(window, { taken });
    });
    const shifts = () => page.evaluate(() => (window as unknown as { taken: () => Shift[] }).taken());
    const opening = await shifts();
    // Below the first cell, frames take heights that nobody knew; what one begins to read stays.
    expect(opening.filter(({ what }) => what.split(" ").includes("cell-0"))).toEqual([]);
    const most: number[] = [];
    const at = () =>
      page.evaluate(() => {
        const { scrollTop = 0, scrollHeight = 0, clientHeight = 0 } = document.querySelector(".notebook-scroll") ?? {};
        return { top: scrollTop, left: scrollHeight - clientHeight - scrollTop };
      });
    const go = async (by: number) => {
      for (let now = await at(); by > 0 ? now.left > 1 : now.top > 0; now = await at()) {
        const before = now.top;
        await page.tab.wheel(40, 450, by);
        // Beside the frames: who has the wheel in them is what sealing/scroll is about.
        await until("it has scrolled", async () => (await at()).top !== before);
        await rests();
        most.push(await page.evaluate(() => document.querySelectorAll("iframe").length));
      }
    };
    const tall = () => page.evaluate(() => document.querySelector(".notebook-scroll")?.scrollHeight ?? 0);
    await go(STEP);
    const [down, height] = [await shifts(), await tall()];
    expect(await page.evaluate(() => document.querySelectorAll(".guest-host").length)).toBe(OUTPUTS);
    await page.shows(`plot(${OUTPUTS - 1})`, "[data-cell]");
    await go(-STEP);
    const back = await shifts();
    expect(Math.max(...most)).toBeLessThanOrEqual(ALIVE);
    expect(await tall()).toBe(height);
    expect({ down, back }).toEqual({ down: [], back: [] });
  });
});
