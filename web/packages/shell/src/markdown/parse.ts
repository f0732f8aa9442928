/// Markdown source as a tree. Pure, and loaded when the first Markdown is to be shown. The parser never makes markup
/// here: its tokens are read, and only what is known is taken over; anything else stays text.

import { IN_MARKDOWN, type Maths, mathsAt } from "@fumehood/bridge";
import makeMarkdownIt, { type MarkdownIt, type StateBlock, type StateInline, type Token } from "markdown-it";
import { openable } from "../frames/links.js";
import { slug } from "./anchor.js";
import { htmlPieces } from "./inline.js";
import type { Align, ImageSource, Node, Parsed, Tag, Target } from "./tree.js";

/// Nodes of one cell: more is text that nobody reads.
export const NODES = 20_000;
const CHILDREN_DEPTH = 60;
const SEARCHES = 300;

const ELEMENTS: Readonly<Record<string, Tag>> = {
  paragraph_open: "p",
  bullet_list_open: "ul",
  ordered_list_open: "ol",
  list_item_open: "li",
  blockquote_open: "blockquote",
  table_open: "table",
  thead_open: "thead",
  tbody_open: "tbody",
  tr_open: "tr",
  th_open: "th",
  td_open: "td",
  strong_open: "strong",
  em_open: "em",
  s_open: "s",
  inline_strong_open: "strong",
  inline_em_open: "em",
  inline_s_open: "s",
  inline_code_open: "code",
  inline_sub_open: "sub",
  inline_sup_open: "sup",
  inline_u_open: "u",
  inline_kbd_open: "kbd",
  inline_mark_open: "mark",
  inline_small_open: "small",
};

let parser: MarkdownIt | undefined;

export function parse(source: string): Parsed {
  parser ??= makeParser();
  const reader = new Reader(new Map());
  const nodes = reader.read(parser.parse(source, {}));
  return { nodes, raw: reader.raw, cut: reader.left < 0 };
}

function makeParser(): MarkdownIt {
  // With `html` the parser tells markup from text; it is this module that never makes any of it.
  const markdown = makeMarkdownIt({ html: true, linkify: true, maxNesting: CHILDREN_DEPTH });
  markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: false });
  // Every address becomes a token, and is judged where the token is read.
  markdown.validateLink = () => true;
  markdown.inline.ruler.before("escape", "maths", inlineMaths);
  markdown.block.ruler.before("fence", "maths", blockMaths, { alt: ["paragraph", "blockquote", "list"] });
  return markdown;
}

/// Each formula that never ends costs a search for its end: a source full of them is not searched for more.
function formulaAt(state: StateInline | StateBlock, at: number): Maths | null {
  const env = state.env as { searches?: number };
  if ((env.searches ?? 0) >= SEARCHES) return null;
  const found = mathsAt(state.src, at, IN_MARKDOWN);
  if (found === null && (state.src[at] === "\\" ? state.src.startsWith("\\begin", at) : true))
    env.searches = (env.searches ?? 0) + 1;
  return found;
}

function inlineMaths(state: StateInline, silent: boolean): boolean {
  const start = state.src[state.pos];
  if (start !== "$" && start !== "\\") return false;
  const found = formulaAt(state, state.pos);
  if (!found || found.end > state.posMax) return false;
  if (!silent) {
    const token = state.push("maths", "", 0);
    token.content = found.tex;
    token.markup = found.display ? "display" : "";
  }
  state.pos = found.end;
  return true;
}

