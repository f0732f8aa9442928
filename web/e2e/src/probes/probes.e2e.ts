import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Browser, ENGINES, launch, PAGE_ENGINES } from "../drivers";
import { until } from "../page";
import { PROBES } from ".";
import { type Arena, startArena } from "./arena";
import { Catcher } from "./catcher";
import { Product } from "./product";
import { Trial } from "./trial";

/// A window and its frames have one history, and a frame that goes anywhere, or tries to, adds to it: no engine keeps them
/// apart. Where the window is does not change by that.
const ENTRIES = "page entries";

let catcher: Catcher;
let arena: Arena;

beforeAll(async () => {
  catcher = await Catcher.start();
  arena = await startArena();
});

afterAll(() => {
  arena.stop();
  catcher.stop();
});

describe.each(ENGINES)("%s", (engine) => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch(engine);
  });
  afterAll(() => browser.close());

  describe("an unsealed page", () => {
    const working = PROBES.filter((probe) => probe.tame?.includes(engine) !== true);
    test.each(working.map((probe) => [probe.name, probe] as const))("%s", async (_name, probe) => {
      // One for each: a page that was sent elsewhere may still be on its way when the next probe begins.
      const tab = await browser.open(arena.url);
      try {
        const frame = await until("the arena's frame", async () => (await tab.frames())[0]);
        const trial = await Trial.start(browser, tab, catcher, probe);
        await trial.attack(frame);
        expect(await trial.worked()).toBe(true);
      } finally {
        await tab.close();
      }
    });
  });

  describe.runIf(PAGE_ENGINES.includes(engine))("an output of the product", () => {
    const marks: string[] = [];
    let product: Product;
    beforeAll(() => {
      product = new Product(browser);
    });
    afterAll(() => product.end());

    test.each(PROBES.map((probe) => [probe.name, probe] as const))("%s", async (_name, probe) => {
      const { notebook, frame } = await product.ready();
      if (probe.keys !== undefined) {
        await notebook.edit("cell-2");
      }
      const trial = await Trial.start(browser, notebook.page.tab, catcher, probe);
      marks.push(trial.env.mark);
      await trial.attack(frame);
      const changes = await trial.held();
      if (changes.length > 0) {
        await product.discard();
      }
      if (probe.through?.[engine] !== undefined) {
        expect(changes.some((change) => change.startsWith(probe.seen))).toBe(true);
        return;
      }
      const borne = [ENTRIES, ...(probe.limit === undefined ? [] : [probe.limit.change])];
      expect(changes.filter((change) => !borne.some((begin) => change.startsWith(begin)))).toEqual([]);
      if (probe.says !== undefined) {
        await notebook.page.shows(probe.says);
      }
    });

    test("nothing arrived later either", () => {
      expect(marks.length).toBeGreaterThanOrEqual(PROBES.length);
      expect(marks.filter((mark) => catcher.got(mark))).toEqual([]);
    });
  });
});
