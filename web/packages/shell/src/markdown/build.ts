/// The tree as elements: each made by name from the list of `tree.ts`, each attribute set by a property of its own.

import { pieces } from "../editor/highlight.js";
import { grammarName, loadGrammar } from "../editor/languages.js";
import type { Values } from "../notebook/types.js";
import { decodeImage } from "./images.js";
import type { Align, Node, Target } from "./tree.js";

/// Longer code is not coloured.
const COLOURED = 20_000;

export interface Building {
  readonly attachments: Values;
  /// `blob:` URLs that were made; whoever shows the elements revokes them.
  readonly urls: string[];
  /// Called with the place and the formula; the place holds the formula's source until then.
  readonly maths: (place: HTMLElement, tex: string, display: boolean) => void;
  readonly onAnchor: (from: Element, anchor: string) => void;
}

export function build(parent: globalThis.Node, nodes: readonly Node[], building: Building): void {
  for (const node of nodes) parent.appendChild(make(node, building));
}

function make(node: Node, building: Building): globalThis.Node {
  switch (node.kind) {
    case "text":
      return document.createTextNode(node.text);
    case "element":
      return element(node, building);
    case "link":
      return link(node.target, node.title, node.children, building);
    case "image":
      return image(node, building);
    case "source":
      return source(node.text, node.language);
    case "maths": {
      const place = document.createElement(node.display ? "div" : "span");
      place.className = node.display ? "md-maths md-display" : "md-maths";
      place.textContent = node.tex;
      building.maths(place, node.tex, node.display);
      return place;
    }
  }
}

const ALIGNED: Readonly<Record<Align, string>> = { left: "md-left", center: "md-center", right: "md-right" };

function element(node: Extract<Node, { kind: "element" }>, building: Building): HTMLElement {
  const made = document.createElement(node.tag);
  if (node.align) made.className = ALIGNED[node.align];
  if (node.anchor !== undefined) {
    made.dataset.anchor = node.anchor;
    made.tabIndex = -1;
  }
  if (made instanceof HTMLOListElement && node.start !== undefined) made.start = node.start;
  if (node.done !== undefined) {
    made.className = "md-task";
    const box = document.createElement("input");
    box.type = "checkbox";
    box.disabled = true;
    box.checked = node.done;
    box.ariaLabel = node.done ? "Done" : "To do";
    made.append(box);
  }
  build(made, node.children, building);
  if (node.tag !== "table") return made;
  const scroll = document.createElement("div");
  scroll.className = "md-table";
  scroll.append(made);
  return scroll;
}

function link(target: Target, title: string, children: readonly Node[], building: Building): HTMLElement {
  if ("anchor" in target) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "md-anchor";
    button.addEventListener("click", () => building.onAnchor(button, target.anchor));
    build(button, children, building);
    return button;
  }
  const anchor = document.createElement("a");
  anchor.href = target.url;
  anchor.title = title === "" ? target.url : `${title} (${target.url})`;
  anchor.rel = "noopener noreferrer";
  if (!target.url.startsWith("mailto:")) anchor.target = "_blank";
  build(anchor, children, building);
  return anchor;
}

function image(node: Extract<Node, { kind: "image" }>, building: Building): HTMLElement {
  const decoded = decodeImage(node.source, building.attachments);
  if (typeof decoded === "string") return placeholder(node, decoded);
  building.urls.push(decoded.url);
  const made = document.createElement("img");
  made.src = decoded.url;
  made.alt = node.alt;
  made.title = node.title;
  if (decoded.width > 0 && decoded.height > 0) {
    made.width = decoded.width;
    made.height = decoded.height;
  }
  return made;
}

function placeholder(node: Extract<Node, { kind: "image" }>, why: string): HTMLElement {
  const made = document.createElement("span");
  made.className = "md-missing";
  made.append(isolated(node.alt === "" ? "Image" : node.alt));
  const url =
    node.source.kind === "elsewhere" ? node.source.url : node.source.kind === "attachment" ? node.source.name : "";
  if (url !== "") made.append(" ", isolated(url.slice(0, 200)));
  made.append(` (not shown: ${why})`);
  return made;
}

function isolated(text: string): HTMLElement {
  const made = document.createElement("bdi");
  made.textContent = text;
  return made;
}

function source(text: string, language: string): HTMLElement {
  const block = document.createElement("pre");
  // The look and the colours of a code cell.
  block.className = "source";
  block.tabIndex = 0;
  const code = document.createElement("code");
  code.textContent = text;
  block.append(code);
  const name = grammarName(language);
  if (name !== null && text.length <= COLOURED)
    loadGrammar(name).then(
      (grammar) => {
        code.replaceChildren();
        for (const [index, line] of pieces(text.replace(/\n$/, ""), grammar.language).entries()) {
          if (index > 0) code.append("\n");
          for (const piece of line) {
            if (piece.classes === "") code.append(piece.text);
            else {
              const span = document.createElement("span");
              span.className = piece.classes;
              span.textContent = piece.text;
              code.append(span);
            }
          }
        }
      },
      // Without its colours it is still the code.
      () => undefined,
    );
  return block;
}
