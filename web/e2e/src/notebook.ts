/// A notebook page as a test speaks of it: cells by id, their state, their text, and the keys that everybody's fingers
/// know. It knows the page by roles, accessible names and the cells' data attributes, never by looks.

import type { Browser, Frame, Look } from "./drivers";
import { type Page, until } from "./page";
import type { World } from "./world";

const RUN_MS = 60_000;
/// A click that hit shows before.
const CLICK_MS = 2_000;

export interface CellState {
  readonly id: string;
  readonly type: string;
  readonly status: string;
  readonly label: string;
}

export class NotebookPage {
  private constructor(readonly page: Page) {}

  static async open(world: World, browser: Browser, path: string, look?: Look): Promise<NotebookPage> {
    const notebook = new NotebookPage(await world.show(browser, path, look));
    await notebook.ready();
    return notebook;
  }

  /// Of a page that shows a notebook by another way.
  static async of(page: Page): Promise<NotebookPage> {
    const notebook = new NotebookPage(page);
    await notebook.ready();
    return notebook;
  }

  ready(): Promise<unknown> {
    return this.page.waitFor("the notebook's cells", () => document.querySelector("[data-cell]") !== null);
  }

  async reload(): Promise<void> {
    await this.page.tab.reload();
    await this.ready();
  }

  /// In the order in which they are seen.
  cells(): Promise<readonly CellState[]> {
    return this.page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>("[data-cell]")]
        .sort(
          (a, b) =>
            Number(a.style.order) - Number(b.style.order) ||
            a.getBoundingClientRect().top - b.getBoundingClientRect().top,
        )
        .map((cell) => ({
          id: cell.dataset.cell ?? "",
          type: cell.dataset.type ?? "",
          status: cell.dataset.status ?? "",
          label: cell.getAttribute("aria-label") ?? "",
        })),
    );
  }

  cell(id: string): string {
    return `[data-cell="${id}"]`;
  }

  status(id: string): Promise<string> {
    return this.page.evaluate(
      (css: string) => document.querySelector<HTMLElement>(css)?.dataset.status ?? "",
      this.cell(id),
    );
  }

  /// Until the cell's last run has ended, in the way that is expected.
  finished(id: string, status = "ok", ms: number = RUN_MS): Promise<unknown> {
    return until(`cell ${id} is ${status}`, async () => (await this.status(id)) === status, ms);
  }

  /// The source as the page shows it.
  source(id: string): Promise<string> {
    return this.page.evaluate(
      (css: string) =>
        [...document.querySelectorAll(`${css} .cm-line`)]
          .map((line) => {
            const text = line.cloneNode(true) as Element;
            // Names at the others' cursors stand between the letters.
            for (const caret of text.querySelectorAll(".person-caret")) {
              caret.remove();
            }
            return text.textContent;
          })
          .join("\n"),
      this.cell(id),
    );
  }

  /// What the cell's outputs say in the page itself (not in a frame).
  output(id: string): Promise<string> {
    return this.page.evaluate(
      (css: string) =>
        [...document.querySelectorAll(`${css} [role=group][aria-label=Output]`)]
          .map((group) => group.textContent)
          .join("\n"),
      this.cell(id),
    );
  }

  /// Printed text, row by row.
  rows(id: string): Promise<readonly string[]> {
    return this.page.evaluate(
      (css: string) => [...document.querySelectorAll(`${css} .out-row`)].map((row) => row.textContent),
      this.cell(id),
    );
  }

  says(id: string, text: string, ms: number = RUN_MS): Promise<unknown> {
    return until(`the output of cell ${id} says "${text}"`, async () => (await this.output(id)).includes(text), ms);
  }

  /// Command mode at this cell: a click into its margin. A frame above may take its height at the very moment of the click,
  /// and move the cell from under the pointer: whoever meant the cell clicks again.
  async select(id: string): Promise<void> {
    await until(`cell ${id} is the active one`, async () => {
      const box = await this.page.box(`${this.cell(id)} .gutter`);
      // On the prompt, beside the button that comes up under the pointer.
      await this.page.tab.click(box.x + box.width - 20, box.y + Math.min(15, box.height / 2));
      return this.page.waitFor(
        "the click hit",
        (css: string) => document.querySelector(css)?.getAttribute("aria-current") === "true",
        this.cell(id),
        CLICK_MS,
      );
    });
    await this.page.press("Escape");
  }

  /// The cursor at the end of the cell's source.
  async edit(id: string): Promise<void> {
    await this.select(id);
    await this.page.press("Enter");
    await this.page.waitFor(
      `the cursor is in cell ${id}`,
      (css: string) => document.activeElement?.closest(css) !== null && document.activeElement?.matches(".cm-content"),
      this.cell(id),
    );
    await this.page.press("Control+End");
  }

  /// Types over what the cell holds.
  async write(id: string, text: string): Promise<void> {
    await this.edit(id);
    await this.page.press("Control+a", "Delete");
    await this.page.type(text);
  }

  async run(id: string): Promise<void> {
    await this.select(id);
    await this.page.press("Control+Enter");
  }

  /// Command mode, the palette, a command by its title.
  async command(title: string): Promise<void> {
    await this.page.press("Control+Shift+C");
    await this.page.find("combobox", "Command");
    await this.page.type(title);
    await this.page.find("option", title, { part: true });
    await this.page.press("Enter");
    await this.page.gone("combobox", "Command");
  }

  /// The sealed frames that show something: one that is kept warm for the next output shows nothing.
  async guests(): Promise<readonly Frame[]> {
    const sealed = (await this.page.tab.frames()).filter((frame) => frame.url.includes("/plugins/guest-"));
    const full = await Promise.all(
      sealed.map((frame) =>
        frame
          // The sealed page carries its own script in its body.
          .evaluate(() =>
            [...document.body.children].some((part) => part.localName !== "script" && part.textContent.trim() !== ""),
          )
          .catch(() => false),
      ),
    );
    return sealed.filter((_frame, index) => full[index]);
  }

  guest(text: string, ms?: number): Promise<Frame> {
    return until(
      `a sealed frame that shows "${text}"`,
      async () => {
        for (const frame of await this.guests()) {
          if (await frame.evaluate((wanted: string) => document.body.textContent.includes(wanted), text)) {
            return frame;
          }
        }
        return null;
      },
      ms,
    );
  }
}
