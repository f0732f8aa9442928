import type { KernelChanged, KernelStatus } from "@fumehood/protocol";
import { describe, expect, test } from "vitest";
import {
  connectionSaid,
  deathSaid,
  environmentName,
  kernelSaid,
  mergedSaid,
  type Saving,
  saveSaid,
  titleMark,
} from "./states.js";

const kernel = (status: KernelStatus, more: Partial<KernelChanged> = {}): KernelChanged => ({
  type: "kernel",
  status,
  ...more,
});
const noon = new Date(2024, 4, 10, 12, 3).getTime() / 1000;

describe("the kernel", () => {
  test("says which cell runs and how many wait", () => {
    expect(kernelSaid(kernel("busy"), "cell 4", 0).text).toBe("Running cell 4");
    expect(kernelSaid(kernel("busy"), "cell 4", 2).text).toBe("Running cell 4 · 2 waiting");
    expect(kernelSaid(kernel("busy"), null, 0).text).toBe("Busy");
  });

  test.each([
    ["none", "Not started"],
    ["starting", "Starting…"],
    ["idle", "Idle"],
    ["restarting", "Restarting…"],
    ["unresponsive", "Not answering"],
    ["dead", "Dead"],
  ] as const)("that is %s says %j", (status, text) => {
    expect(kernelSaid(kernel(status), null, 0).text).toBe(text);
  });

  test("that died says why, or at least what it used", () => {
    expect(deathSaid(kernel("dead", { reason: "It ended by SIGKILL.", peak_memory: 3.2e9 }))).toBe(
      "It ended by SIGKILL.",
    );
    expect(deathSaid(kernel("dead", { peak_memory: 3.2e9 }))).toBe(
      "The kernel has ended. It had used 3.2 GB of memory.",
    );
    expect(deathSaid(kernel("dead"))).toBe("The kernel has ended.");
  });

  test("has a name before it starts and after it died", () => {
    const metadata = { kernelspec: { name: "python3", display_name: "Python 3" } };
    expect(environmentName(kernel("none"), metadata)).toBe("Python 3");
    expect(environmentName(kernel("dead", { spec: "python3" }), metadata)).toBe("Python 3");
    expect(environmentName(kernel("idle", { spec: "r", display_name: "R 4" }), metadata)).toBe("R 4");
    expect(environmentName(kernel("dead", { spec: "r" }), metadata)).toBe("r");
    expect(environmentName(kernel("none"), { kernelspec: 7 })).toBeNull();
  });
});

describe("saving", () => {
  const clean: Saving = {
    dirty: false,
    saving: false,
    savedAt: null,
    autosave: true,
    connected: true,
    readOnly: false,
  };
  test.each<[Partial<Saving>, string]>([
    [{}, "No changes"],
    [{ savedAt: noon }, "Saved 12:03"],
    [{ dirty: true }, "Saving…"],
    [{ dirty: true, autosave: false }, "Not saved yet · autosave off"],
    [{ dirty: true, connected: false }, "Not saved yet"],
    [{ dirty: true, autosave: false, saving: true }, "Saving…"],
    [{ savedAt: noon, saving: true }, "Saving…"],
    [{ readOnly: true, dirty: true }, "Read-only"],
  ])("with %j says %j", (change, text) => {
    expect(saveSaid({ ...clean, ...change }, noon + 60, "en-GB").text).toBe(text);
  });
});

test("a lost connection says whether code goes on", () => {
  expect(connectionSaid({ state: "open" }, true)).toBeNull();
  expect(connectionSaid({ state: "lost", since: 0, reason: "" }, true)?.text).toContain("still running");
  expect(connectionSaid({ state: "lost", since: 0, reason: "" }, false)?.text).not.toContain("still running");
  expect(connectionSaid({ state: "gone", reason: "" }, true)?.mood).toBe("danger");
});

test("an outside change is counted by what it did", () => {
  const nothing = { time: 0, edited: [], added: [], deleted: [], conflicts: [] };
  expect(mergedSaid(nothing)).toBeNull();
  expect(mergedSaid({ ...nothing, edited: ["a", "b"], conflicts: ["b"] })).toBe(
    "The file changed outside: 2 cells edited, 1 conflict.",
  );
  expect(mergedSaid({ ...nothing, added: ["a"], deleted: ["b"] })).toBe(
    "The file changed outside: 1 added, 1 deleted.",
  );
});

test("the tab shows what runs, what died and what failed", () => {
  expect(titleMark(kernel("busy"), 1, null)).toBe("● ");
  expect(titleMark(kernel("dead"), 0, "ok")).toBe("✕ ");
  expect(titleMark(kernel("idle"), 0, "error")).toBe("! ");
  expect(titleMark(kernel("idle"), 0, "ok")).toBe("");
});
