/// Diagrams written as Mermaid text.

import mermaid from "mermaid";
import type { Content } from "../content.js";
import { isDark, onTheme } from "../scheme.js";

let made = 0;

export async function renderMermaid(host: HTMLElement, content: Content, signal: AbortSignal): Promise<void> {
  host.classList.add("mermaid-diagram");
  const text = await content.text();
  await draw(host, text, signal);
  onTheme(signal, () => void draw(host, text, signal).catch(() => undefined));
}

/// Rejects with what is wrong in the text.
export async function draw(host: HTMLElement, text: string, signal: AbortSignal): Promise<void> {
  mermaid.initialize({ startOnLoad: false, securityLevel: "strict", theme: isDark() ? "dark" : "default" });
  const { svg } = await mermaid.render(`fh-diagram-${made++}`, text);
  if (!signal.aborted) host.innerHTML = svg;
}
