/// Diagrams written as Mermaid text.

import type { Mermaid } from "mermaid";
import address from "mermaid/dist/mermaid.min.js?url";
import type { Content } from "../content.js";
import { library } from "../library.js";
import { isDark, onTheme } from "../scheme.js";

let made = 0;

export async function renderMermaid(host: HTMLElement, content: Content, signal: AbortSignal): Promise<void> {
  await drawDiagram(host, await content.text(), signal);
}

/// Rejects with what is wrong in the text.
export async function drawDiagram(host: HTMLElement, text: string, signal: AbortSignal): Promise<void> {
  host.classList.add("mermaid-diagram");
  await draw(host, text, signal);
  onTheme(signal, () => void draw(host, text, signal).catch(() => undefined));
}

async function draw(host: HTMLElement, text: string, signal: AbortSignal): Promise<void> {
  const mermaid = await library<Mermaid>(new URL(address, import.meta.url), "mermaid");
  mermaid.initialize({ startOnLoad: false, securityLevel: "strict", theme: isDark() ? "dark" : "default" });
  const { svg } = await mermaid.render(`fh-diagram-${made++}`, text);
  if (!signal.aborted) host.innerHTML = svg;
}
