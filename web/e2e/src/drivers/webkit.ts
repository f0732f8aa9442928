/// WebKitGTK's MiniBrowser by Debian's WebKitWebDriver, on a display in memory. One session: tabs are windows of it, and
/// share a profile (their origins differ by the gateway's port).

import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as rest } from "node:timers/promises";
import { until } from "../page";
import { type Display, end, startDisplay } from "./display";
import { chord, code } from "./keys";
import { program } from "./programs";
import { savedIn, wholeIn } from "./saved";
import { type Browser, type Frame, HEIGHT, type Look, type Sent, type Tab, WIDTH } from "./types";
import { keepViolations } from "./violations";
import { collect, expectAnswer, hideFocus, leaveBehind, showFocus } from "./visits";
import { type Reference, Session, WebDriverError } from "./webdriver";

const SCRIPT_MS = 60_000;
const LOOK_MS = 15;
const START_TRIES = 100;
const TRY_MS = 100;
/// For so long a page keeps changing while a picture of it is taken.
const PICTURE_MS = 2_000;
const LIBRARIES = "/usr/lib";

/// MiniBrowser lies beside the library, in a folder that carries the machine's name and the library's version.
function miniBrowser(): string {
  const found = readdirSync(LIBRARIES)
    .flatMap((machine) =>
      ["webkit2gtk-4.1", "webkit2gtk-4.0", "webkitgtk-6.0"].map((name) => join(LIBRARIES, machine, name)),
    )
    .map((folder) => join(folder, "MiniBrowser"))
    .find((path) => existsSync(path));
  if (found === undefined) {
    throw new Error("WebKitGTK's MiniBrowser is missing: install Debian's package libwebkit2gtk-4.1-0");
  }
  return found;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") {
    throw new Error("no free port");
  }
  return address.port;
}

const GONE: readonly string[] = ["no such window", "no such frame", "no such element", "stale element reference"];

/// A frame that has nothing loaded yet, or has just gone, cannot be entered.
function absent(error: unknown): null {
  if (error instanceof WebDriverError && GONE.includes(error.kind)) {
    return null;
  }
  throw error;
}

type Step = Readonly<Record<string, unknown>>;

class WebKitTab implements Tab {
  readonly engine = "webkit";
  readonly problems: string[] = [];
  private readonly refused: string[] = [];
  readonly trail: readonly string[] = [];
  dialogs = 0;

  constructor(
    private readonly session: Session,
    private readonly handle: string,
    private readonly last: () => Promise<boolean>,
  ) {}

  /// With this tab current, in its top page.
  private atTop<T>(steps: () => Promise<T>): Promise<T> {
    return this.session
      .alone(async () => {
        await this.session.show(this.handle);
        await this.session.post("/frame", { id: null });
        return steps();
      })
      .catch((error: unknown) => {
        // The driver has dismissed the dialog; the command that met it is lost.
        if (error instanceof WebDriverError && error.kind === "unexpected alert open") {
          this.dialogs += 1;
        }
        throw error;
      });
  }

  /// In the frame that the chain leads to from the top: in that one, and in none that has taken its place since. The page
  /// does not learn of it.
  private inside<T>(chain: readonly Reference[], steps: () => Promise<T>): Promise<T> {
    return this.atTop(async () => {
      const focused = await this.run(hideFocus, null);
      try {
        for (const frame of chain) {
          await this.session.post("/frame", { id: frame });
        }
        return await steps();
      } finally {
        await this.session.show(this.handle, true);
        await this.run(showFocus, focused);
      }
    });
  }

  private async run<R, A>(fn: Sent<A, R>, arg: A | undefined): Promise<R> {
    const script = `const done = arguments[arguments.length - 1];
      Promise.resolve().then(() => (${fn.toString()})(arguments[0]))
        .then((value) => done({ value: value === undefined ? null : value }), (error) => done({ error: String(error) }));`;
    const answer = (await this.session.post("/execute/async", { script, args: [arg ?? null] })) as
      | { value: R }
      | { error: string };
    if ("error" in answer) {
      throw new Error(answer.error);
    }
    return answer.value;
  }

  evaluate<R, A = null>(fn: Sent<A, R>, arg?: A): Promise<R> {
    return this.atTop(() => this.run(fn, arg));
  }

  async inject(source: string): Promise<void> {
    await this.atTop(() => this.session.post("/execute/sync", { script: source, args: [] }));
  }

