/// A tab as a test speaks of it: waits, finds by role and name, clicks where the element is. Written once for every
/// engine; whatever differs between engines is in `drivers/`.

import type { Sent, Tab } from "./drivers";
import { type Found, findByRole, type Query } from "./roles";

const WAIT_MS = 20_000;
const POLL_MS = 40;
/// So many times in a row at the same place.
const RESTS = 2;

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/// Asks until the answer is neither null, undefined nor false. `what` is the sentence's end when it never comes.
export async function until<T>(
  what: string,
  ask: () => Promise<T | null | undefined | false>,
  ms: number = WAIT_MS,
): Promise<T> {
  const end = performance.now() + ms;
  let problem = "";
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== null && answer !== undefined && answer !== false) {
        return answer;
      }
    } catch (error) {
      // A page that is being replaced cannot answer; the last reason is told if that goes on.
      problem = ` (${String(error)})`;
    }
    if (performance.now() > end) {
      throw new Error(`waited ${ms} ms in vain: ${what}${problem}`);
    }
    await pause(POLL_MS);
  }
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/// Runs in a page or a frame: done when what is there now was painted, and is where a click goes.
export const painted = (): Promise<void> =>
  new Promise((done) => {
    requestAnimationFrame(() => requestAnimationFrame(() => done()));
  });

/// Runs in the page.
function scrolledTo(selector: string): Box | null {
  const element = document.querySelector(selector);
  if (element === null) {
    return null;
  }
  const before = element.getBoundingClientRect();
  element.scrollIntoView({ block: "nearest", behavior: "instant" });
  const { x, y, width, height } = element.getBoundingClientRect();
  // Where it had to be scrolled to is looked at once more: the page puts back what scrolls behind a frame's focus.
  const moved = Math.max(Math.abs(x - before.x), Math.abs(y - before.y)) > 1;
  return moved || width === 0 || height === 0 ? null : { x, y, width, height };
}

export class Page {
  constructor(readonly tab: Tab) {}

  evaluate<R, A = null>(fn: Sent<A, R>, arg?: A): Promise<R> {
    return this.tab.evaluate(fn, arg);
  }

  waitFor<R, A = null>(what: string, fn: Sent<A, R | null | undefined | false>, arg?: A, ms?: number): Promise<R> {
    return until(what, () => this.tab.evaluate(fn, arg), ms);
  }

  all(role: string, name?: string, more: Partial<Query> = {}): Promise<readonly Found[]> {
    return this.tab.evaluate(findByRole, { role, ...(name === undefined ? {} : { name }), ...more });
  }

  find(role: string, name?: string, more: Partial<Query> = {}, ms?: number): Promise<Found> {
    const query = { role, ...(name === undefined ? {} : { name }), ...more };
    return until(
      `a ${role} named "${name ?? "(any)"}"`,
      async () => (await this.tab.evaluate(findByRole, query))[0],
      ms,
    );
  }

  gone(role: string, name?: string, more: Partial<Query> = {}): Promise<boolean> {
    return until(`no ${role} named "${name ?? "(any)"}"`, async () => (await this.all(role, name, more)).length === 0);
  }

  async click(role: string, name?: string, more: Partial<Query> = {}): Promise<void> {
    // Menus and dialogs are placed after they appeared, and a frame that has just shrunk may still get the click beside it:
    // only what rests is clicked.
    let box = await this.find(role, name, more);
    let same = 0;
    box = await until(`the ${role} named "${name ?? "(any)"}" rests`, async () => {
      const before = box;
      box = await this.find(role, name, more);
      same = before.x === box.x && before.y === box.y ? same + 1 : 0;
      return same >= RESTS ? box : null;
    });
    await this.tab.click(box.x + box.width / 2, box.y + box.height / 2);
  }

  /// A click at the middle of what the selector finds, scrolled into view first.
  async clickOn(css: string, options?: { readonly count?: number; readonly shift?: boolean }): Promise<void> {
    const at = await this.box(css);
    await this.tab.click(at.x + at.width / 2, at.y + at.height / 2, options);
  }

  /// Brings the pointer to a place in a frame as a hand does, in more than one step. After a key the page has a pane above
  /// the frame until it sees that (`shell/src/frames/panes.ts`).
  async reach(frame: string, at: { readonly x: number; readonly y: number }): Promise<void> {
    await until(`nothing lies above ${frame}`, async () => {
      await this.tab.hover(at.x - 2, at.y);
      await this.tab.hover(at.x, at.y);
      // What was hidden is out of the way when it was painted so.
      return this.evaluate(
        ([css, x, y]: readonly [string, number, number]) =>
          new Promise<boolean>((done) =>
            requestAnimationFrame(() =>
              requestAnimationFrame(() => done(document.elementFromPoint(x, y)?.matches(css) === true)),
            ),
          ),
        [frame, at.x, at.y] as const,
      );
    });
  }

  /// Where it rests: what comes near the view above it may still take its height.
  async box(css: string): Promise<Box> {
    let before: Box | null = null;
    let same = 0;
    return until(`an element ${css} that rests`, async () => {
      const now = await this.evaluate(scrolledTo, css);
      same = now !== null && before !== null && now.x === before.x && now.y === before.y ? same + 1 : 0;
      before = now;
      return same === RESTS ? now : null;
    });
  }

  type(text: string): Promise<void> {
    return this.tab.type(text);
  }

  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      await this.tab.press(key);
    }
  }

  text(css = "body"): Promise<string> {
    return this.evaluate((selector: string) => document.querySelector(selector)?.textContent ?? "", css);
  }

  shows(text: string, css = "body", ms?: number): Promise<boolean> {
    return this.waitFor(
      `"${text}" on the page`,
      ([wanted, selector]: readonly [string, string]) =>
        [...document.querySelectorAll(selector)].some(
          (element) => element.checkVisibility() && element.textContent.includes(wanted),
        ),
      [text, css] as const,
      ms,
    );
  }
}
