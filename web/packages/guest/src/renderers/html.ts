/// HTML and SVG as they are, with their scripts: the frame is what holds them.

import type { Content } from "../content.js";
import { withExpected } from "../expected.js";
import { place } from "../inner.js";
import { runScripts } from "../scripts.js";

export async function renderHtml(host: HTMLElement, content: Content, signal: AbortSignal): Promise<void> {
  host.classList.add("html", "jp-RenderedHTMLCommon", "jp-RenderedHTML", "jp-OutputArea-output");
  const html = content.inline ?? (await content.text());
  const ready = withExpected(content, html);
  place(host, typeof ready === "string" ? ready : await ready);
  await runScripts(host, signal);
}

export async function renderSvg(host: HTMLElement, content: Content, signal: AbortSignal): Promise<void> {
  host.classList.add("svg", "jp-RenderedSVG");
  const svg = content.inline ?? (await content.text());
  host.innerHTML = svg;
  await runScripts(host, signal);
}
