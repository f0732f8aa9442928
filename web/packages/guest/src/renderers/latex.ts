/// LaTeX outputs: text with formulas in it; without any mark, one formula.

import { IN_LATEX, mathsAt } from "@fumehood/bridge";
import type { Content } from "../content.js";
import { typesetter } from "./katex.js";

export async function renderLatex(host: HTMLElement, content: Content): Promise<void> {
  host.classList.add("latex", "jp-RenderedLatex");
  const text = (await content.text()).trim();
  const typeset = typesetter();
  const parts: (string | Node)[] = [];
  let from = 0;
  let formulas = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] !== "$" && text[at] !== "\\") continue;
    const found = mathsAt(text, at, IN_LATEX);
    if (!found) continue;
    parts.push(text.slice(from, at), formula(typeset(found.tex, found.display)));
    formulas++;
    from = found.end;
    at = found.end - 1;
  }
  if (formulas === 0) host.append(formula(typeset(text, true)));
  else host.append(...parts, text.slice(from));
}

function formula(html: string): Node {
  const span = document.createElement("span");
  span.innerHTML = html;
  return span;
}
