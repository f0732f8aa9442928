import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it, vi } from "vitest";
import { keymap } from "./keymap.js";
import { COMMANDS } from "./table.js";

// Components listen on the document as soon as they are imported.
vi.hoisted(() => vi.stubGlobal("window", { document: new EventTarget() }));

const PAGE = fileURLToPath(new URL("../../../../../docs/guide/keyboard.md", import.meta.url));

describe("the keyboard map in the documentation", () => {
  it("is the one that the table of commands makes", () => {
    const made = keymap(COMMANDS);
    // How `npm run keymap` writes it.
    if (process.env.KEYMAP === "write") writeFileSync(PAGE, made);
    expect(readFileSync(PAGE, "utf8")).toBe(made);
  });
});
