/// A home of its own for one test: the real `hood`, a real daemon, real kernels. Everything that was started with this
/// home ends with it, whatever the test did; the user's own home is never touched.

import { type ExecFileException, execFile } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Look, Tab } from "./drivers";
import { Page, until } from "./page";
import { broken } from "./seal";

const ROOT = resolve(fileURLToPath(new URL("../../..", import.meta.url)));
const HOOD = join(ROOT, ".venv", "bin", "hood");
const COMMAND_MS = 60_000;
const OUTPUT_BYTES = 256 * 1024 * 1024;

/// The public notebooks that lie beside the project, as for the Python tests.
export const NOTEBOOKS = process.env.FUMEHOOD_SHARED_NOTEBOOKS ?? resolve(ROOT, "..", "shared", "notebooks");
export const EXAMPLES = join(ROOT, "examples");

export interface Opened {
  readonly url: string;
  readonly link: string;
  readonly pid: number;
}

export interface Status {
  readonly pid: number;
  /// Of the blob server.
  readonly blobs: string;
  readonly rooms: readonly { readonly path: string; readonly kernel: string; readonly queued: number }[];
}

export interface CellSource {
  readonly type?: "code" | "markdown" | "raw";
  readonly source: string;
  readonly outputs?: readonly unknown[];
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly id?: string;
}

type Lines = string | readonly string[];

export interface SavedCell {
  readonly id: string;
  readonly source: Lines;
  readonly outputs?: readonly { readonly output_type: string; readonly name?: string; readonly text?: Lines }[];
}

const joined = (lines: Lines): string => (typeof lines === "string" ? lines : lines.join(""));

/// A notebook file's text, of nbformat 4.5.
export function notebookText(cells: readonly (string | CellSource)[], metadata: object = {}): string {
  const made = cells.map((cell, index) => {
    const {
      type = "code",
      source,
      outputs = [],
      metadata: own = {},
      id,
    } = typeof cell === "string" ? { source: cell } : cell;
    const common = { cell_type: type, id: id ?? `cell-${index}`, metadata: own, source };
    return type === "code" ? { ...common, execution_count: null, outputs } : common;
  });
  const kernelspec = { display_name: "Python 3", language: "python", name: "python3" };
  return JSON.stringify(
    { cells: made, metadata: { kernelspec, ...metadata }, nbformat: 4, nbformat_minor: 5 },
    null,
    1,
  );
}

export const html = (markup: string) => ({ output_type: "display_data", data: { "text/html": markup }, metadata: {} });
export const printed = (text: string) => ({ output_type: "stream", name: "stdout", text });

/// Runs in the page.
function described(): string {
  const cells = [...document.querySelectorAll<HTMLElement>("[data-cell]")].map((cell) =>
    cell.getAttribute("aria-label"),
  );
  const holder = document.activeElement;
  // biome-ignore lint/performance/useDomNodeTextContent: what can be seen, line by line.
  return [document.body.innerText, ...cells, `keyboard: ${holder?.localName} ${holder?.className}`].join("\n");
}

/// What was started in a folder may write there for a moment more, as installs and kernels do that outlive who began them.
export async function removed(folder: string): Promise<void> {
  await until(`${folder} is gone`, async () => {
    try {
      rmSync(folder, { recursive: true, force: true });
      return true;
    } catch {
      return false;
    }
  });
}

export class World {
  /// Added to what `hood`, and with it the daemon and its kernels, finds in its environment.
  environment: Readonly<Record<string, string>> = {};
  private readonly tabs: Tab[] = [];
  private readonly borne: string[] = [];

  private constructor(
    private readonly base: string,
    readonly home: string,
    readonly folder: string,
  ) {}

  static make(): World {
    if (!existsSync(HOOD)) {
      throw new Error(`${HOOD} is missing: run make setup`);
    }
    // Short, because Unix sockets lie below it.
    const base = mkdtempSync(join(tmpdir(), "fh-"));
    const [home, folder] = [join(base, "h"), join(base, "work")];
    mkdirSync(home, { mode: 0o700 });
    mkdirSync(folder);
    return new World(base, home, folder);
  }

  /// Puts a copy of a notebook into this world's folder.
  copy(from: string, name = basename(from)): string {
    const to = join(this.folder, name);
    copyFileSync(from, to);
    return to;
  }

  write(name: string, text: string): string {
    const to = join(this.folder, name);
    writeFileSync(to, text);
    return to;
  }

  notebook(name: string, cells: readonly (string | CellSource)[], metadata: object = {}): string {
    return this.write(name, notebookText(cells, metadata));
  }

  has(name: string): boolean {
    return existsSync(join(this.folder, name));
  }

  text(name: string): string {
    return readFileSync(join(this.folder, name), "utf8");
  }

  cellOf(name: string, id: string): SavedCell {
    const { cells } = JSON.parse(this.text(name)) as { cells: readonly SavedCell[] };
    const cell = cells.find((one) => one.id === id);
    if (cell === undefined) {
      throw new Error(`${name} has no cell ${id}`);
    }
    return cell;
  }

