import { describe, expect, it, vi } from "vitest";
import { bindings, isPlain } from "./dispatcher.js";
import { COMMANDS } from "./table.js";

// Components listen on the document as soon as they are imported.
vi.hoisted(() => vi.stubGlobal("window", { document: new EventTarget() }));

describe("the table of commands", () => {
  it("names each command once", () => {
    const ids = COMMANDS.map((command) => command.id);
    expect(new Set(ids).size).toBe(ids.length);
    const titles = COMMANDS.map((command) => command.title);
    expect(new Set(titles).size).toBe(titles.length);
  });

  it.each(["command", "edit", "elsewhere"] as const)("gives no key two meanings: %s", (where) => {
    // Where two shared a key, the later one would have it.
    for (const mac of [true, false]) expect(bindings(where, mac, COMMANDS.toReversed())).toEqual(bindings(where, mac));
  });

  it("takes no key that types text from the editor", () => {
    for (const key of bindings("edit", false).keys()) expect(isPlain(key), key).toBe(false);
  });

  it("takes no plain key from the rest of the page", () => {
    for (const key of bindings("elsewhere", false).keys()) expect(isPlain(key), key).toBe(false);
  });

  it.each([
    ["Shift-Enter", "run-advance"],
    ["Mod-Enter", "run"],
    ["Alt-Enter", "run-insert"],
    ["A", "insert-above"],
    ["B", "insert-below"],
    ["X", "cut"],
    ["C", "copy"],
    ["V", "paste-below"],
    ["Shift-V", "paste-above"],
    ["Z", "undo"],
    ["Shift-Z", "redo"],
    ["D D", "delete"],
    ["Y", "to-code"],
    ["M", "to-markdown"],
    ["R", "to-raw"],
    ["3", "to-heading-3"],
    ["J", "down"],
    ["K", "up"],
    ["Shift-J", "extend-down"],
    ["Shift-ArrowUp", "extend-up"],
    ["Shift-M", "merge"],
    ["I I", "interrupt"],
    ["0 0", "restart"],
    ["L", "line-numbers"],
    ["Shift-L", "all-line-numbers"],
    ["O", "toggle-outputs"],
    ["Mod-A", "select-all"],
    ["Space", "page-down"],
    ["Shift-Space", "page-up"],
    ["F", "find"],
    ["H", "keys"],
    ["Mod-Shift-H", "keys"],
    ["Mod-Shift-C", "palette"],
    ["F1", "palette"],
    ["Enter", "edit"],
  ])("does in command mode what JupyterLab does: %s", (key, id) => {
    expect(bindings("command", false).get(key)?.id).toBe(id);
  });

  it.each([
    ["Escape", "leave"],
    ["Mod-M", "leave"],
    ["Mod-Shift--", "split"],
    ["Mod-/", "comment"],
    ["Shift-Enter", "run-advance"],
    ["Mod-S", "save"],
  ])("does in edit mode what JupyterLab does: %s", (key, id) => {
    expect(bindings("edit", false).get(key)?.id).toBe(id);
  });

  it("keeps Ctrl+M on a Mac, where Cmd+M is the system's", () => {
    expect(bindings("edit", true).get("Ctrl-M")?.id).toBe("leave");
    expect(bindings("edit", true).has("Mod-M")).toBe(false);
  });
});
