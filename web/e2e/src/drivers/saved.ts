/// How many files an engine has saved into its folder.

import { readdirSync } from "node:fs";

/// While a file comes in, Firefox and WebKit keep two: an empty one of its name, and one beside it that grows.
const GROWING = /\.(?:part|wkdownload)$/;

export const savedIn = (folder: string): number => readdirSync(folder).filter((name) => !GROWING.test(name)).length;
