import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Browser, ENGINES, launch, type Tab } from "../drivers";
import { until } from "../page";
import { PROBES } from ".";
import { type Arena, startArena } from "./arena";
import { Catcher } from "./catcher";
import { Trial } from "./trial";

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
    let tab: Tab | undefined;
    const working = PROBES.filter((probe) => probe.tame?.includes(engine) !== true);
    test.each(working.map((probe) => [probe.name, probe] as const))("%s", async (_name, probe) => {
      if (tab === undefined) {
        tab = await browser.open(arena.url);
      } else {
        await tab.goto(arena.url);
      }
      const current = tab;
      const frame = await until("the arena's frame", async () => (await current.frames())[0]);
      const trial = await Trial.start(browser, current, catcher, probe);
      await trial.attack(frame);
      expect(await trial.worked()).toBe(true);
      if (probe.seen === "tab" || probe.seen === "dialog") {
        // Whatever it opened goes with the profile.
        await current.close();
        tab = undefined;
      }
    });
  });
});
