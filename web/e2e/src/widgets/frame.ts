/// The sealed frame of a cell with widgets, as a test works with it: mouse and keys reach it through the page, as a
/// person's do.

import type { Frame, Sent } from "../drivers";
import type { NotebookPage } from "../notebook";
import { until } from "../page";

export class WidgetFrame {
  private constructor(
    private readonly notebook: NotebookPage,
    private readonly cell: string,
    readonly frame: Frame,
  ) {}

  /// Of the cell, when it shows the text.
  static async of(notebook: NotebookPage, cell: string, text: string, ms?: number): Promise<WidgetFrame> {
    return new WidgetFrame(notebook, cell, await notebook.guest(text, ms));
  }

  evaluate<R, A = null>(fn: Sent<A, R>, arg?: A): Promise<R> {
    return this.frame.evaluate(fn, arg);
  }

  /// A click at the middle of what the selector finds, or at a part of its width, once it rests there.
  async click(css: string, part = 0.5): Promise<void> {
    let before = "";
    const at = await until(`${css} rests in the frame`, async () => {
      const host = await this.notebook.page.box(`${this.notebook.cell(this.cell)} iframe.guest`);
      const box = await this.frame.evaluate((selector: string) => {
        const found = document.querySelector(selector);
        if (found === null) return null;
        const { x, y, width, height } = found.getBoundingClientRect();
        return { x, y, width, height };
      }, css);
      if (box === null) return null;
      const now = { x: host.x + box.x + box.width * part, y: host.y + box.y + box.height / 2 };
      const rests = before === JSON.stringify(now);
      before = JSON.stringify(now);
      return rests ? now : null;
    });
    await this.notebook.page.reach(`${this.notebook.cell(this.cell)} iframe.guest`, at);
    await this.notebook.page.tab.click(at.x, at.y);
    await until("the frame has the keyboard", () => this.frame.evaluate(() => document.hasFocus()));
  }

  text(css = "#outputs"): Promise<string> {
    return this.frame.evaluate((selector: string) => document.querySelector(selector)?.textContent ?? "", css);
  }

  value(css: string): Promise<string> {
    return this.frame.evaluate(
      (selector: string) => document.querySelector<HTMLInputElement>(selector)?.value ?? "",
      css,
    );
  }

  count(css: string): Promise<number> {
    return this.frame.evaluate((selector: string) => document.querySelectorAll(selector).length, css);
  }

  says(text: string, css = "#outputs", ms?: number): Promise<unknown> {
    return until(`the frame's ${css} says "${text}"`, async () => (await this.text(css)).includes(text), ms);
  }
}
