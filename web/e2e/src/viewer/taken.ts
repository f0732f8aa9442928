/// What leaves a viewer, and comes back: a figure, a session that is opened again, what a reload finds. The files are read.

import { readFileSync } from "node:fs";
import { expect } from "vitest";
import type { Browser, Tab } from "../drivers";
import { until } from "../page";
import { kept } from "./flow";
import type { ViewerFrame } from "./picture";

/// 180 mm at 300 dots an inch.
const WIDE = 2126;
const PNG = "89504e470d0a1a0a";
const MAGIC = "CELLUCID_SESSION\n";

export interface Around {
  readonly browser: Browser;
  readonly tab: Tab;
  /// Says yes where the page around the viewer asks whether it may save a file.
  readonly agree?: () => Promise<unknown>;
}

/// The next file that is saved.
async function saves({ browser, agree }: Around, act: () => Promise<unknown>): Promise<string> {
  const before = new Set(await browser.files());
  await act();
  const found = async () => {
    await agree?.();
    return (await browser.files()).find((path) => !before.has(path));
  };
  return until("a file is saved", found, 60_000);
}

/// After `worked`: both groups go out, and come back.
export async function taken(viewer: ViewerFrame, around: Around): Promise<void> {
  const more = async (what: string) => {
    await viewer.press("More");
    await viewer.press(what);
  };
  await more("Export a figure…");
  const figure = readFileSync(await saves(around, () => viewer.press("Save")));
  checked(figure);
  await viewer.press("Close");

  const session = await saves(around, () => more("Save session…"));
  expect(readFileSync(session, "latin1").startsWith(MAGIC)).toBe(true);
  expect(session.endsWith(".cellucid-session")).toBe(true);
  await reopened(viewer, around.tab, session);
}

/// A figure of the size that was ordered, that says of what gene it is.
export function checked(png: Buffer): void {
  expect(png.subarray(0, 8).toString("hex")).toBe(PNG);
  expect(png.readUInt32BE(16)).toBe(WIDE);
  expect(png.includes("CST3")).toBe(true);
}

/// A group that was removed is there again; that is one step, which can be undone.
async function reopened(viewer: ViewerFrame, tab: Tab, session: string): Promise<void> {
  await viewer.press("Groups");
  await viewer.press("More about Second");
  await viewer.press("Remove");
  await gone(viewer);
  if (!(await tab.offer(session))) return viewer.press("Undo");
  await viewer.press("More");
  await viewer.press("Open session…");
  await kept(viewer, "Second");
  await viewer.press("Undo");
  await gone(viewer);
  await viewer.press("Redo");
  await kept(viewer, "Second");
}

/// Once round a turntable, as pictures; and one that is broken off and leaves nothing.
export async function filmed(viewer: ViewerFrame, around: Around): Promise<void> {
  await viewer.choose("Embedding", "X_pca");
  await viewer.press("3D");
  await viewer.press("More");
  await viewer.press("Record a film…");
  await viewer.choose("Size", "Another");
  for (const [field, value] of [
    ["Width", "96"],
    ["Height", "64"],
    ["Seconds", "0.2"],
  ] as const)
    await viewer.write(field, value);
  await viewer.choose("File", "ZIP");
  await until("six frames are ordered", () => viewer.reads("6 frames, 0.2 s"));
  const zip = readFileSync(await saves(around, () => viewer.press("Save")), "latin1");
  // Of the directory at its end, where each file is named once.
  const names = zip.slice(zip.indexOf("PK\x01\x02")).match(/film\.json|frame-\d\.png/g);
  expect(names).toEqual(["film.json", ...[1, 2, 3, 4, 5, 6].map((frame) => `frame-${frame}.png`)]);
  const before = await around.browser.saved();
  await viewer.write("Seconds", "60");
  await viewer.press("Save");
  await viewer.press("Cancel");
  await until("it is broken off", () => viewer.reads("Nothing was saved."));
  expect(await around.browser.saved()).toBe(before);
  await viewer.press("Close");
}

/// What was there before the page was loaded anew is there.
export async function stayed(viewer: ViewerFrame): Promise<void> {
  await viewer.press("Groups");
  for (const name of ["First <b>group</b>", "Second"]) await kept(viewer, name);
}

function gone(viewer: ViewerFrame): Promise<unknown> {
  return until("the group is gone", async () => (await viewer.elements(COLOUR)) === 0);
}

const COLOUR = '[aria-label="Colour of Second"]';
