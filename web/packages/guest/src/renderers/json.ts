/// JSON as a tree that makes its branches when they are opened.

import type { Content } from "../content.js";

const CHILDREN = 500;
const TEXT_CHARS = 2000;
/// Opened at first, as far as they are short.
const OPEN = 30;

export async function renderJson(host: HTMLElement, content: Content): Promise<void> {
  host.classList.add("json");
  host.append(branch("", await content.json(), content.options.expanded === true ? 3 : 1));
}

function branch(name: string, value: unknown, open: number): HTMLElement {
  if (typeof value !== "object" || value === null) return leaf(name, value);
  const entries = Array.isArray(value) ? value.map((one, at) => [String(at), one] as const) : Object.entries(value);
  const details = document.createElement("details");
  const summary = document.createElement("summary");
  summary.append(key(name), `${Array.isArray(value) ? "list" : "object"} of ${entries.length}`);
  details.append(summary);
  let made = 0;
  const more = (): void => {
    details.querySelector(":scope > button")?.remove();
    details.append(...entries.slice(made, made + CHILDREN).map(([at, one]) => branch(at, one, open - 1)));
    made += CHILDREN;
    if (made >= entries.length) return;
    const button = document.createElement("button");
    button.textContent = `${entries.length - made} more`;
    button.addEventListener("click", more);
    details.append(button);
  };
  const begin = (): void => {
    if (details.open && made === 0) more();
  };
  details.addEventListener("toggle", begin);
  details.open = open > 0 && entries.length <= OPEN;
  begin();
  return details;
}

function leaf(name: string, value: unknown): HTMLElement {
  const line = document.createElement("div");
  const text = document.createElement("span");
  text.className = typeof value === "string" ? "string" : "other";
  text.textContent = String(JSON.stringify(value)).slice(0, TEXT_CHARS);
  line.append(key(name), text);
  return line;
}

function key(name: string): HTMLElement {
  const label = document.createElement("span");
  label.className = "key";
  label.textContent = name === "" ? "" : `${name}: `;
  return label;
}
