import type { FolderEntry } from "@fumehood/protocol";
import { describe, expect, test } from "vitest";
import { BY_NAME, crumbs, join, shown, sortedBy } from "./listing.js";

const entry = (name: string, kind: FolderEntry["kind"], modified = 0, size = 0): FolderEntry => ({
  name,
  kind,
  size,
  modified,
  openable: kind !== "file",
});
const all = [
  entry("run10.ipynb", "notebook", 10, 5),
  entry("run9.ipynb", "notebook", 30, 7),
  entry("data", "folder", 20),
  entry("atlas.csv", "file", 40, 9),
];
const names = (entries: readonly FolderEntry[]) => entries.map(({ name }) => name);

describe("a folder is shown", () => {
  test("with folders, then notebooks, then the rest, numbers as numbers", () => {
    expect(names(shown(all, "", BY_NAME))).toEqual(["data", "run9.ipynb", "run10.ipynb", "atlas.csv"]);
  });

  test("with the newest first, folders still before them", () => {
    expect(names(shown(all, "", { key: "modified", down: true }))).toEqual([
      "data",
      "atlas.csv",
      "run9.ipynb",
      "run10.ipynb",
    ]);
  });

  test("with what has all the words that were typed", () => {
    expect(names(shown(all, "RUN 9", BY_NAME))).toEqual(["run9.ipynb"]);
    expect(names(shown(all, "zzz", BY_NAME))).toEqual([]);
  });

  test("without changing what was listed", () => {
    const before = [...all];
    shown(all, "", { key: "size", down: true });
    expect(all).toEqual(before);
  });
});

test("a second click on a heading turns the order round", () => {
  const first = sortedBy(BY_NAME, "modified");
  expect(first).toEqual({ key: "modified", down: true });
  expect(sortedBy(first, "modified").down).toBe(false);
  expect(sortedBy(first, "name")).toEqual(BY_NAME);
});

test("one can go up as far as the folder was granted", () => {
  expect(crumbs("/data/me/nb/a", ["/data/me/nb"])).toEqual([
    { name: "/", folder: "/", open: false },
    { name: "data", folder: "/data", open: false },
    { name: "me", folder: "/data/me", open: false },
    { name: "nb", folder: "/data/me/nb", open: true },
    { name: "a", folder: "/data/me/nb/a", open: true },
  ]);
  expect(crumbs("/data/me/nbs", ["/data/me/nb"]).at(-1)?.open).toBe(false);
  expect(crumbs("/", ["/"])).toEqual([{ name: "/", folder: "/", open: true }]);
});

test("a name is put behind its folder", () => {
  expect([join("/", "a"), join("/b", "a")]).toEqual(["/a", "/b/a"]);
});
