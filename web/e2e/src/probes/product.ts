/// The product under attack: one notebook whose outputs are shown in three sealed frames, opened anew whenever an attack took
/// its frame away. Two are a file's, the attacker's among them; the third is a live widget, made by a kernel here, whose frame
/// may reach more than theirs.

import { expect } from "vitest";
import type { Browser, Frame } from "../drivers";
import { NotebookPage } from "../notebook";
import { until } from "../page";
import { html, World } from "../world";
import type { Place } from "./trial";

export const STAGE = "the stage of an attack";
const VICTIM = "victim";
const LIVE = "a live widget";
/// What a message may make of it, whoever sends it.
const LABEL = `
import ipywidgets as w
label = w.Label("${LIVE}", model_id="${VICTIM}")
label.on_msg(lambda widget, content, buffers: setattr(widget, "value", content["value"]))
display(label)
`;
/// A frame that is still there answers at once.
const STILL_MS = 400;

export class Product {
  private notebook: NotebookPage | undefined;
  private readonly world = World.make();
  private readonly path: string;
  private place: Place | undefined;

  /// `output`: the one from which the attacks come; it shows `STAGE`.
  constructor(
    private readonly browser: Browser,
    output: unknown = html(`<p>${STAGE}</p>`),
    metadata: object = {},
  ) {
    const cells = [
      { source: "first", outputs: [output] },
      { source: "second", outputs: [html("<p>another output</p>")] },
      LABEL,
      ...Array.from({ length: 30 }, (_, index) => `filling = ${index}`),
    ];
    this.path = this.world.notebook("attacks.ipynb", cells, metadata);
  }

  /// The page and the frame in which the attack's code runs, both at rest.
  async ready(): Promise<{ readonly notebook: NotebookPage; readonly frame: Frame; readonly place: Place }> {
    const old = this.notebook;
    if (old !== undefined) {
      const frame = await this.stage(old, STILL_MS).catch(() => null);
      if (frame !== null && this.place !== undefined) {
        return { notebook: old, frame, place: this.place };
      }
      await old.reload();
    }
    const notebook = old ?? (await NotebookPage.open(this.world, this.browser, this.path));
    this.notebook = notebook;
    if (this.place === undefined) {
      await notebook.run("cell-2");
      await notebook.finished("cell-2");
    }
    await until("all frames", async () => (await notebook.guests()).length === 3);
    const frame = await this.stage(notebook);
    const { url } = await notebook.guest(LIVE);
    expect(url, "a page of another policy").not.toBe(frame.url);
    this.place = { looser: url, victim: VICTIM };
    return { notebook, frame, place: this.place };
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
