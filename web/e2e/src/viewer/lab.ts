/// A real JupyterLab with a kernel of the project's own environment, its widgets and its server proxy. Everything of it
/// lies in one folder and ends with it.

import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Tab } from "../drivers";
import { until } from "../page";
import { notebookText, removed } from "../world";

const ROOT = resolve(fileURLToPath(new URL("../../../..", import.meta.url)));
const START_MS = 60_000;

export class Lab {
  private constructor(
    private readonly folder: string,
    private readonly server: ChildProcess,
    readonly url: string,
  ) {}

  static async start(): Promise<Lab> {
    const folder = mkdtempSync(join(tmpdir(), "fh-lab-"));
    const kernel = join(folder, "data", "kernels", "ours");
    for (const one of [kernel, join(folder, "work"), join(folder, "home")]) mkdirSync(one, { recursive: true });
    const python = join(ROOT, ".venv", "bin", "python");
    const argv = [python, "-m", "ipykernel_launcher", "-f", "{connection_file}"];
    writeFileSync(join(kernel, "kernel.json"), JSON.stringify({ argv, display_name: "ours", language: "python" }));
    const env = {
      ...process.env,
      FUMEHOOD_HOME: join(folder, "home"),
      HOME: join(folder, "home"),
      JUPYTER_PREFER_ENV_PATH: "0",
      JUPYTER_PATH: `${join(folder, "data")}:${join(ROOT, ".venv", "share", "jupyter")}`,
      JUPYTER_CONFIG_DIR: join(folder, "config"),
      JUPYTER_RUNTIME_DIR: join(folder, "runtime"),
    };
    const words = ["--no-browser", "--allow-root", "--port=0", "--ip=127.0.0.1", "--IdentityProvider.token="];
    const more = ["--LabApp.expose_app_in_browser=True", `--notebook-dir=${folder}/work`];
    const server = spawn(join(ROOT, ".peers", "bin", "jupyter-lab"), [...words, ...more], { env, detached: true });
    let said = "";
    server.stderr.on("data", (data: Buffer) => {
      said += data.toString();
    });
    const url = await until(
      "JupyterLab serves",
      async () => /http:\/\/127\.0\.0\.1:\d+\//.exec(said)?.[0] ?? null,
      START_MS,
    ).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${said}`);
    });
    return new Lab(folder, server, url);
  }

  write(name: string, cells: readonly string[]): void {
    const kernelspec = { display_name: "ours", language: "python", name: "ours" };
    writeFileSync(join(this.folder, "work", name), notebookText(cells, { kernelspec }));
  }

  text(name: string): string {
    return readFileSync(join(this.folder, "work", name), "utf8");
  }

  async open(browser: Browser, name: string): Promise<LabNotebook> {
    const tab = await browser.open(`${this.url}lab/tree/${name}?reset`);
    await until(
      "the notebook's kernel is there",
      () =>
        tab.evaluate(() => {
          // It may ask which kernel; ours is the one that is proposed.
          document.querySelector<HTMLElement>(".jp-Dialog .jp-mod-accept")?.click();
          const { jupyterapp } = window as unknown as App;
          const kernel = jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel;
          return kernel?.status === "idle" && document.querySelector(".jp-Dialog") === null;
        }),
      START_MS,
    );
    return new LabNotebook(tab);
  }

  async end(): Promise<void> {
    const { pid } = this.server;
    const ended = new Promise((done) => this.server.once("exit", done));
    // Its kernels are of the same group and end with it.
    if (pid !== undefined) process.kill(-pid, "SIGTERM");
    await ended;
    await removed(this.folder);
  }
}

/// As much of JupyterLab's application as is used here.
interface App {
  readonly jupyterapp: {
    readonly commands: { execute(id: string, args?: object): Promise<unknown> };
    readonly shell: {
      readonly currentWidget?: {
        readonly content: { activeCellIndex: number };
        readonly sessionContext?: { readonly session?: { readonly kernel?: { readonly status: string } } };
      };
    };
  };
}

export class LabNotebook {
  constructor(readonly tab: Tab) {}

  /// Begins to run the cell at this place and shows the next one. A viewer that was clicked has made its own cell the active one.
  run(cell: number): Promise<void> {
    return this.tab.evaluate((at: number) => {
      const { jupyterapp } = window as unknown as App;
      const content = jupyterapp.shell.currentWidget?.content;
      if (content === undefined) throw new Error("No notebook is open.");
      content.activeCellIndex = at;
      void jupyterapp.commands.execute("notebook:run-cell-and-select-next");
    }, cell);
  }

  async save(): Promise<void> {
    await this.tab.evaluate(async () => {
      await (window as unknown as App).jupyterapp.commands.execute("docmanager:save");
    });
  }

  /// Of the cell at this place: what its outputs say.
  output(cell: number): Promise<string> {
    return this.tab.evaluate((at: number) => {
      const cells = document.querySelectorAll(".jp-Notebook .jp-Cell");
      return cells[at]?.querySelector(".jp-OutputArea")?.textContent ?? "";
    }, cell);
  }

  says(cell: number, text: string): Promise<unknown> {
    return until(
      `cell ${cell} of JupyterLab says "${text}"`,
      async () => (await this.output(cell)).includes(text),
      60_000,
    );
  }
}