  private async ask<R, A>(chain: readonly Reference[], fn: Sent<A, R>, arg: A | undefined): Promise<R> {
    const key = crypto.randomUUID();
    await this.evaluate(expectAnswer, key);
    const script = leaveBehind(fn.toString());
    await this.inside(chain, () => this.session.post("/execute/sync", { script, args: [key, arg ?? null] }));
    for (const end = performance.now() + SCRIPT_MS; performance.now() < end; await rest(LOOK_MS)) {
      const { state, text } = await this.evaluate(collect, key);
      if (state === "gone") {
        throw new WebDriverError("no such frame", "the frame went away");
      }
      if (state === "answered") {
        const answer = JSON.parse(text) as { value: R } | { error: string };
        if ("error" in answer) {
          throw new Error(answer.error);
        }
        return answer.value;
      }
    }
    throw new WebDriverError("script timeout", "the frame does not answer");
  }

  async frames(): Promise<readonly Frame[]> {
    const found: Frame[] = [];
    const look = async (chain: readonly Reference[]): Promise<void> => {
      const within = () => this.session.elements("iframe, frame");
      for (const frame of await (chain.length === 0 ? this.atTop(within) : this.inside(chain, within))) {
        const path = [...chain, frame];
        const url = await this.inside(path, () => this.run(() => location.href, null)).catch(absent);
        if (url === null) {
          continue;
        }
        found.push({ url, evaluate: (fn, arg) => this.ask(path, fn, arg) });
        await look(path);
      }
    };
    await look([]);
    return found;
  }

  /// Before the page goes.
  private async keep(): Promise<void> {
    this.refused.push(...(await this.evaluate(() => (window as { violations?: string[] }).violations ?? [])));
  }

  async violations(): Promise<readonly string[]> {
    return [...this.refused, ...(await this.evaluate(() => (window as { violations?: string[] }).violations ?? []))];
  }

  async effort(): Promise<null> {
    return null;
  }

  async goto(url: string): Promise<void> {
    await this.keep();
    await this.atTop(() => this.session.post("/url", { url }));
    await this.evaluate(keepViolations);
  }

  async reload(): Promise<void> {
    await this.keep();
    await this.atTop(() => this.session.post("/refresh"));
    await this.evaluate(keepViolations);
  }

  async url(): Promise<string> {
    return this.evaluate(() => location.href);
  }

  private async pointer(steps: readonly Step[]): Promise<void> {
    await this.act([{ type: "pointer", id: "mouse", parameters: { pointerType: "mouse" }, actions: steps }]);
  }

  private async act(actions: readonly unknown[]): Promise<void> {
    await this.atTop(() => this.session.post("/actions", { actions }));
  }

  async click(x: number, y: number, options?: { readonly count?: number; readonly shift?: boolean }): Promise<void> {
    const once = [
      { type: "pointerDown", button: 0 },
      { type: "pointerUp", button: 0 },
    ];
    const clicks = Array.from({ length: options?.count ?? 1 }, () => once).flat();
    if (options?.shift === true) {
      await this.act([{ type: "key", id: "keys", actions: [{ type: "keyDown", value: code("Shift") }] }]);
    }
    await this.pointer([{ type: "pointerMove", x: Math.round(x), y: Math.round(y), origin: "viewport" }, ...clicks]);
    if (options?.shift === true) {
      await this.act([{ type: "key", id: "keys", actions: [{ type: "keyUp", value: code("Shift") }] }]);
    }
  }

  async hover(x: number, y: number): Promise<void> {
    await this.pointer([{ type: "pointerMove", x: Math.round(x), y: Math.round(y), origin: "viewport" }]);
  }

  async wheel(x: number, y: number, dy: number): Promise<void> {
    await this.act([
      {
        type: "wheel",
        id: "wheel",
        actions: [{ type: "scroll", x: Math.round(x), y: Math.round(y), deltaX: 0, deltaY: dy, origin: "viewport" }],
      },
    ]);
  }

  private async keys(steps: readonly Step[]): Promise<void> {
    await this.act([{ type: "key", id: "keys", actions: steps }]);
  }

  async type(text: string): Promise<void> {
    const steps = [...text].flatMap((character) => {
      const value = character === "\n" ? code("Enter") : character;
      return [
        { type: "keyDown", value },
        { type: "keyUp", value },
      ];
    });
    await this.keys(steps);
  }

  async press(keys: string): Promise<void> {
    const { modifiers, key } = chord(keys);
    await this.keys([
      ...modifiers.map((name) => ({ type: "keyDown", value: code(name) })),
      { type: "keyDown", value: code(key) },
      { type: "keyUp", value: code(key) },
      ...[...modifiers].reverse().map((name) => ({ type: "keyUp", value: code(name) })),
    ]);
  }

