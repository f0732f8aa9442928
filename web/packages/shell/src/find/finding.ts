/// The search through one notebook: what is looked for, where it was found, which match is the current one, and
/// replacing. Sources are searched again only where they changed. Outputs are searched in the text that the page has.

import type { Output, Run } from "@fumehood/protocol";
import { type Accessor, batch, createMemo, createSignal, untrack } from "solid-js";
import type { Cell, Notebook } from "../notebook/types.js";
import { strip } from "../outputs/sgr.js";
import { compile, MATCHES, NO_QUERY, type Query, replacement, type Span, search, turn } from "./search.js";

export interface Match extends Span {
  readonly cell: string;
  readonly where: "source" | "output";
}

export interface Finding {
  readonly shown: Accessor<"find" | "replace" | null>;
  /// With a text to look for, if not empty. Asking again moves the keyboard to the bar.
  open(text: string, replace?: boolean): void;
  readonly opened: Accessor<number>;
  close(): void;
  readonly query: Accessor<Query>;
  setQuery(query: Query): void;
  readonly outputs: Accessor<boolean>;
  setOutputs(on: boolean): void;
  /// Only these cells; null for all.
  readonly within: Accessor<ReadonlySet<string> | null>;
  setWithin(cells: ReadonlySet<string> | null): void;
  readonly problem: Accessor<string>;
  readonly matches: Accessor<readonly Match[]>;
  /// There are more than `matches` lists.
  readonly more: Accessor<boolean>;
  readonly current: Accessor<Match | null>;
  readonly index: Accessor<number>;
  go(by: 1 | -1): void;
  inCell(id: string): readonly Span[];
  replace(by: string): void;
  /// Returns how many.
  replaceAll(by: string): number;
}

/// No more text of one output is looked at.
const OUTPUT_TEXT = 100_000;

