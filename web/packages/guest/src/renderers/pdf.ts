/// PDF, page by page as they come into view. The parser runs in a worker of its own: a module cannot be a worker in an
/// opaque frame in every engine, so a classic one imports it, and keeps what arrives until it is there.

import "../styles/pdf.css";
import {
  getDocument,
  type PDFDocumentProxy,
  type PDFPageProxy,
  PDFWorker,
  type RenderTask,
  TextLayer,
} from "pdfjs-dist";
import workerAddress from "pdfjs-dist/build/pdf.worker.min.mjs?url";
import type { Content } from "../content.js";

const PAGES = 2000;
const WIDEST = 900;
/// Canvases that are kept; each takes some megabytes.
const KEPT = 8;
const PIXELS = 16_000_000;

export async function renderPdf(host: HTMLElement, content: Content, signal: AbortSignal): Promise<void> {
  host.classList.add("pdf");
  const { worker, end } = startWorker();
  const task = getDocument({ data: await content.bytes(), worker, enableXfa: false, stopAtErrors: false });
  signal.addEventListener("abort", () => void task.destroy().finally(end), { once: true });
  const document = await task.promise.catch((error: unknown) => {
    end();
    throw error;
  });
  await showPages(host, document, signal);
}

function startWorker(): { worker: PDFWorker; end: () => void } {
  const address = new URL(workerAddress, import.meta.url).href;
  const code = `const early=[],keep=e=>early.push(e);addEventListener("message",keep);
import(${JSON.stringify(address)}).then(()=>{removeEventListener("message",keep);
for(const e of early)dispatchEvent(new MessageEvent("message",{data:e.data,ports:[...e.ports]}))});`;
  const url = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
  const port = new Worker(url);
  URL.revokeObjectURL(url);
  const worker = PDFWorker.create({ port });
  return {
    worker,
    end: () => {
      worker.destroy();
      port.terminate();
    },
  };
}

async function showPages(host: HTMLElement, file: PDFDocumentProxy, signal: AbortSignal): Promise<void> {
  const first = await file.getPage(1);
  const shape = first.getViewport({ scale: 1 });
  const drawn = new Map<Element, Drawing>();
  const near = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) if (isIntersecting) void draw(target as HTMLElement);
  });
  signal.addEventListener("abort", () => near.disconnect(), { once: true });

  const draw = async (place: HTMLElement): Promise<void> => {
    const known = drawn.get(place);
    drawn.delete(place);
    const drawing = known ?? new Drawing(place);
    drawn.set(place, drawing);
    for (const [other, old] of drawn) {
      if (drawn.size <= KEPT) break;
      drawn.delete(other);
      old.drop();
    }
    if (!known) await drawing.begin(await file.getPage(Number(place.dataset.page)));
  };

  const count = Math.min(file.numPages, PAGES);
  const places = Array.from({ length: count }, (_, at) => {
    const place = document.createElement("div");
    place.className = "page";
    place.dataset.page = String(at + 1);
    place.setAttribute("aria-label", `Page ${at + 1} of ${file.numPages}`);
    // As the first one until it is known.
    shapeOf(place, shape.width, shape.height);
    return place;
  });
  host.append(...places);
  const [top] = places;
  if (top) await draw(top);
  for (const place of places) near.observe(place);
}

function shapeOf(place: HTMLElement, width: number, height: number): void {
  place.style.width = `${Math.min(WIDEST, Math.round(width * 1.25))}px`;
  place.style.aspectRatio = `${width} / ${height}`;
}

/// One page: a canvas, and its text above it to select and to find.
class Drawing {
  readonly #place: HTMLElement;
  #task: RenderTask | null = null;
  #dropped = false;

  constructor(place: HTMLElement) {
    this.#place = place;
  }

  async begin(page: PDFPageProxy): Promise<void> {
    const plain = page.getViewport({ scale: 1 });
    shapeOf(this.#place, plain.width, plain.height);
    const scale = this.#place.clientWidth / plain.width || 1;
    const sharp = Math.min(devicePixelRatio, Math.sqrt(PIXELS / (plain.width * plain.height)) / scale);
    const viewport = page.getViewport({ scale: scale * sharp });
    const canvas = document.createElement("canvas");
    canvas.width = Math.floor(viewport.width);
    canvas.height = Math.floor(viewport.height);
    const text = document.createElement("div");
    text.className = "textLayer";
    text.style.setProperty("--total-scale-factor", String(scale));
    if (this.#dropped) return;
    this.#place.replaceChildren(canvas, text);
    this.#task = page.render({ canvas, viewport });
    try {
      await this.#task.promise;
      const source = page.streamTextContent();
      await new TextLayer({
        textContentSource: source,
        container: text,
        viewport: page.getViewport({ scale }),
      }).render();
    } catch (error) {
      if (!this.#dropped) throw error;
    }
  }

  drop(): void {
    this.#dropped = true;
    this.#task?.cancel();
    this.#place.replaceChildren();
  }
}
