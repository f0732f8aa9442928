/// Does what a page of the guide says: its commands in a shell, and in its numbered steps, in their order, whatever is
/// named in bold type: **a button**, or **a field** `with what goes into it`. What ends with a full stop is a headline.
/// Where the page has a picture, whoever follows it may take one.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { until } from "../page";
import type { ViewerFrame } from "./picture";

const ROOT = resolve(fileURLToPath(new URL("../../../..", import.meta.url)));
const BIN = join(ROOT, ".venv", "bin");
const STEP = /\*\*([^*]+)\*\*(?:\s+`([^`]+)`)?|<kbd>(\w+)<\/kbd>|!\[[^\]]*\]\(images\/([\w-]+)\.png\)/g;

/// Where the hand goes in the small dataset: round the cells that the page calls bright, and round the dark ones.
export const LOOPS = [
  [
    [0.64, 0.42],
    [0.95, 0.42],
    [0.95, 0.75],
    [0.64, 0.75],
  ],
  [
    [0.05, 0.45],
    [0.5, 0.45],
    [0.5, 0.95],
    [0.05, 0.95],
  ],
] as const;

export interface Guide {
  /// Each line of the first block.
  readonly commands: readonly string[];
  readonly steps: string;
}

export function guide(name: string): Guide {
  const text = readFileSync(join(ROOT, "docs", "guide", `${name}.md`), "utf8");
  const [, block = ""] = /```sh\n([^`]*)```/.exec(text) ?? [];
  const [steps = ""] = /^1\. [\s\S]*?(?=^[^\s\d])/m.exec(text) ?? [];
  return { commands: block.trim().split("\n"), steps };
}

/// In a shell that finds the project's own programs first.
export function shell(command: string, folder: string, home: string): void {
  const PATH = `${BIN}${delimiter}${process.env.PATH ?? ""}`;
  execFileSync("sh", ["-c", command], { cwd: folder, env: { ...process.env, PATH, FUMEHOOD_HOME: home } });
}

/// Each time that the lasso is taken, the next of the loops is drawn. Gives how many things were done.
export async function followed(
  viewer: ViewerFrame,
  { steps }: Guide,
  picture: (name: string) => Promise<unknown> = async () => undefined,
): Promise<number> {
  let [done, drawn, field] = [0, 0, ""];
  for (const [, name, value, key, image] of steps.matchAll(STEP)) {
    if (image !== undefined) {
      await picture(image);
      continue;
    }
    if (key === "Enter") {
      await until("something is found", async () => (await viewer.elements("[role=option]")) > 0);
      await viewer.enter(field);
    } else if (name === "Lasso") {
      await viewer.lasso(LOOPS[drawn++] ?? LOOPS[0]);
    } else if (name !== undefined && value !== undefined) {
      if (await viewer.chooses(name)) await viewer.choose(name, value);
      else await viewer.write(name, value);
      field = name;
    } else if (name !== undefined && !name.endsWith(".")) {
      await viewer.press(name);
    }
    done += 1;
  }
  return done;
}
