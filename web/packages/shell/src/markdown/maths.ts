/// Formulas in the page, by KaTeX, loaded with its style sheet and fonts when the first one is to be shown. KaTeX makes
/// elements itself and is trusted with nothing: no links, no images, no attributes of the author's choice, bounded sizes
/// and expansions (docs/decisions/0012). The page's policy refuses `style` attributes, and KaTeX writes a few on
/// elements that it draws: they are taken over as properties, from a short list.

import katex, { type KatexOptions } from "katex";
import "katex/dist/katex.min.css";

const TEX_CHARS = 3000;
/// Formulas of one cell, and the time that they may take together.
const FORMULAS = 1000;
const TIME_MS = 3000;
/// The same for all cells of the page: so much at once, and then a tenth of the time that passes.
const PAGE_MS = 15_000;
const PAGE_SHARE = 0.1;
/// Elements inside each other. A hundred nested fractions are eight hundred, and with more a browser's layout runs out of
/// stack and takes the page with it.
const DEPTH = 250;
const PROPERTIES: ReadonlySet<string> = new Set(["width", "height", "border", "text-shadow", "color"]);
const VALUE = /^[\w#.%, -]{1,80}$/;

/// KaTeX's step before elements; it is exported, and missing in its types.
const toTree = (katex as unknown as { __renderToDomTree(tex: string, options: KatexOptions): Tree }).__renderToDomTree;

let pageLeft = PAGE_MS;
let pageSeen = 0;

/// Whether the page has time for a formula. What one takes too much is owed by the next ones.
function pageHasTime(now: number): boolean {
  pageLeft = Math.min(PAGE_MS, pageLeft + (now - pageSeen) * PAGE_SHARE);
  pageSeen = now;
  return pageLeft > 0;
}

export type Typeset = (tex: string, display: boolean) => Element | string;

/// Makes formulas of one cell: what `\newcommand` says in one holds for the next. Returns why, where one cannot be made.
export function typesetter(): Typeset {
  const macros = {};
  let left = FORMULAS;
  let time = TIME_MS;
  return (tex, displayMode) => {
    if (tex.length > TEX_CHARS) return "The formula is too long.";
    left -= 1;
    if (left < 0 || time < 0) return "There are too many formulas in this cell.";
    const began = performance.now();
    if (!pageHasTime(began)) return "There are too many formulas in this notebook.";
    const place = document.createElement(displayMode ? "div" : "span");
    try {
      const tree = toTree(tex, {
        displayMode,
        macros,
        globalGroup: true,
        throwOnError: true,
        strict: "ignore",
        trust: false,
        errorColor: "var(--danger)",
        maxExpand: 200,
        maxSize: 20,
      });
      const styles: string[] = [];
      takeStyles(tree, styles, DEPTH);
      place.append(tree.toNode());
      applyStyles(place, styles);
      return place;
    } catch (error) {
      return error instanceof katex.ParseError ? error.rawMessage : "The formula cannot be shown.";
    } finally {
      const took = performance.now() - began;
      time -= took;
      pageLeft -= took;
    }
  };
}

/// What KaTeX's own nodes have in common.
interface Tree {
  readonly children?: readonly Tree[];
  attributes?: Record<string, string>;
  toNode(): globalThis.Node;
}

const MARK = "data-look";

/// Throws `RangeError` where there are more than `depth` levels.
function takeStyles(node: Tree, styles: string[], depth: number): void {
  if (depth <= 0) throw new RangeError("too deep");
  const style = node.attributes?.style;
  if (style !== undefined && node.attributes) {
    const { style: _, ...rest } = node.attributes;
    node.attributes = { ...rest, [MARK]: String(styles.length) };
    styles.push(style);
  }
  for (const child of node.children ?? []) takeStyles(child, styles, depth - 1);
}

function applyStyles(place: Element, styles: readonly string[]): void {
  for (const element of place.querySelectorAll<HTMLElement | SVGElement>(`[${MARK}]`)) {
    const style = styles[Number(element.getAttribute(MARK))] ?? "";
    element.removeAttribute(MARK);
    for (const declaration of style.split(";")) {
      const [name = "", value = ""] = declaration.split(":").map((part) => part.trim());
      if (PROPERTIES.has(name) && VALUE.test(value)) element.style.setProperty(name, value);
    }
  }
}
