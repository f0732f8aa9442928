import { entries } from "@fumehood/ui";
import { describe, expect, it, vi } from "vitest";
import { COMMANDS } from "./table.js";

// Components listen on the document as soon as they are imported.
vi.hoisted(() => vi.stubGlobal("window", { document: new EventTarget() }));

function ids(query: string, recent: readonly string[] = []): readonly string[] {
  return entries(COMMANDS, query, recent).map((entry) => entry.command.id);
}

describe("the palette", () => {
  it("finds a command by letters of its words", () => {
    expect(ids("runall")[0]).toBe("run-all");
    expect(ids("rrall")[0]).toBe("restart-run-all");
    expect(ids("mkd")).toContain("to-markdown");
  });

  it("finds every command by its own title", () => {
    for (const command of COMMANDS)
      if (command.id !== "palette") expect(ids(command.title)[0], command.title).toBe(command.id);
  });

  it("lists what was used last first", () => {
    expect(ids("", ["trash", "save"]).slice(0, 2)).toEqual(["trash", "save"]);
  });

  it("lists nothing where nothing matches", () => {
    expect(ids("zzzz")).toEqual([]);
  });
});
