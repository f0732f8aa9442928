/// Finds the browsers that Debian installs. A browser that is missing is a failed test with the package's name in it,
/// never a skipped one.

import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

export function program(name: string, debian: string, others: readonly string[] = []): string {
  const path = (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, name));
  const found = [...path, ...others].find((candidate) => existsSync(candidate));
  if (found === undefined) {
    throw new Error(`${name} is missing: install Debian's package ${debian} (apt-get install ${debian})`);
  }
  return found;
}
