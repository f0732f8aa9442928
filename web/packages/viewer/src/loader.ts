/// What a notebook keeps of the viewer: it asks Python for the page through the comm and hands over. Without a kernel
/// that answers, what it shows stays what it is: a sentence.

import type { AnyModel, CustomListener, RenderProps } from "./wire/afm";
import { Fetches } from "./wire/fetches";
import { newPage } from "./wire/transport";

interface Page {
  readonly mount: (props: RenderProps) => () => void;
}

/// Of this window, by the hash of the module: a second display loads nothing.
const KEPT = Symbol.for("fumehood.viewer");
const window = globalThis as unknown as Record<symbol, Map<string, Page> | undefined>;
const pages = window[KEPT] ?? new Map<string, Page>();
window[KEPT] = pages;

async function load(model: AnyModel): Promise<Page> {
  const page = newPage();
  const head = { viewer: model.get("viewer"), page };
  const fetches = new Fetches(page, (message) => model.send({ ...message, ...head }));
  const listener: CustomListener = (content, buffers = []) => void fetches.hear(content, buffers);
  model.on("msg:custom", listener);
  try {
    const { data } = await fetches.fetch("page.js");
    const url = URL.createObjectURL(new Blob([data], { type: "text/javascript" }));
    try {
      return (await import(/* @vite-ignore */ url)) as Page;
    } finally {
      URL.revokeObjectURL(url);
    }
  } finally {
    model.off("msg:custom", listener);
  }
}

export default {
  async render({ model, el }: RenderProps): Promise<() => void> {
    const note = document.createElement("p");
    note.textContent = "Run this cell to see the viewer.";
    note.style.cssText = "font: 13px system-ui, sans-serif; opacity: 0.7; margin: 8px 0";
    el.append(note);
    const hash = String(model.get("module"));
    try {
      const page = pages.get(hash) ?? (await load(model));
      pages.set(hash, page);
      note.remove();
      return page.mount({ model, el });
    } catch (error) {
      note.textContent = `The viewer could not be loaded: ${error instanceof Error ? error.message : String(error)}`;
      return () => undefined;
    }
  },
};