  source(name: string, id: string): string {
    return joined(this.cellOf(name, id).source);
  }

  /// What the file says that the cell printed.
  printed(name: string, id: string): string {
    return (this.cellOf(name, id).outputs ?? [])
      .filter((output) => output.output_type === "stream" && output.name === "stdout")
      .map((output) => joined(output.text ?? ""))
      .join("");
  }

  saved(name: string, text: string): Promise<unknown> {
    return until(`${name} holds ${text}`, async () => this.text(name).includes(text));
  }

  async hood(...words: readonly string[]): Promise<string> {
    return new Promise((done, fail) => {
      const env = { ...process.env, ...this.environment, FUMEHOOD_HOME: this.home };
      const options = { env, cwd: this.folder, timeout: COMMAND_MS, maxBuffer: OUTPUT_BYTES };
      execFile(HOOD, [...words], options, (error: ExecFileException | null, stdout, stderr) =>
        error === null ? done(stdout) : fail(new Error(`hood ${words.join(" ")}: ${stderr || error.message}`)),
      );
    });
  }

  /// Starts a gateway as a user does, and takes the link from the file that only this user can read.
  async open(path: string): Promise<Opened> {
    const said = JSON.parse(await this.hood("open", path, "--no-browser", "--json")) as {
      url: string;
      redirect: string;
      pid: number;
    };
    const page = readFileSync(said.redirect, "utf8");
    const link = /https?:\/\/127\.0\.0\.1:\d+\/#[^"'<\s]*/.exec(page)?.[0];
    if (link === undefined) {
      throw new Error(`no link in ${said.redirect}`);
    }
    return { url: said.url, link: link.replaceAll("&amp;", "&"), pid: said.pid };
  }

  async show(browser: Browser, path: string, look?: Look): Promise<Page> {
    return this.visit(browser, (await this.open(path)).link, look);
  }

  async visit(browser: Browser, link: string, look?: Look): Promise<Page> {
    const tab = await browser.open(link, look);
    this.tabs.push(tab);
    return new Page(tab);
  }

  /// What helps to find out why a test failed: of every page that this world has shown and that is still there, and
  /// of the processes behind them.
  async evidence(folder: string, name: string): Promise<void> {
    mkdirSync(folder, { recursive: true });
    for (const [index, tab] of this.tabs.entries()) {
      const base = join(folder, `${name}-${index}`);
      const shown = await tab.evaluate(described).catch(String);
      writeFileSync(`${base}.txt`, [shown, ...tab.problems, ...tab.trail].join("\n"));
      await tab.screenshot(`${base}.png`).catch(() => undefined);
    }
    const logs = readdirSync(this.home, { recursive: true, encoding: "utf8" }).filter((path) =>
      /\.(log|crash)$/.test(path),
    );
    for (const path of logs) {
      copyFileSync(join(this.home, path), join(folder, `${name}-${path.replaceAll("/", "-")}`));
    }
  }

  /// The test makes the page's policy refuse something whose name begins so.
  bears(violation: string): void {
    this.borne.push(violation);
  }

  /// What is wrong with the seal of the pages that this world has shown and that are still there.
  async broken(): Promise<readonly string[]> {
    const wrong = await Promise.all(this.tabs.map((tab) => broken(tab, this.borne).catch(() => [])));
    return wrong.flat();
  }

  async status(): Promise<Status> {
    return JSON.parse(await this.hood("daemon", "status", "--json")) as Status;
  }

  /// As a crash or the kernel's memory killer would: without any chance to tidy up.
  async killDaemon(): Promise<void> {
    const { pid } = await this.status();
    process.kill(pid, "SIGKILL");
    await until("the daemon is gone", async () => !existsSync(`/proc/${pid}/exe`));
  }

  /// Processes of this world whose command line holds the word.
  processes(word = ""): readonly number[] {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((pid) => pid !== process.pid && this.owns(pid, word));
  }

  private owns(pid: number, word: string): boolean {
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, "latin1").split("\0");
      return (
        environment.includes(`FUMEHOOD_HOME=${this.home}`) &&
        readFileSync(`/proc/${pid}/cmdline`, "latin1").includes(word)
      );
    } catch {
      return false;
    }
  }

  async end(): Promise<void> {
    for (const tab of this.tabs) {
      // A test may have closed it.
      await tab.close().catch(() => undefined);
    }
    // Until none is left: a process may be starting another at this moment.
    await until("every process of this world has ended", async () => {
      const left = this.processes();
      for (const pid of left) {
        try {
          // Asked once more: it may have ended with one before it, and its number may be a stranger's by now.
          if (this.owns(pid, "")) {
            process.kill(pid, "SIGKILL");
          }
        } catch {
          // Ended by itself meanwhile.
        }
      }
      return left.length === 0;
    });
    await removed(this.base);
  }
}
