/// Markdown outputs, with raw HTML (the frame holds it) and formulas. Scripts in it do not run, as in Jupyter.

import { IN_MARKDOWN, type Maths, mathsAt } from "@fumehood/bridge";
import MarkdownIt, { type StateBlock, type StateInline } from "markdown-it";
import type { Content } from "../content.js";
import { typesetter } from "./katex.js";
import { drawDiagram } from "./mermaid.js";

/// What a fence of Mermaid becomes first.
const DIAGRAM = "mermaid-source";

export async function renderMarkdown(host: HTMLElement, content: Content, signal: AbortSignal): Promise<void> {
  host.classList.add("markdown", "jp-RenderedHTMLCommon", "jp-RenderedMarkdown");
  const text = await content.text();
  host.innerHTML = toHtml(text);
  for (const heading of host.querySelectorAll("h1, h2, h3, h4, h5, h6")) heading.id ||= slug(heading.textContent ?? "");
  const diagrams = [...host.querySelectorAll<HTMLElement>(`pre.${DIAGRAM}`)];
  if (diagrams.length === 0) return;
  for (const place of diagrams) {
    const drawn = document.createElement("div");
    const source = place.textContent ?? "";
    // One that is wrong stays its text, with the reason below the output; the others are drawn.
    await drawDiagram(drawn, source, signal).then(
      () => place.replaceWith(drawn),
      (error: unknown) => content.surroundings.failed(`Mermaid: ${error instanceof Error ? error.message : error}`),
    );
  }
}

function toHtml(text: string): string {
  const markdown = new MarkdownIt({ html: true, linkify: true });
  const typeset = typesetter();
  markdown.inline.ruler.before("escape", "maths", inline);
  markdown.block.ruler.before("fence", "maths", block, { alt: ["paragraph", "blockquote", "list"] });
  markdown.renderer.rules.maths = (tokens, at) => {
    const token = tokens[at];
    return token ? typeset(token.content, token.block || token.markup === "display") : "";
  };
  const { fence } = markdown.renderer.rules;
  markdown.renderer.rules.fence = (tokens, at, options, env, self) => {
    const token = tokens[at];
    if (token?.info.trim() === "mermaid") return `<pre class="${DIAGRAM}">${escapeHtml(token.content)}</pre>\n`;
    return fence?.(tokens, at, options, env, self) ?? "";
  };
  return markdown.render(text);
}

const { escapeHtml } = new MarkdownIt().utils;

function inline(state: StateInline, silent: boolean): boolean {
  const start = state.src[state.pos];
  if (start !== "$" && start !== "\\") return false;
  const found = mathsAt(state.src, state.pos, IN_MARKDOWN);
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
function block(state: StateBlock, line: number, last: number, silent: boolean): boolean {
  const from = (state.bMarks[line] ?? 0) + (state.tShift[line] ?? 0);
  if (
    (state.sCount[line] ?? 0) - state.blkIndent >= 4 ||
    !/^(?:\$\$|\\begin|\\\\\[)/.test(state.src.slice(from, from + 6))
  )
    return false;
  const found: Maths | null = mathsAt(state.src, from, IN_MARKDOWN);
  if (!found?.display) return false;
  let next = line;
  while (next < last && (state.eMarks[next] ?? 0) < found.end) next++;
  if (next >= last || state.src.slice(found.end, state.eMarks[next]).trim() !== "") return false;
  if (silent) return true;
  const token = state.push("maths", "", 0);
  token.block = true;
  token.content = found.tex;
  token.map = [line, next + 1];
  state.line = next + 1;
  return true;
}

function slug(text: string): string {
  return text.trim().replace(/\s+/g, "-");
}
