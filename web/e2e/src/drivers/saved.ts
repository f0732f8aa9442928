/// Which files an engine has saved into its folder.

import { readdirSync } from "node:fs";
import { join } from "node:path";

/// While a file comes in, Firefox and WebKit keep two: an empty one of its name, and one beside it that grows.
const GROWING = /\.(?:part|wkdownload)$/;

export const savedIn = (folder: string): number => readdirSync(folder).filter((name) => !GROWING.test(name)).length;

/// Where they are; none while one comes in.
export function wholeIn(folder: string): string[] {
  const names = readdirSync(folder);
  return names.some((name) => GROWING.test(name)) ? [] : names.map((name) => join(folder, name));
}
