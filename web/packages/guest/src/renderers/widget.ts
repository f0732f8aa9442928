/// A widget's view as an output: the controls of Jupyter, anywidgets, and Output widgets. Where nobody has the model (the
/// kernel is another one, the file keeps no state), the output's text stands there, until the model comes.

import "font-awesome/css/font-awesome.css";
import "../styles/widgets.css";
import type { DOMWidgetView } from "@jupyter-widgets/base";
import { MessageLoop } from "@lumino/messaging";
import { Widget } from "@lumino/widgets";
import type { Content, Surroundings } from "../content.js";
import { Manager } from "../widgets/manager.js";

const MOST_BYTES = 256 * 1024 * 1024;

/// One for the frame: its models are shared by its outputs, as its window is.
let manager: Manager | undefined;

function managerOf({ widgets, show, blobs, failed }: Surroundings): Manager {
  const never = new AbortController().signal;
  manager ??= new Manager({
    port: widgets,
    show,
    failed,
    fetch: async (blob) => (await blobs.fetch(blob, MOST_BYTES, never)).arrayBuffer(),
  });
  return manager;
}

export async function renderWidget(host: HTMLElement, content: Content, signal: AbortSignal): Promise<void> {
  const { model_id: id } = (await content.json()) as { model_id?: unknown };
  if (typeof id !== "string") throw new Error("It names no model.");
  const widgets = managerOf(content.surroundings);
  host.classList.add("widget", "jp-OutputArea-output");
  const place = new Place(host, widgets, id, content.beside);
  const unwatch = widgets.watch(id, () => void place.draw());
  signal.addEventListener("abort", () => {
    unwatch();
    place.end();
  });
  await place.draw();
}

class Place {
  readonly #host: HTMLElement;
  readonly #manager: Manager;
  readonly #id: string;
  readonly #text: string;
  #view: DOMWidgetView | undefined;
  #turn = 0;
  readonly #resized = () => {
    if (this.#view) MessageLoop.postMessage(this.#view.luminoWidget, Widget.ResizeMessage.UnknownSize);
  };

  constructor(host: HTMLElement, manager: Manager, id: string, text: string) {
    this.#host = host;
    this.#manager = manager;
    this.#id = id;
    this.#text = text;
    window.addEventListener("resize", this.#resized);
  }

  async draw(): Promise<void> {
    if (this.#view !== undefined && this.#manager.ended(this.#id)) {
      this.#dim(this.#view);
      return;
    }
    this.#turn += 1;
    const turn = this.#turn;
    const model = await this.#manager.find(this.#id);
    if (turn !== this.#turn) return;
    this.#drop();
    if (model === null) {
      const note = document.createElement("p");
      note.className = "fh-note";
      note.textContent = this.#text || "This widget is not here any more.";
      this.#host.append(note);
      return;
    }
    const view = await this.#manager.create_view<DOMWidgetView>(model);
    if (turn !== this.#turn || !this.#host.isConnected) {
      view.remove();
      return;
    }
    this.#view = view;
    Widget.attach(view.luminoWidget, this.#host);
    if (this.#manager.ended(this.#id)) this.#dim(view);
  }

  /// What it was, to be looked at.
  #dim(view: DOMWidgetView): void {
    if (view.el.inert) return;
    view.el.inert = true;
    view.el.classList.add("fh-ended");
    const note = document.createElement("p");
    note.className = "fh-note";
    note.textContent = "The kernel of this widget has ended. Run the cell again.";
    this.#host.append(note);
  }

  end(): void {
    this.#turn += 1;
    window.removeEventListener("resize", this.#resized);
    this.#drop();
  }

  #drop(): void {
    const view = this.#view;
    this.#view = undefined;
    view?.remove();
    this.#host.replaceChildren();
  }
}