/// A display formula that has its lines for itself: nothing in them is a list or a heading.
function blockMaths(state: StateBlock, line: number, last: number, silent: boolean): boolean {
  const from = (state.bMarks[line] ?? 0) + (state.tShift[line] ?? 0);
  if ((state.sCount[line] ?? 0) - state.blkIndent >= 4) return false;
  if (!/^(?:\$\$|\\begin|\\\\\[)/.test(state.src.slice(from, from + 6))) return false;
  const found = formulaAt(state, from);
  if (!found?.display) return false;
  let next = line;
  while (next < last && (state.eMarks[next] ?? 0) < found.end) next++;
  if (next >= last || state.src.slice(found.end, state.eMarks[next]).trim() !== "") return false;
  if (silent) return true;
  const token = state.push("maths", "", 0);
  token.content = found.tex;
  token.markup = "display";
  token.map = [line, next + 1];
  state.line = next + 1;
  return true;
}

class Reader {
  raw = false;
  left = NODES;
  readonly #anchors: Map<string, number>;

  constructor(anchors: Map<string, number>) {
    this.#anchors = anchors;
  }

  read(tokens: readonly Token[]): readonly Node[] {
    return this.#until(tokens, 0, "").nodes;
  }

  /// The nodes up to the closing token of this type, and its index.
  #until(
    tokens: readonly Token[],
    from: number,
    close: string,
  ): { readonly nodes: readonly Node[]; readonly at: number } {
    const nodes: Node[] = [];
    let at = from;
    for (; at < tokens.length && this.left >= 0; at++) {
      const token = tokens[at] as Token;
      if (token.type === close) return { nodes, at };
      this.left -= 1;
      if (token.nesting === 1) {
        const end = token.type.replace(/_open$/, "_close");
        const inner = this.#until(tokens, at + 1, end);
        if (!token.hidden) nodes.push(...this.#nested(token, inner.nodes));
        else nodes.push(...inner.nodes);
        at = inner.at;
      } else if (token.nesting === 0) nodes.push(...this.#single(token));
    }
    return { nodes, at };
  }

  #nested(token: Token, children: readonly Node[]): readonly Node[] {
    if (token.type === "link_open") return this.#link(token, children);
    if (token.type === "heading_open") return [this.#heading(token, children)];
    const tag = ELEMENTS[token.type];
    if (tag === undefined) return children;
    if (tag === "li") return [task(children)];
    if (tag === "ol") return [{ kind: "element", tag, children, start: startOf(token) }];
    const align = tag === "th" || tag === "td" ? alignOf(token) : undefined;
    return [{ kind: "element", tag, children, ...(align ? { align } : {}) }];
  }

  #single(token: Token): readonly Node[] {
    switch (token.type) {
      case "inline":
        return this.#inline(token.children ?? []);
      case "text":
      case "text_special":
        return token.content === "" ? [] : [{ kind: "text", text: token.content }];
      case "softbreak":
        return [{ kind: "text", text: "\n" }];
      case "hardbreak":
        return [{ kind: "element", tag: "br", children: [] }];
      case "hr":
        return [{ kind: "element", tag: "hr", children: [] }];
      case "code_inline":
        return [{ kind: "element", tag: "code", children: [{ kind: "text", text: token.content }] }];
      case "fence":
        // A diagram is markup in the end, and drawn where markup is.
        if (token.info.trim() === "mermaid") this.raw = true;
        return [{ kind: "source", text: token.content, language: token.info.trim().split(/\s+/)[0] ?? "" }];
      case "code_block":
        return [{ kind: "source", text: token.content, language: "" }];
      case "maths":
        return [{ kind: "maths", tex: token.content, display: token.markup === "display" }];
      case "image":
        return [imageOf(token)];
      case "html_block":
        if (/^\s*(?:<!--(?:(?!-->)[\s\S])*-->\s*)+$/.test(token.content)) return [];
        this.raw = true;
        return [{ kind: "text", text: token.content }];
      default:
        return token.content === "" ? [] : [{ kind: "text", text: token.content }];
    }
  }

  /// Inline tokens, with the few elements without attributes that people write in Markdown.
  #inline(tokens: readonly Token[]): readonly Node[] {
    const { tokens: known, raw } = htmlPieces(tokens);
    if (raw) this.raw = true;
    return this.#until(known, 0, "").nodes;
  }

  #link(token: Token, children: readonly Node[]): readonly Node[] {
    const href = attribute(token, "href");
    const target = targetOf(href);
    if (target === null) return [...children, { kind: "text", text: ` (${href})` }];
    return [{ kind: "link", target, title: attribute(token, "title"), children }];
  }

  #heading(token: Token, children: readonly Node[]): Node {
    const tag = (/^h[1-6]$/.test(token.tag) ? token.tag : "h6") as Tag;
    const name = slug(textOf(children));
    const before = this.#anchors.get(name) ?? 0;
    this.#anchors.set(name, before + 1);
    return { kind: "element", tag, children, anchor: before === 0 ? name : `${name}-${before}` };
  }
}

export function textOf(nodes: readonly Node[]): string {
  return nodes
    .map((node) => {
      if (node.kind === "text" || node.kind === "source") return node.text;
      if (node.kind === "maths") return node.tex;
      return node.kind === "image" ? node.alt : textOf(node.children);
    })
    .join("");
}

function attribute(token: Token, name: string): string {
  return String(token.attrGet(name) ?? "");
}

function targetOf(href: string): Target | null {
  if (href.startsWith("#")) return href.length > 1 ? { anchor: decode(href.slice(1)) } : null;
  const url = openable(href);
  return url ? { url: url.href } : null;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function imageOf(token: Token): Node {
  const alt = token.content;
  return { kind: "image", source: imageSource(attribute(token, "src")), alt, title: attribute(token, "title") };
}

function imageSource(url: string): ImageSource {
  const attachment = /^attachment:(.+)$/s.exec(url);
  if (attachment) return { kind: "attachment", name: decode(attachment[1] ?? "") };
  if (/^data:image\/(?:png|jpeg|gif|webp);base64,/i.test(url)) return { kind: "data", url };
  if (/^(?:https?:)?\/\//i.test(url))
    return {
      kind: "elsewhere",
      url,
      why: "images from the network are not loaded: who serves them would learn that you read this",
    };
  if (/^data:/i.test(url))
    return { kind: "elsewhere", url: url.slice(0, 40), why: "only PNG, JPEG, GIF and WebP are shown in the page" };
  if (/^[a-z][a-z0-9+.-]*:/i.test(url)) return { kind: "elsewhere", url, why: "that kind of address is not loaded" };
  return {
    kind: "elsewhere",
    url,
    why: "files beside the notebook are not read; paste the image into the cell instead",
  };
}

function startOf(token: Token): number {
  const start = Number(token.attrGet("start") ?? 1);
  return Number.isSafeInteger(start) && start >= 0 && start < 1e9 ? start : 1;
}

function alignOf(token: Token): Align | undefined {
  const style = attribute(token, "style");
  const found = /^text-align:(left|center|right)$/.exec(style);
  return found ? (found[1] as Align) : undefined;
}

/// A list item that begins with `[ ]` or `[x]` is a task.
function task(children: readonly Node[]): Node {
  const first = children[0];
  const inner = first?.kind === "element" && first.tag === "p" ? first.children : children;
  const text = inner[0];
  const mark = text?.kind === "text" ? /^\[([ xX])\]\s+/.exec(text.text) : null;
  if (!mark || text?.kind !== "text") return { kind: "element", tag: "li", children };
  const rest: readonly Node[] = [{ kind: "text", text: text.text.slice(mark[0].length) }, ...inner.slice(1)];
  const shown =
    inner === children ? rest : [{ kind: "element" as const, tag: "p" as const, children: rest }, ...children.slice(1)];
  return { kind: "element", tag: "li", children: shown, done: mark[1] !== " " };
}
