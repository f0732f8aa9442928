/// Whether an output lives, by what is in its frame and by its picture.

import { readFileSync } from "node:fs";
import type { Frame } from "../drivers";
import type { NotebookPage } from "../notebook";
import { type Box, pause } from "../page";
import { decode, type Ink, ink } from "./picture";
import type { Sign } from "./types";

/// Runs in a frame: through shadow trees, too.
function found({ css, count = 1, text = "" }: Sign): boolean {
  const all: Element[] = [];
  const roots: ParentNode[] = [document];
  for (let root = roots.pop(); root !== undefined; root = roots.pop()) {
    for (const element of root.querySelectorAll("*")) {
      if (element.matches(css)) all.push(element);
      if (element.shadowRoot) roots.push(element.shadowRoot);
    }
  }
  // biome-ignore lint/performance/useDomNodeTextContent: what can be seen.
  const seen = all.filter((one) => ((one as HTMLElement).innerText ?? one.textContent ?? "").includes(text));
  return seen.length >= count && seen.some((one) => one.getClientRects().length > 0);
}

/// Runs in a frame.
function pressed(css: string): boolean {
  const roots: ParentNode[] = [document];
  for (let root = roots.pop(); root !== undefined; root = roots.pop()) {
    const one = root.querySelector<HTMLElement>(css);
    if (one) {
      one.click();
      return true;
    }
    for (const element of root.querySelectorAll("*")) if (element.shadowRoot) roots.push(element.shadowRoot);
  }
  return false;
}

async function inside(notebook: NotebookPage, plain: boolean): Promise<readonly Pick<Frame, "evaluate">[]> {
  return plain ? [notebook.page.tab] : notebook.page.tab.frames();
}

export async function shows(notebook: NotebookPage, sign: Sign, plain = false): Promise<boolean> {
  for (const frame of await inside(notebook, plain))
    if (await frame.evaluate(found, sign).catch(() => false)) return true;
  return false;
}

export async function press(notebook: NotebookPage, css: string): Promise<boolean> {
  for (const frame of await inside(notebook, false))
    if (await frame.evaluate(pressed, css).catch(() => false)) return true;
  return false;
}

/// Until all signs are there, or `ms` are over: what is missing.
export async function missing(
  notebook: NotebookPage,
  signs: readonly Sign[],
  plain: boolean,
  ms: number,
): Promise<readonly string[]> {
  const end = performance.now() + ms;
  for (;;) {
    const left: string[] = [];
    for (const sign of signs)
      if (!(await shows(notebook, sign, plain)))
        left.push(`${sign.css}${sign.count ? ` × ${sign.count}` : ""}${sign.text ? ` "${sign.text}"` : ""}`);
    if (left.length === 0 || performance.now() > end) return left;
    await pause(150);
  }
}

const DRAWN_MS = 2_000;

/// Of the last output's place, which is scrolled into view. Kept at `path`.
export async function picture(notebook: NotebookPage, path: string, plain: boolean): Promise<Ink> {
  const css = plain ? ".outputs" : ".guest-place";
  const box = await notebook.page.evaluate((selector: string): Box | null => {
    const last = [...document.querySelectorAll(selector)]
      .filter((one) => one.getBoundingClientRect().height > 8)
      .at(-1);
    last?.scrollIntoView({ block: "start", behavior: "instant" });
    const rect = last?.getBoundingClientRect();
    return rect ? { x: rect.x, y: rect.y, width: rect.width, height: rect.height } : null;
  }, css);
  // A frame that comes into view only now is made and drawn first.
  await pause(DRAWN_MS);
  await notebook.page.tab.screenshot(path);
  return box === null ? { colours: 0, inked: 0 } : ink(decode(readFileSync(path)), box);
}

/// What the page says below its outputs, and what a cell raised.
export function said(notebook: NotebookPage): Promise<readonly string[]> {
  return notebook.page.evaluate(() =>
    [...document.querySelectorAll(".guest-place .out-note, .out-error, .traceback, [aria-label=Traceback]")].map(
      (note) =>
        (note.textContent ?? "")
          .replace(/(Allow for this notebook|Why\?)/g, "")
          .trim()
          .slice(0, 300),
    ),
  );
}
