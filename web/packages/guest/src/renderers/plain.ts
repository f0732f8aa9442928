/// Text as text; and what nobody can show, as its type, its size and its beginning.

import { type Content, sizeText } from "../content.js";

const SHOWN = 1_000_000;
const BEGINNING = 20_000;
const ESCAPE = "\u001b";

export function renderText(host: HTMLElement, text: string, kind = "text"): void {
  const pre = document.createElement("pre");
  pre.className = kind;
  pre.textContent = text.slice(0, SHOWN);
  if (text.length > SHOWN) pre.append(note(`… ${sizeText(text.length - SHOWN)} more`));
  host.append(pre);
}

export async function renderPlain(host: HTMLElement, content: Content): Promise<void> {
  const text = await content.text();
  if (text.includes(ESCAPE)) (await import("./ansi.js")).renderAnsi(host, text.slice(0, SHOWN));
  else renderText(host, text);
}

export async function renderUnknown(host: HTMLElement, content: Content): Promise<void> {
  host.append(note(`${content.mime} (${sizeText(content.size)})`));
  if (content.inline !== null) renderText(host, content.inline.slice(0, BEGINNING));
}

function note(text: string): HTMLElement {
  const line = document.createElement("p");
  line.className = "fh-note";
  line.textContent = text;
  return line;
}
