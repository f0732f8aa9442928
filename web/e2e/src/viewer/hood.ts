/// `hood view` and other programs of the project that serve datasets, for tests of the page: each is started as a person or
/// a program starts it, and ends with its test.

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { until } from "../page";

const ROOT = resolve(fileURLToPath(new URL("../../../..", import.meta.url)));
const PYTHON = join(ROOT, ".venv", "bin", "python");
const ENV = { ...process.env, PYTHONPATH: join(ROOT, "src") };

/// 700 cells that Scanpy brings with it.
export function pbmc(): string {
  const lib = join(ROOT, ".venv", "lib");
  const python = readdirSync(lib).find((name) => name.startsWith("python3.")) ?? "";
  return join(lib, python, "site-packages", "scanpy", "datasets", "10x_pbmc68k_reduced.h5ad");
}

/// The same drawn again until there are so many.
export function resampled(place: string, cells: number): string {
  execFileSync(PYTHON, ["-m", "tests.datasets.resampled", place, String(cells)], { cwd: ROOT, env: ENV });
  return place;
}

export interface Serving {
  /// Of each dataset by its name.
  readonly links: Readonly<Record<string, string>>;
  /// Ends it, and gives its exit status.
  end(): Promise<number>;
}

export async function view(home: string, path: string): Promise<Serving> {
  const program = spawn(join(ROOT, ".venv", "bin", "hood"), ["view", "--json", path], {
    env: { ...ENV, FUMEHOOD_HOME: home },
  });
  const { link } = JSON.parse(await line(program)) as { readonly link: string };
  return { links: { [path]: link }, end: () => ended(program, () => program.kill("SIGTERM")) };
}

/// Datasets that a stranger might send.
export async function hostile(home: string, names: readonly string[] = []): Promise<Serving> {
  const program = spawn(PYTHON, ["-m", "tests.datasets.serving", ...names], {
    cwd: ROOT,
    env: { ...ENV, FUMEHOOD_HOME: home },
  });
  const links = JSON.parse(await line(program)) as Serving["links"];
  return { links, end: () => ended(program, () => program.stdin.end()) };
}

async function line(program: ChildProcess): Promise<string> {
  let [said, complained] = ["", ""];
  program.stdout?.on("data", (part: Buffer) => {
    said += part.toString();
  });
  program.stderr?.on("data", (part: Buffer) => {
    complained += part.toString();
  });
  return until(
    "it serves",
    async () => {
      if (program.exitCode !== null) throw new Error(complained);
      return /^\{.*\}$/m.exec(said)?.[0];
    },
    60_000,
  );
}

async function ended(program: ChildProcess, tell: () => void): Promise<number> {
  const end = new Promise<number>((done) => program.once("exit", (status) => done(status ?? -1)));
  tell();
  return end;
}
