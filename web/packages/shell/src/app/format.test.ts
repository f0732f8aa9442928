import { describe, expect, test } from "vitest";
import {
  ago,
  baseName,
  clock,
  folderOf,
  initials,
  many,
  personName,
  plainTitle,
  shellWord,
  shortFolder,
} from "./format.js";

const noon = new Date(2024, 4, 10, 12, 3).getTime() / 1000;

test("a time of today is an hour, another one has its day", () => {
  expect(clock(noon, noon + 3600, "en-GB")).toBe("12:03");
  expect(clock(noon, noon + 86400, "en-GB")).toBe("10 May, 12:03");
});

test("what has passed is told in the largest unit that fits", () => {
  expect(ago(noon, noon + 10, "en")).toBe("now");
  expect(ago(noon, noon + 130, "en")).toBe("2 minutes ago");
  expect(ago(noon, noon + 7300, "en")).toBe("2 hours ago");
  expect(ago(noon, noon + 90000, "en")).toBe("yesterday");
  expect(ago(noon, noon + 90 * 86400, "en-GB")).toBe("10 May 2024");
  expect(ago(noon + 60, noon, "en")).toBe("now");
});

test("one is not many", () => {
  expect([many(1, "cell"), many(0, "cell"), many(2, "person", "people")]).toEqual(["1 cell", "0 cells", "2 people"]);
});

test("a path falls into its folder and its name", () => {
  expect([baseName("/a/b c.ipynb"), folderOf("/a/b c.ipynb"), folderOf("/x"), baseName("/")]).toEqual([
    "b c.ipynb",
    "/a",
    "/",
    "/",
  ]);
});

test("a long folder keeps its end", () => {
  expect(shortFolder("/data/me/work")).toBe("/data/me/work");
  expect(shortFolder("/data/someone/projects/atlas/notebooks/2024", 24)).toBe("…/atlas/notebooks/2024");
  expect(shortFolder(`/${"x".repeat(80)}`, 10)).toBe(`…/…${"x".repeat(10)}`);
});

test("a title holds nothing that turns or breaks it", () => {
  expect(plainTitle("a\u202egnp.ipynb\n\u200b!")).toBe("agnp.ipynb!");
});

describe("a path in a shell command", () => {
  test("stays as it is where it is harmless", () => {
    expect(shellWord("/data/me/a-b.ipynb")).toBe("/data/me/a-b.ipynb");
  });

  test("is one word whatever it holds", () => {
    expect(shellWord("/a b/$(rm x).ipynb")).toBe("'/a b/$(rm x).ipynb'");
    expect(shellWord("it's")).toBe("'it'\\''s'");
    expect(shellWord("-rf")).toBe("'-rf'");
    expect(shellWord("")).toBe("''");
  });

  test("shows what cannot be seen as its bytes", () => {
    expect(shellWord("a\nrm 'b'")).toBe("$'a\\x0arm \\'b\\''");
    expect(shellWord("a\u202eb")).toBe("$'a\\xe2\\x80\\xaeb'");
  });
});

test("people have one or two letters", () => {
  expect(["Ada Lovelace", "ada", "Jean-Luc van Damme", "  ", "\u202e<b>", "李 小龍"].map(initials)).toEqual([
    "AL",
    "A",
    "JD",
    "?",
    "B",
    "李小",
  ]);
});

test("another window of the same person says so", () => {
  expect(["hood open", "hood open #6", "hood open #6 and more", "Ada"].map(personName)).toEqual([
    "Another window",
    "Window 6",
    "hood open #6 and more",
    "Ada",
  ]);
});
