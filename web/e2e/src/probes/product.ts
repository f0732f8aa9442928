/// The product under attack: one notebook whose saved outputs are shown in two sealed frames, opened anew whenever an
/// attack took its frame away.

import type { Browser, Frame } from "../drivers";
import { NotebookPage } from "../notebook";
import { until } from "../page";
import { html, World } from "../world";

const STAGE = "the stage of an attack";
/// A frame that is still there answers at once.
const STILL_MS = 400;

export class Product {
  private notebook: NotebookPage | undefined;
  private readonly world = World.make();
  private readonly path = this.world.notebook("attacks.ipynb", [
    { source: "first", outputs: [html(`<p>${STAGE}</p>`)] },
    { source: "second", outputs: [html("<p>another output</p>")] },
    ...Array.from({ length: 30 }, (_, index) => `filling = ${index}`),
  ]);

  constructor(private readonly browser: Browser) {}

  /// The page and the frame in which the attack's code runs, both at rest.
  async ready(): Promise<{ readonly notebook: NotebookPage; readonly frame: Frame }> {
    const old = this.notebook;
    if (old !== undefined) {
      const frame = await this.stage(old, STILL_MS).catch(() => null);
      if (frame !== null) {
        return { notebook: old, frame };
      }
      await old.reload();
    }
    const notebook = old ?? (await NotebookPage.open(this.world, this.browser, this.path));
    this.notebook = notebook;
    await until("both frames", async () => (await notebook.guests()).length === 2);
    return { notebook, frame: await this.stage(notebook) };
  }

  private stage(notebook: NotebookPage, ms?: number): Promise<Frame> {
    return notebook.guest(STAGE, ms);
  }

  /// After an attack that did something: nothing of it may reach the next one.
  async discard(): Promise<void> {
    await this.notebook?.page.tab.close();
    this.notebook = undefined;
  }

  end(): Promise<void> {
    return this.world.end();
  }
}
