/// The table of keys for the documentation. Pure.

import { keyText } from "@fumehood/ui";
import type { Command } from "./commands";

export function table(commands: readonly Command[]): string {
  const rows = commands
    .filter((command) => command.keys.length > 0)
    .map((command) => `| ${command.keys.map(code).join(", ")} | ${command.title} |\n`);
  return `\n| Keys | |\n|---|---|\n${rows.join("")}\n`;
}

function code(keys: string): string {
  return `\`${keyText(keys, false)}\``;
}