  async offer(): Promise<boolean> {
    return false;
  }

  async screenshot(path: string): Promise<void> {
    // WebKit answers with its next picture of the page, and makes none where nothing changes.
    await this.evaluate((ms: number) => {
      const { style } = document.documentElement;
      let times = 0;
      const timer = setInterval(() => {
        style.outline = `${times++ % 2}px solid transparent`;
      }, 16);
      setTimeout(() => {
        clearInterval(timer);
        style.outline = "";
      }, ms);
    }, PICTURE_MS);
    const data = (await this.atTop(() => this.session.get("/screenshot"))) as string;
    writeFileSync(path, Buffer.from(data, "base64"));
  }

  async resize(width: number, height: number): Promise<void> {
    // WebDriver sets the window with its frame, and the page hears of it later: what it says twice is so.
    let frame: readonly [number, number] = [0, 0];
    await until(`a page of ${width} × ${height}`, async () => {
      const rect = { width: width + frame[0], height: height + frame[1] };
      await this.atTop(() => this.session.post("/window/rect", rect));
      let before = "";
      const now = await until("the page keeps its size", async () => {
        const sizes = await this.evaluate(() => [innerWidth, innerHeight, outerWidth, outerHeight] as const);
        const same = before === String(sizes);
        before = String(sizes);
        return same ? sizes : null;
      });
      frame = [now[2] - now[0], now[3] - now[1]];
      return now[0] === width && now[1] === height;
    });
  }

  async close(): Promise<void> {
    // A session ends with its last window.
    if (await this.last()) {
      await this.goto("about:blank");
      return;
    }
    await this.session.alone(async () => {
      await this.session.show(this.handle);
      await this.session.delete("/window");
    });
  }
}

async function startSession(port: number, child: ChildProcess): Promise<Session> {
  const capabilities = {
    alwaysMatch: {
      timeouts: { script: SCRIPT_MS },
      unhandledPromptBehavior: "dismiss and notify",
      "webkitgtk:browserOptions": { binary: miniBrowser(), args: ["--automation"] },
    },
  };
  for (let left = START_TRIES; ; left -= 1) {
    try {
      return await Session.start(`http://127.0.0.1:${port}`, capabilities);
    } catch (error) {
      if (error instanceof WebDriverError || left === 0 || child.exitCode !== null) {
        throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, TRY_MS));
    }
  }
}

export async function launchWebKit(): Promise<Browser> {
  const driver = program("WebKitWebDriver", "webkit2gtk-driver");
  const display: Display = await startDisplay();
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "saved-"));
  const files = join(folder, "files");
  mkdirSync(files);
  // Where a program of the desktop saves files is written in its folder of settings.
  writeFileSync(join(folder, "user-dirs.dirs"), `XDG_DOWNLOAD_DIR="${files}"\n`);
  const child = spawn(driver, [`--port=${port}`, "--host=127.0.0.1"], {
    env: {
      ...process.env,
      XDG_CONFIG_HOME: folder,
      DISPLAY: display.name,
      GDK_BACKEND: "x11",
      WEBKIT_DISABLE_DMABUF_RENDERER: "1",
    },
    stdio: "ignore",
  });
  const session = await startSession(port, child);
  const handles = async () => (await session.get("/window/handles")) as readonly string[];
  let unused = (await handles())[0];

  const another = async (): Promise<string> => {
    // Beside one that is there: the current one may have been closed.
    const [there = ""] = await handles();
    await session.show(there, true);
    return ((await session.post("/window/new", { type: "window" })) as { handle: string }).handle;
  };

  const open = async (url: string, look: Look = {}): Promise<Tab> => {
    const handle = unused ?? (await session.alone(another));
    unused = undefined;
    const tab = new WebKitTab(session, handle, async () => {
      const last = (await handles()).length === 1;
      unused = last ? handle : undefined;
      return last;
    });
    await tab.resize(look.width ?? WIDTH, look.height ?? HEIGHT);
    await tab.goto(url);
    return tab;
  };

  return {
    engine: "webkit",
    open,
    beside: (_tab, url) => open(url),
    count: async () => (await handles()).length,
    saved: async () => savedIn(files),
    files: async () => wholeIn(files),
    async close(): Promise<void> {
      await session.delete().catch(() => undefined);
      await end(child);
      await display.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
