/// What a file of flows needs: a browser for the file, a world for each test.

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from "vitest";
import { type Browser, CHOSEN, type EngineName, launch, type Machine, PAGE_ENGINES } from "./drivers";
import { World } from "./world";

/// Where a test that failed leaves pictures, records and logs; none without.
const SHOTS = process.env.HOOD_SHOTS;

export interface Stage {
  readonly engine: EngineName;
  readonly browser: Browser;
  readonly world: World;
}

export interface Needs {
  readonly machine?: Machine;
  /// Where the others cannot do what the tests are about.
  readonly engines?: readonly EngineName[];
}

/// `body` holds tests; they read the stage when they run.
export function inBrowsers(name: string, body: (stage: Stage) => void, needs: Needs = {}): void {
  describe.each(PAGE_ENGINES.filter((engine) => needs.engines?.includes(engine) ?? true))(`${name} (%s)`, (engine) => {
    let browser: Browser | undefined;
    let world: World | undefined;
    beforeAll(async () => {
      browser = await launch(engine, needs.machine);
    });
    afterAll(() => browser?.close());
    beforeEach(() => {
      world = World.make();
    });
    afterEach(async ({ task }) => {
      if (SHOTS !== undefined && task.result?.state === "fail") {
        await world?.evidence(SHOTS, task.name.replace(/\W+/g, "-"));
      }
      const wrong = await world?.broken();
      await world?.end();
      expect(wrong, "what is wrong with the seal of the pages at the test's end").toEqual([]);
    });
    body({
      engine,
      get browser() {
        return needed(browser);
      },
      get world() {
        return needed(world);
      },
    });
  });
}

function needed<T>(value: T | undefined): T {
  if (value === undefined) {
    throw new Error("used before it was started");
  }
  return value;
}

/// What is alike behind every engine, or drives again what others of these files drive in each: the time is bounded. In
/// the engines that are asked for by name it runs as well.
export function inOneBrowser(name: string, body: (stage: Stage) => void): void {
  inBrowsers(name, body, CHOSEN ? {} : { engines: ["chromium"] });
}
