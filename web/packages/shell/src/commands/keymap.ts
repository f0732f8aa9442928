/// The keyboard map of the documentation, made from the table of commands. Pure.

import { keyText } from "@fumehood/ui";
import type { Command } from "./types.js";

const WHERE: Readonly<Record<Command["mode"], string>> = { command: "command", edit: "edit", both: "both" };

const HEAD = `# Keyboard

The keys are JupyterLab's. A notebook is in one of two modes: in **command mode** keys are commands to the selected
cells, in **edit mode** they are text for the cell. \`Enter\` goes into a cell, \`Esc\` comes out of it. On a Mac, \`Ctrl\` is
\`⌘\`.

\`Ctrl+C\`, \`Ctrl+X\` and \`Ctrl+V\` in command mode use the system's clipboard: cells go to other windows as cells, and to
other programs as text. Everything has a name in the palette (\`F1\`), also what has no key.

<!-- Made from web/packages/shell/src/commands/table.ts by: npm run keymap -w packages/shell -->
`;

export function keymap(commands: readonly Command[]): string {
  const groups = [...new Set(commands.map((command) => command.group))];
  return HEAD + groups.map((group) => section(group, commands)).join("");
}

function section(group: string, commands: readonly Command[]): string {
  const rows = commands
    .filter((command) => command.group === group)
    .map((command) => `| ${keysOf(command)} | ${command.title} | ${WHERE[command.mode]} |\n`);
  return `\n## ${group}\n\n| Keys | Command | Mode |\n|---|---|---|\n${rows.join("")}`;
}

function keysOf(command: Command): string {
  return command.keys.map((keys) => `\`${keyText(keys, false)}\``).join(", ");
}
