/// Debian's Firefox ESR by WebDriver BiDi. Each tab that `open` makes is a profile of its own (a user context).

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import puppeteer, { type BrowserContext, type KeyInput, type Page, type Browser as Running } from "puppeteer-core";
import { chord } from "./keys";
import { program } from "./programs";
import { savedIn, wholeIn } from "./saved";
import { type Browser, type Frame, HEIGHT, type Look, type Machine, type Sent, type Tab, WIDTH } from "./types";
import { sayViolations, token, violationIn } from "./violations";

const START_MS = 60_000;
/// As Firefox counts what a pointing device can.
const COARSE = 1;
const FINE = 2;
const HOVER = 4;

class FirefoxTab implements Tab {
  readonly engine = "firefox";
  readonly problems: string[] = [];
  private readonly refused: string[] = [];
  readonly trail: readonly string[] = [];
  dialogs = 0;

  constructor(
    readonly page: Page,
    readonly context: BrowserContext,
    private readonly alone: boolean,
  ) {
    page.on("pageerror", (error) => this.problems.push(String(error)));
    page.on("dialog", (dialog) => {
      this.dialogs += 1;
      // The page may have gone away with its dialog.
      dialog.dismiss().catch(() => undefined);
    });
    page.on("console", (message) => {
      const violation = violationIn(message.text());
      if (violation !== null) {
        this.refused.push(violation);
      }
      if (message.type() === "error") {
        this.problems.push(message.text());
      }
    });
  }

  violations(): Promise<readonly string[]> {
    return Promise.resolve(this.refused);
  }

  async effort(): Promise<null> {
    return null;
  }

  async goto(url: string): Promise<void> {
    await this.page.goto(url);
  }

  async reload(): Promise<void> {
    await this.page.reload();
  }

  async url(): Promise<string> {
    return this.page.evaluate(() => location.href);
  }

  evaluate<R, A = null>(fn: Sent<A, R>, arg?: A): Promise<R> {
    return this.page.evaluate(fn as never, arg as never) as Promise<R>;
  }

  async inject(source: string): Promise<void> {
    await this.page.evaluate(source);
  }

  async frames(): Promise<readonly Frame[]> {
    return this.page
      .frames()
      .filter((frame) => frame !== this.page.mainFrame())
      .map((frame) => ({
        url: frame.url(),
        // For a frame that has gone it throws at once; who asks has a promise.
        evaluate: async <R, A>(fn: Sent<A, R>, arg?: A) => frame.evaluate(fn as never, arg as never) as Promise<R>,
      }));
  }

  async click(x: number, y: number, options?: { readonly count?: number; readonly shift?: boolean }): Promise<void> {
    if (options?.shift === true) {
      await this.page.keyboard.down("Shift");
    }
    await this.page.mouse.click(x, y, { count: options?.count ?? 1 });
    if (options?.shift === true) {
      await this.page.keyboard.up("Shift");
    }
  }

  async hover(x: number, y: number): Promise<void> {
    await this.page.mouse.move(x, y);
  }

  async wheel(x: number, y: number, dy: number): Promise<void> {
    await this.page.mouse.move(x, y);
    await this.page.mouse.wheel({ deltaY: dy });
  }

  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text);
  }

  async press(keys: string): Promise<void> {
    const { modifiers, key } = chord(keys);
    for (const modifier of modifiers) {
      await this.page.keyboard.down(modifier as KeyInput);
    }
    await this.page.keyboard.press(key as KeyInput);
    for (const modifier of [...modifiers].reverse()) {
      await this.page.keyboard.up(modifier as KeyInput);
    }
  }

  async offer(): Promise<boolean> {
    return false;
  }

  async screenshot(path: string): Promise<void> {
    await this.page.screenshot({ path: path as `${string}.png` });
  }

  async resize(width: number, height: number): Promise<void> {
    await this.page.setViewport({ width, height });
  }

  async close(): Promise<void> {
    await (this.alone ? this.context.close() : this.page.close());
  }
}

function start(machine: Machine, look: Look, folder: string): Promise<Running> {
  const pointers = machine.touch === true ? COARSE : FINE | HOVER;
  return puppeteer.launch({
    browser: "firefox",
    executablePath: program("firefox-esr", "firefox-esr"),
    headless: true,
    timeout: START_MS,
    protocolTimeout: START_MS,
    extraPrefsFirefox: {
      "browser.shell.checkDefaultBrowser": false,
      "browser.download.folderList": 2,
      "browser.download.dir": folder,
      "datareporting.policy.dataSubmissionEnabled": false,
      // Without a window Firefox tells its pages that the machine has no mouse. This driver's clicks are a mouse's.
      "ui.primaryPointerCapabilities": pointers,
      "ui.allPointerCapabilities": pointers,
      "ui.systemUsesDarkTheme": look.dark === true ? 1 : 0,
      "ui.prefersReducedMotion": look.reducedMotion === true ? 1 : 0,
    },
  });
}

export async function launchFirefox(machine: Machine = {}): Promise<Browser> {
  // WebDriver BiDi has no word for colours and motion, and Firefox tells them to all of its pages: it runs once for each.
  const running = new Map<string, Running>();
  const folder = mkdtempSync(join(tmpdir(), "saved-"));
  const of = async (look: Look): Promise<Running> => {
    const name = JSON.stringify([look.dark === true, look.reducedMotion === true]);
    const browser = running.get(name) ?? (await start(machine, look, folder));
    running.set(name, browser);
    return browser;
  };
  await of({});
  return {
    engine: "firefox",
    async open(url: string, look: Look = {}): Promise<Tab> {
      const context = await (await of(look)).createBrowserContext();
      const tab = new FirefoxTab(await context.newPage(), context, true);
      await tab.page.evaluateOnNewDocument(sayViolations, token);
      await tab.resize(look.width ?? WIDTH, look.height ?? HEIGHT);
      await tab.goto(url);
      return tab;
    },
    async beside(other: Tab, url: string): Promise<Tab> {
      if (!(other instanceof FirefoxTab)) {
        throw new Error("a tab of another browser");
      }
      const tab = new FirefoxTab(await other.context.newPage(), other.context, false);
      await tab.page.evaluateOnNewDocument(sayViolations, token);
      await tab.resize(WIDTH, HEIGHT);
      await tab.goto(url);
      return tab;
    },
    async count(): Promise<number> {
      const tabs = await Promise.all([...running.values()].map((browser) => browser.pages()));
      return tabs.flat().length;
    },
    saved: async () => savedIn(folder),
    files: async () => wholeIn(folder),
    async close(): Promise<void> {
      await Promise.all([...running.values()].map((browser) => browser.close()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