export function createFinding(
  notebook: Notebook,
  active: () => string | null,
  reveal: (match: Match) => void,
  closed: () => void,
): Finding {
  const [shown, setShown] = createSignal<"find" | "replace" | null>(null);
  const [opened, setOpened] = createSignal(0);
  const [query, setQuery] = createSignal<Query>(NO_QUERY);
  const [outputs, setOutputs] = createSignal(false);
  const [within, setWithin] = createSignal<ReadonlySet<string> | null>(null);
  const [index, setIndex] = createSignal(-1);
  const known = new WeakMap<Cell, { pattern: RegExp; source: string; spans: readonly Span[] }>();

  const compiled = createMemo(() => (shown() === null ? null : compile(query())));
  const pattern = () => {
    const made = compiled();
    return made instanceof RegExp ? made : null;
  };
  const problem = () => {
    const made = compiled();
    return made !== null && !(made instanceof RegExp) ? made.error : "";
  };

  const inSource = (cell: Cell, made: RegExp): readonly Span[] => {
    const source = cell.source();
    const old = known.get(cell);
    if (old !== undefined && old.pattern === made && old.source === source) return old.spans;
    const spans = search(source, made);
    known.set(cell, { pattern: made, source, spans });
    return spans;
  };

  const matches = createMemo<readonly Match[]>(() => {
    const made = pattern();
    if (made === null) return [];
    const found: Match[] = [];
    const only = within();
    for (const id of notebook.order()) {
      if (found.length >= MATCHES) break;
      const cell = notebook.cell(id);
      if (cell === undefined || (only !== null && !only.has(id))) continue;
      for (const span of inSource(cell, made)) found.push({ ...span, cell: id, where: "source" });
      // Not followed: a cell that floods would have everything searched again thirty times a second.
      const run = outputs() ? untrack(cell.run) : undefined;
      if (run === undefined) continue;
      for (const span of search(textOf(run), made, MATCHES - found.length))
        found.push({ ...span, cell: id, where: "output" });
    }
    return found;
  });

  const byCell = createMemo(() => {
    const spans = new Map<string, Span[]>();
    for (const match of matches()) {
      if (match.where !== "source") continue;
      const list = spans.get(match.cell);
      if (list === undefined) spans.set(match.cell, [match]);
      else list.push(match);
    }
    return spans;
  });

  const current = createMemo(() => matches()[index()] ?? null);

  const goTo = (at: number) => {
    setIndex(at);
    const match = matches()[at];
    if (match !== undefined) reveal(match);
  };

  /// The first match at or behind the active cell.
  const nearest = (): number => {
    const order = new Map(notebook.order().map((id, at) => [id, at]));
    const from = order.get(active() ?? "") ?? 0;
    const at = matches().findIndex((match) => (order.get(match.cell) ?? 0) >= from);
    return at < 0 ? Math.min(0, matches().length - 1) : at;
  };

  const look = (next: Query) => {
    batch(() => {
      setIndex(-1);
      setQuery(next);
    });
    goTo(nearest());
  };

  return {
    shown,
    opened,
    open: (text, replace = false) => {
      batch(() => {
        setShown(replace || shown() === "replace" ? "replace" : "find");
        setOpened((times) => times + 1);
      });
      if (text !== "" && text !== query().text) look({ ...query(), text });
    },
    close: () => {
      if (shown() === null) return;
      setShown(null);
      closed();
    },
    query,
    setQuery: look,
    outputs,
    setOutputs: (on) => setOutputs(on),
    within,
    setWithin: (cells) => {
      batch(() => {
        setIndex(-1);
        setWithin(cells);
      });
    },
    problem,
    matches,
    more: () => matches().length >= MATCHES,
    current,
    index,
    go: (by) => {
      if (shown() === null) setShown("find");
      goTo(index() < 0 ? nearest() : turn(matches().length, index(), by));
    },
    inCell: (id) => byCell().get(id) ?? NONE,
    replace: (by) => {
      const match = current();
      const made = pattern();
      const cell = match === null ? undefined : notebook.cell(match.cell);
      if (match === null || made === null || cell === undefined || match.where === "output") return;
      const at = index();
      const text = replacement(cell.source(), match, made, query(), by);
      notebook.edits.replaceText(cell.id, match.from, match.to, text);
      // The match behind it, also where what was put in matches again.
      const next = matches().findIndex(
        (other, i) => i >= at && (other.cell !== match.cell || other.from >= match.from + text.length),
      );
      goTo(next < 0 ? Math.min(0, matches().length - 1) : next);
    },
    replaceAll: (by) => {
      const made = pattern();
      const todo = matches().filter((match) => match.where === "source");
      if (made === null || todo.length === 0) return 0;
      const texts = todo.map((match) => ({
        match,
        text: replacement(notebook.cell(match.cell)?.source() ?? "", match, made, query(), by),
      }));
      notebook.edits.together(() => {
        // From the back, so that no replacement moves another match.
        for (const { match, text } of texts.toReversed())
          notebook.edits.replaceText(match.cell, match.from, match.to, text);
      });
      setIndex(-1);
      return todo.length;
    },
  };
}

const NONE: readonly Span[] = [];

function textOf(run: Run): string {
  return run.outputs.map(outputText).join("\n");
}

function outputText(output: Output): string {
  if (output.type === "stream") return shownOf(output.text ?? "");
  if (output.type === "error") {
    const lines = (output.traceback ?? []).filter((line) => typeof line === "string");
    // Saved by other programs, it may be missing or say something else than the name and the value.
    const said = `${output.ename}: ${output.evalue}`;
    const traceback = shownOf(lines.join("\n"));
    return traceback.includes(said) ? traceback : `${traceback}\n${said.slice(0, OUTPUT_TEXT)}`;
  }
  if (output.type === "raw") return "";
  const plain = output.data["text/plain"];
  return typeof plain === "string" ? shownOf(plain) : "";
}

/// As it is read: without what gives it colours.
function shownOf(text: string): string {
  return strip(text.slice(0, OUTPUT_TEXT));
}
