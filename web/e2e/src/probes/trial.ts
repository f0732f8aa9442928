/// Runs one probe in one output and says what came of it. The same for the unsealed page and the product.

import { randomBytes } from "node:crypto";
import { expect } from "vitest";
import type { Browser, Frame, Tab } from "../drivers";
import { pause, until } from "../page";
import type { Catcher } from "./catcher";
import { fromModule, STEAL } from "./esm";
import { stealPort } from "./theft";
import type { Env, Probe } from "./types";

/// How long a refused attack gets to prove the test wrong. The catcher is asked again when all are done.
const GRACE_MS = 250;
const ATTACK_MS = 4_000;
const WORKS_MS = 8_000;
const KEY_MS = 120;

/// What may not change in a page while outputs attack it.
export interface Shape {
  readonly href: string;
  readonly title: string;
  readonly same: boolean;
  readonly marked: boolean;
  readonly attributes: string;
  readonly visibility: string;
  readonly sheets: number;
  readonly scrolled: number;
  readonly huge: boolean;
  readonly locks: string;
  /// Entries of the window's history: more of them hold the person who wants to go back.
  readonly entries: number;
  readonly polluted: string;
  /// Uncaught errors.
  readonly errors: number;
  readonly covered: boolean;
  readonly fullscreen: boolean;
}

async function shapeOf(mark: string): Promise<Shape> {
  const HUGE_PX = 100_000;
  const held = (await navigator.locks?.query())?.held ?? [];
  const scrolled = [...document.querySelectorAll("*")].reduce((sum, element) => sum + element.scrollTop, scrollY);
  return {
    href: location.href,
    title: document.title,
    same: (window as unknown as { sameWindow?: boolean }).sameWindow === true,
    marked: [...document.querySelectorAll("*")].some(
      // What the page itself says of an output, as text, is no change of the page.
      (element) =>
        element.closest("[role=status], .out-note") === null &&
        [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.includes(mark)),
    ),
    attributes: [...document.body.attributes].map((item) => `${item.name}=${item.value}`).join(" "),
    visibility: getComputedStyle(document.body).visibility,
    sheets: document.adoptedStyleSheets.length,
    scrolled: Math.round(scrolled),
    huge: [...document.querySelectorAll("iframe")].some((frame) => frame.getBoundingClientRect().height > HUGE_PX),
    entries: history.length,
    polluted: String(({} as { polluted?: unknown }).polluted),
    errors: (window as unknown as { uncaught?: number }).uncaught ?? 0,
    covered: [...document.querySelectorAll("iframe")].some((frame) => {
      const { width, height } = frame.getBoundingClientRect();
      return width >= innerWidth && height >= innerHeight && document.elementFromPoint(2, 2) === frame;
    }),
    fullscreen: document.fullscreenElement !== null,
    locks: held
      .map((lock) => lock.name)
      .filter((name) => name === "fumehood")
      .join(),
  };
}

/// What the place of the attack is made of.
export type Place = Pick<Env, "looser" | "victim">;

export class Trial {
  readonly env: Env;
  private loot: unknown = null;
  private frame: Frame | null = null;
  private readonly dialogs: number;

  private constructor(
    private readonly browser: Browser,
    private readonly tab: Tab,
    private readonly catcher: Catcher,
    private readonly probe: Probe,
    private readonly before: Shape,
    private readonly tabs: number,
    private readonly files: number,
    mark: string,
    place: Place,
  ) {
    this.env = { catcher: catcher.origin, mark, ...place };
    this.dialogs = tab.dialogs;
  }

  static async start(browser: Browser, tab: Tab, catcher: Catcher, probe: Probe, place: Place): Promise<Trial> {
    const mark = `mark${randomBytes(8).toString("hex")}`;
    await tab.evaluate(() => {
      const own = window as unknown as { sameWindow?: boolean; uncaught?: number };
      if (own.sameWindow !== true) {
        addEventListener("error", () => {
          own.uncaught = (own.uncaught ?? 0) + 1;
        });
      }
      own.sameWindow = true;
    });
    const before = await tab.evaluate(shapeOf, mark);
    return new Trial(browser, tab, catcher, probe, before, await browser.count(), await browser.saved(), mark, place);
  }

  /// `index`: where the attack stands in the module of an anywidget that runs it.
  async attack(frame: Frame, index?: number): Promise<void> {
    this.frame = frame;
    if (this.probe.seen === "other") {
      await frame.evaluate(() => {
        (window as unknown as { attacking?: boolean }).attacking = true;
      });
    }
    if (this.probe.port === true) {
      expect(await (index === undefined ? this.run(stealPort) : this.run(fromModule, STEAL))).toBe(true);
    }
    this.loot = await (index === undefined ? this.run(this.probe.attack) : this.run(fromModule, index));
    for (const key of this.probe.keys ?? []) {
      await this.tab.press(key);
      await pause(KEY_MS);
    }
  }

  /// Everything that is not as it was.
  async changes(): Promise<readonly string[]> {
    if (this.probe.loot !== undefined) {
      // Asked each time: an attack that reloads its frame is over before the new page has anything.
      this.loot = await this.run(this.probe.loot);
    }
    const now = await this.tab.evaluate(shapeOf, this.env.mark).catch(() => null);
    const shape =
      now === null
        ? ["page gone"]
        : (Object.keys(now) as (keyof Shape)[])
            .filter((key) => now[key] !== this.before[key])
            .map((key) => `page ${key}: ${String(this.before[key])} is now ${String(now[key])}`);
    return [
      ...shape,
      ...((await this.browser.count()) === this.tabs ? [] : ["tab opened"]),
      ...(this.tab.dialogs === this.dialogs ? [] : ["dialog shown"]),
      ...((await this.browser.saved()) === this.files ? [] : ["file saved"]),
      ...((await this.others()) ? ["other output shows the mark"] : []),
      ...(this.catcher.got(this.env.mark) ? ["arrival at another port"] : []),
      ...(this.probe.seen === "loot" && this.loot ? [`loot ${String(this.loot).slice(0, 80)}`] : []),
    ];
  }

  /// An attack that takes its own frame away never answers.
  private async run(fn: (env: Env & { index: number }) => unknown, index = -1): Promise<unknown> {
    const answer = this.frame?.evaluate(fn, { ...this.env, index }).catch(() => null);
    return Promise.race([answer, pause(ATTACK_MS)]);
  }

  private async others(): Promise<boolean> {
    if (this.probe.seen !== "other") return false;
    for (const frame of await this.tab.frames()) {
      const shows = await frame
        .evaluate((mark: string) => !("attacking" in window) && document.body.textContent.includes(mark), this.env.mark)
        .catch(() => false);
      if (shows) return true;
    }
    return false;
  }

  /// In the unsealed page: waits until the attack is seen to have worked.
  worked(): Promise<boolean> {
    return until(
      `the probe "${this.probe.name}" works where nothing is sealed`,
      async () => (await this.changes()).some((change) => change.startsWith(this.probe.seen)),
      WORKS_MS,
    );
  }

  /// In the product: nothing at all may have changed, whatever the attack was after.
  async held(): Promise<readonly string[]> {
    await pause(GRACE_MS);
    return this.changes();
  }
}
