import { expect, test } from "vitest";
import { folderIn, notebookOf } from "./route.js";

test("a fragment names a notebook by its absolute path", () => {
  expect(notebookOf("#path=%2Fdata%2Fme%2Fa%20b.ipynb")).toBe("/data/me/a b.ipynb");
});

test.each(["", "#", "#path=", "#path=a.ipynb", "#path=%E0%A4%A", "#code=x"])("%j is the opening page", (fragment) => {
  expect(notebookOf(fragment)).toBeNull();
});

test("a link of a folder is the opening page with that folder", () => {
  expect(notebookOf("#folder=%2Fdata%2Fme")).toBeNull();
  expect(folderIn("#folder=%2Fdata%2Fme")).toBe("/data/me");
  expect(folderIn("#folder=..%2Fme")).toBeNull();
});
