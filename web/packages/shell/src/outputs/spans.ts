/// Rows of terminal text as elements: text nodes, spans with classes, links to http and https. Built by hand and not by
/// templates, because a flood of output goes through here.

import { linksIn } from "../frames/links.js";
import type { Row } from "./rows.js";
import { type Color, Flag, PLAIN, parseRuns, RGB, type Run, SPECIAL, type Style } from "./sgr.js";

const FLAGS: readonly (readonly [number, string])[] = [
  [Flag.bold, "ansi-bold"],
  [Flag.faint, "ansi-faint"],
  [Flag.italic, "ansi-italic"],
  [Flag.underline, "ansi-underline"],
  [Flag.strike, "ansi-strike"],
  [Flag.conceal, "ansi-conceal"],
];

/// Links of one row that are made clickable.
const LINKS = 50;

const shown = new WeakMap<Node, Row>();

/// Makes `parent` show `rows`; what is already there and the same stays.
export function showRows(parent: HTMLElement, rows: readonly Row[]): void {
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index] as Row;
    const old = parent.childNodes[index];
    const known = old && shown.get(old);
    if (known && known.text === row.text && known.style === row.style) continue;
    if (known && old.firstChild instanceof Text && isText(known) && isText(row)) {
      old.firstChild.data = row.text;
      shown.set(old, row);
      continue;
    }
    const element = rowElement(row);
    if (old) parent.replaceChild(element, old);
    else parent.appendChild(element);
  }
  while (parent.childNodes.length > rows.length) parent.lastChild?.remove();
}

/// The row is one text node, exactly its text.
function isText(row: Row): boolean {
  return row.style === PLAIN && row.text !== "" && !row.text.includes("://") && !SPECIAL.test(row.text);
}

export function rowElement(row: Row): HTMLElement {
  const element = document.createElement("div");
  element.className = "out-row";
  fillRow(element, row);
  shown.set(element, row);
  return element;
}

/// Appends the row's text to `parent`.
export function fillRow(parent: HTMLElement, row: Row): void {
  if (row.style === PLAIN && !row.text.includes("\x1b")) {
    appendText(parent, parseRuns(row.text, PLAIN).runs[0]?.text ?? "");
    return;
  }
  for (const run of parseRuns(row.text, row.style).runs) parent.appendChild(runElement(run));
}

function runElement(run: Run): Node {
  const { style } = run;
  const element = document.createElement(style.link === "" ? "span" : "a");
  if (element instanceof HTMLAnchorElement) {
    setLink(element, style.link);
    element.appendChild(document.createTextNode(run.text));
  } else {
    if (style === PLAIN && linksIn(run.text, 1).length === 0) return document.createTextNode(run.text);
    appendText(element, run.text);
  }
  paint(element, style);
  return element;
}

function paint(element: HTMLElement, style: Style): void {
  for (const [flag, name] of FLAGS) if (style.flags & flag) element.classList.add(name);
  const inverse = (style.flags & Flag.inverse) !== 0;
  color(element, inverse ? style.bg : style.fg, "fg", inverse);
  color(element, inverse ? style.fg : style.bg, "bg", inverse);
}

function color(element: HTMLElement, value: Color, side: "fg" | "bg", inverse: boolean): void {
  if (value >= RGB) {
    element.classList.add(`ansi-${side}-rgb`);
    element.style.setProperty(`--ansi-${side}`, `#${(value & 0xffffff).toString(16).padStart(6, "0")}`);
  } else if (value >= 0) element.classList.add(`ansi-${side}-${value}`);
  else if (inverse) element.classList.add(`ansi-${side}-own`);
}

/// Text with its web addresses as links.
export function appendText(parent: HTMLElement, text: string): void {
  let at = 0;
  for (const { from, until } of linksIn(text, LINKS)) {
    if (from > at) parent.appendChild(document.createTextNode(text.slice(at, from)));
    const anchor = document.createElement("a");
    setLink(anchor, text.slice(from, until));
    anchor.appendChild(document.createTextNode(text.slice(from, until)));
    parent.appendChild(anchor);
    at = until;
  }
  if (at < text.length) parent.appendChild(document.createTextNode(text.slice(at)));
}

function setLink(anchor: HTMLAnchorElement, url: string): void {
  anchor.href = url;
  anchor.title = url;
  anchor.target = "_blank";
  anchor.rel = "noopener noreferrer";
}
