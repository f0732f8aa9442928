/// Every attack, first in a page where nothing is sealed and then in the product, in one engine. A file for each engine
/// calls it, and they run side by side: most of an attack's time is spent waiting for what must not come.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Browser, ENGINES, type EngineName, launch, PAGE_ENGINES } from "../drivers";
import { until } from "../page";
import { CLASSES, PROBES } from ".";
import { type Arena, startArena } from "./arena";
import { Catcher } from "./catcher";
import { moduleOf, rendered, widgetMetadata, widgetOutput } from "./esm";
import { Product, STAGE } from "./product";
import { type Place, Trial } from "./trial";
import type { Probe } from "./types";

const listed = (probes: readonly Probe[]) => probes.map((probe) => [probe.name, probe] as const);

/// Of each class, from inside an anywidget, where not all of them are.
const SAMPLED = 2;
const WHOLE = process.env.HOOD_TESTS === "all";

/// A window and its frames have one history, and a frame that goes anywhere, or tries to, adds to it: no engine keeps them
/// apart. Where the window is does not change by that.
const ENTRIES = "page entries";

export const attackIn = (engine: EngineName) =>
  describe.runIf(ENGINES.includes(engine))(engine, () => {
    let catcher: Catcher;
    let arena: Arena;
    let browser: Browser;
    const place = (): Place => ({ looser: `${arena.url}plugins/guest-loose`, victim: "victim" });
    beforeAll(async () => {
      catcher = await Catcher.start();
      arena = await startArena();
      browser = await launch(engine);
    });
    afterAll(async () => {
      await browser.close();
      arena.stop();
      catcher.stop();
    });

    describe("an unsealed page", () => {
      const working = PROBES.filter((probe) => probe.tame?.includes(engine) !== true);
      test.each(listed(working))("%s", async (_name, probe) => {
        // One for each: a page that was sent elsewhere may still be on its way when the next probe begins.
        const tab = await browser.open(arena.url);
        try {
          const frame = await until("the arena's frame", async () => (await tab.frames())[0]);
          const trial = await Trial.start(browser, tab, catcher, probe, place());
          await trial.attack(frame);
          expect(await trial.worked()).toBe(true);
        } finally {
          await tab.close();
        }
      });
    });

    /// Nothing of the page, its tabs, its person and its other outputs may have changed.
    const refused = async (product: Product, probe: Probe, marks: string[], index?: number) => {
      const { notebook, frame, place } = await product.ready();
      if (probe.keys !== undefined) {
        await notebook.edit("cell-3");
      }
      const trial = await Trial.start(browser, notebook.page.tab, catcher, probe, place);
      marks.push(trial.env.mark);
      await trial.attack(frame, index);
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
    };

    describe.runIf(PAGE_ENGINES.includes(engine))("an output of the product", () => {
      const marks: string[] = [];
      let product: Product;
      beforeAll(() => {
        product = new Product(browser);
      });
      afterAll(() => product.end());

      test.each(listed(PROBES))("%s", (_name, probe) => refused(product, probe, marks));

      test("nothing arrived later either", () => {
        expect(marks.length).toBeGreaterThanOrEqual(PROBES.length);
        expect(marks.filter((mark) => catcher.got(mark))).toEqual([]);
      });
    });

    // The sandbox and the policy are the frame's, whatever the code is: one engine does.
    describe.runIf(engine === "chromium")("an anywidget's module", () => {
      const marks: string[] = [];
      const sample = CLASSES.flatMap((probes) => probes.slice(0, SAMPLED));
      const text = moduleOf(PROBES, STAGE);
      // The theft of the port stands before them.
      const at = (probe: Probe) => PROBES.indexOf(probe) + 1;
      let product: Product;
      beforeAll(() => {
        product = new Product(browser, widgetOutput, widgetMetadata(text));
      });
      afterAll(() => product.end());

      test.each(listed(sample))("in an unsealed page: %s", async (_name, probe) => {
        const tab = await browser.open(arena.url);
        try {
          const frame = await until("the arena's frame", async () => (await tab.frames())[0]);
          await frame.evaluate(rendered, text);
          const trial = await Trial.start(browser, tab, catcher, probe, place());
          await trial.attack(frame, at(probe));
          expect(await trial.worked()).toBe(true);
        } finally {
          await tab.close();
        }
      });

      test.each(listed(WHOLE ? PROBES : sample))("in the product: %s", (_name, probe) =>
        refused(product, probe, marks, at(probe)),
      );

      test("nothing arrived later either", () => {
        expect(marks.filter((mark) => catcher.got(mark))).toEqual([]);
      });
    });
  });
