/// Debian's Chromium by Playwright, over its own pipe. Each tab that `open` makes is a profile of its own.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { type BrowserContext, type CDPSession, chromium, type Download, type Page } from "playwright-core";
import { pause } from "../page";
import { program } from "./programs";
import { Trail } from "./trail";
import {
  type Browser,
  type Effort,
  type Frame,
  HEIGHT,
  type Look,
  type Machine,
  type Sent,
  type Tab,
  WIDTH,
} from "./types";
import { sayViolations, token, violationIn } from "./violations";

/// A key takes milliseconds; behind this nobody will say any more that it arrived.
const LOST_MS = 8_000;

class ChromiumTab implements Tab {
  readonly engine = "chromium";
  readonly problems: string[] = [];
  private readonly refused: string[] = [];
  readonly #trail = new Trail();
  #devtools: CDPSession | null = null;
  dialogs = 0;

  constructor(
    readonly page: Page,
    readonly context: BrowserContext,
    private readonly alone: boolean,
    saved: (download: Download) => void,
  ) {
    page.on("download", saved);
    page.on("pageerror", (error) => this.problems.push(String(error)));
    page.on("dialog", (dialog) => {
      this.dialogs += 1;
      // The page may have gone away with its dialog.
      dialog.dismiss().catch(() => undefined);
    });
    page.on("websocket", (socket) => {
      this.#trail.add("socket", socket.url());
      socket.on("framesent", ({ payload }) => this.#trail.add("sent", payload));
      socket.on("framereceived", ({ payload }) => this.#trail.add("received", payload));
      socket.on("close", () => this.#trail.add("socket", "closed"));
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

  get trail(): readonly string[] {
    return this.#trail.lines;
  }

  violations(): Promise<readonly string[]> {
    return Promise.resolve(this.refused);
  }

  async effort(): Promise<Effort> {
    if (this.#devtools === null) {
      this.#devtools = await this.context.newCDPSession(this.page);
      await this.#devtools.send("Performance.enable");
    }
    const { metrics } = await this.#devtools.send("Performance.getMetrics");
    const of = (name: string) => metrics.find((one) => one.name === name)?.value ?? 0;
    return { styles: of("RecalcStyleCount"), layouts: of("LayoutCount") };
  }

  async goto(url: string): Promise<void> {
    await this.page.goto(url);
  }

  async reload(): Promise<void> {
    await this.page.reload();
  }

  async url(): Promise<string> {
    return this.page.url();
  }

  evaluate<R, A = null>(fn: Sent<A, R>, arg?: A): Promise<R> {
    return this.page.evaluate(fn as never, arg as never);
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
        evaluate: <R, A>(fn: Sent<A, R>, arg?: A) => frame.evaluate(fn as never, arg as never) as Promise<R>,
      }));
  }

  async click(x: number, y: number, options?: { readonly count?: number; readonly shift?: boolean }): Promise<void> {
    this.#trail.add("click", `${x},${y}`);
    if (options?.shift === true) {
      await this.page.keyboard.down("Shift");
    }
    await this.page.mouse.click(x, y, { clickCount: options?.count ?? 1 });
    if (options?.shift === true) {
      await this.page.keyboard.up("Shift");
    }
  }

  async hover(x: number, y: number): Promise<void> {
    await this.page.mouse.move(x, y);
  }

  async wheel(x: number, y: number, dy: number): Promise<void> {
    await this.page.mouse.move(x, y);
    await this.page.mouse.wheel(0, dy);
  }

  async type(text: string): Promise<void> {
    this.#trail.add("type", text);
    await this.page.keyboard.type(text);
  }

  async press(keys: string): Promise<void> {
    this.#trail.add("press", keys);
    const pressed = this.page.keyboard.press(keys).then(() => true);
    pressed.catch(() => undefined);
    if (await Promise.race([pressed, pause(LOST_MS)])) {
      return;
    }
    // Chromium waits for ever for the word of a frame that was replaced while it got the key. A hand lets go.
    for (const key of keys.split("+").slice(0, -1)) {
      await Promise.race([this.page.keyboard.up(key), pause(LOST_MS)]);
    }
  }

  async offer(path: string): Promise<boolean> {
    this.page.once("filechooser", (chooser) => void chooser.setFiles(path));
    return true;
  }

  async screenshot(path: string): Promise<void> {
    await this.page.screenshot({ path, animations: "disabled" });
  }

  async resize(width: number, height: number): Promise<void> {
    await this.page.setViewportSize({ width, height });
  }

  async close(): Promise<void> {
    await (this.alone ? this.context.close() : this.page.close());
  }
}

export async function launchChromium(machine: Machine = {}): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: program("chromium", "chromium"),
    headless: true,
    args: [
      ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
      "--disable-background-networking",
      "--disable-component-update",
      "--no-default-browser-check",
      "--no-first-run",
    ],
  });
  let files = 0;
  const folder = mkdtempSync(join(tmpdir(), "saved-"));
  const whole: string[] = [];
  const saved = (download: Download) => {
    files += 1;
    const path = join(folder, `${files}-${basename(download.suggestedFilename())}`);
    // One that is broken off is none.
    download.saveAs(path).then(
      () => whole.push(path),
      () => undefined,
    );
  };
  return {
    engine: "chromium",
    async open(url: string, look: Look = {}): Promise<Tab> {
      const context = await browser.newContext({
        viewport: { width: look.width ?? WIDTH, height: look.height ?? HEIGHT },
        colorScheme: look.dark === true ? "dark" : "light",
        reducedMotion: look.reducedMotion === true ? "reduce" : "no-preference",
        acceptDownloads: true,
        // So that what a frame cannot do is kept from it by its seal, and not by a question that nobody answers.
        permissions: ["clipboard-read", "clipboard-write", "storage-access"],
        isMobile: machine.touch === true,
        hasTouch: machine.touch === true,
      });
      const tab = new ChromiumTab(await context.newPage(), context, true, saved);
      await tab.page.addInitScript(sayViolations, token);
      await tab.goto(url);
      return tab;
    },
    async beside(other: Tab, url: string): Promise<Tab> {
      if (!(other instanceof ChromiumTab)) {
        throw new Error("a tab of another browser");
      }
      const tab = new ChromiumTab(await other.context.newPage(), other.context, false, saved);
      await tab.page.addInitScript(sayViolations, token);
      await tab.goto(url);
      return tab;
    },
    async count(): Promise<number> {
      return browser.contexts().reduce((sum, context) => sum + context.pages().length, 0);
    },
    saved: async () => files,
    files: async () => whole,
    async close(): Promise<void> {
      await browser.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
