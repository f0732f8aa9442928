/// The little markup without attributes that people write into Markdown, as tokens like the parser's own: `<br>`,
/// `<sub>…</sub>` and the like, and comments, which vanish. Pairs only; whatever else is raw markup and stays text.

import type { Token } from "markdown-it";
import type { Tag } from "./tree.js";

const PAIRS: ReadonlySet<string> = new Set([
  "sub",
  "sup",
  "u",
  "kbd",
  "mark",
  "small",
  "b",
  "i",
  "strong",
  "em",
  "s",
  "del",
  "code",
]);
const SAME: Readonly<Record<string, Tag>> = { b: "strong", i: "em", del: "s" };

export interface Pieces {
  readonly tokens: readonly Token[];
  /// Something in it was markup that is not known here.
  readonly raw: boolean;
}

export function htmlPieces(tokens: readonly Token[]): Pieces {
  if (!tokens.some((token) => token.type === "html_inline")) return { tokens, raw: false };
  const closers = pairUp(tokens);
  let raw = false;
  const pieces: Token[] = [];
  tokens.forEach((token, index) => {
    if (token.type !== "html_inline") {
      pieces.push(token);
      return;
    }
    if (token.content.startsWith("<!--")) return;
    const kind = closers.get(index);
    if (/^<br\s*\/?>$/i.test(token.content)) pieces.push(like(token, "hardbreak", 0));
    else if (kind === undefined) {
      raw = true;
      pieces.push(like(token, "text", 0));
    } else pieces.push(like(token, `${kind.name}_${kind.opens ? "open" : "close"}`, kind.opens ? 1 : -1));
  });
  return { tokens: pieces, raw };
}

interface Half {
  readonly name: string;
  readonly opens: boolean;
}

/// The indices of tags that have a partner at the same level.
function pairUp(tokens: readonly Token[]): ReadonlyMap<number, Half> {
  const pairs = new Map<number, Half>();
  const open: { readonly name: string; readonly at: number }[] = [];
  tokens.forEach((token, index) => {
    // What the parser itself nests must not be cut across by a pair.
    if (token.nesting === 1) open.push({ name: "", at: index });
    else if (token.nesting === -1) {
      while (open.length > 0 && open.pop()?.name !== "");
    } else if (token.type === "html_inline") {
      const tag = /^<(\/?)([a-z]+)\s*>$/i.exec(token.content);
      const name = tag?.[2]?.toLowerCase() ?? "";
      if (!PAIRS.has(name)) return;
      if (tag?.[1] === "") open.push({ name, at: index });
      else if (open.at(-1)?.name === name) {
        const start = open.pop();
        const kind = `inline_${SAME[name] ?? name}`;
        if (start) pairs.set(start.at, { name: kind, opens: true });
        pairs.set(index, { name: kind, opens: false });
      }
    }
  });
  return pairs;
}

function like(token: Token, type: string, nesting: -1 | 0 | 1): Token {
  return Object.assign(Object.create(Object.getPrototypeOf(token) as object) as Token, token, {
    type,
    nesting,
    content: token.content,
  });
}
