/// Completion by the kernel. What it answers is text of the kernel's: shown as text, capped, and taken only where its
/// range makes sense.

import {
  autocompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
} from "@codemirror/autocomplete";
import type { Extension } from "@codemirror/state";
import type { CompleteResult } from "@fumehood/protocol";
import type { Requests, Values } from "../notebook/types.js";

/// More do not help anybody to choose.
const OPTIONS = 1000;
const LABEL = 200;

/// The kernel's words for kinds, in CodeMirror's, which has an icon for each.
const KINDS: Readonly<Record<string, string>> = {
  function: "function",
  class: "class",
  module: "namespace",
  instance: "variable",
  statement: "variable",
  keyword: "keyword",
  param: "property",
  property: "property",
  path: "text",
  magic: "keyword",
};

export function completion(requests: Pick<Requests, "complete">, failed: (error: unknown) => void): Extension {
  return autocompletion({
    activateOnTyping: false,
    override: [(context) => ask(requests, failed, context)],
    maxRenderedOptions: 100,
    defaultKeymap: true,
    aboveCursor: false,
  });
}

async function ask(
  requests: Pick<Requests, "complete">,
  failed: (error: unknown) => void,
  context: CompletionContext,
): Promise<CompletionResult | null> {
  const code = context.state.doc.toString();
  let answer: CompleteResult;
  try {
    answer = await requests.complete(code, context.pos);
  } catch (error) {
    if (!context.aborted) failed(error);
    return null;
  }
  if (context.aborted) return null;
  const result = read(answer, code, context.pos);
  const [only, another] = result?.options ?? [];
  // A single answer needs no list.
  if (result !== null && only !== undefined && another === undefined && context.view !== undefined) {
    const { from } = result;
    context.view.dispatch({
      changes: { from, to: context.pos, insert: only.label },
      selection: { anchor: from + only.label.length },
      userEvent: "input.complete",
    });
    return null;
  }
  return result;
}

/// Exported for its test.
export function read(answer: CompleteResult, code: string, cursor: number): CompletionResult | null {
  const { start, end, matches } = answer;
  if (!(start >= 0 && start <= cursor && end >= start) || matches.length === 0) return null;
  const kinds = kindsOf(answer.metadata ?? {});
  const typed = code.slice(start, cursor);
  // `df.col` for `df.c`: what is already there up to the last dot need not be read again.
  const dot = Math.max(typed.lastIndexOf("."), typed.lastIndexOf("/")) + 1;
  const head = typed.slice(0, dot);
  const trims = dot > 0 && matches.every((match) => match.startsWith(head));
  const options = matches
    .filter((match) => match.length <= LABEL && !/[\r\n]/.test(match))
    .slice(0, OPTIONS)
    .map((match, at): Completion => {
      const kind = kinds.get(match);
      const label = trims ? match.slice(dot) : match;
      return { label, boost: -Math.min(99, at / 10), ...(kind === undefined ? {} : kind) };
    });
  if (options.length === 0) return null;
  return { from: trims ? start + dot : start, options, validFor: /^[\w%]*$/ };
}

function kindsOf(metadata: Values): ReadonlyMap<string, Pick<Completion, "type" | "detail">> {
  const entries = metadata._jupyter_types_experimental;
  const kinds = new Map<string, Pick<Completion, "type" | "detail">>();
  if (!Array.isArray(entries)) return kinds;
  for (const entry of entries.slice(0, OPTIONS) as unknown[]) {
    if (typeof entry !== "object" || entry === null) continue;
    const { text, type } = entry as Values;
    if (typeof text !== "string" || typeof type !== "string" || type === "<unknown>") continue;
    const known = Object.hasOwn(KINDS, type) ? KINDS[type] : undefined;
    kinds.set(text, { detail: type.slice(0, 20), ...(known === undefined ? {} : { type: known }) });
  }
  return kinds;
}
