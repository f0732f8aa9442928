/// The search through one notebook: what is looked for, where it was found, which match is the current one, and
/// replacing. Texts are searched again only where they changed. Outputs are searched in the text that the page has.
/// Plain text is looked for at once; a regular expression elsewhere (`searcher.ts`), and its matches come a moment later.

import type { Output, Run } from "@fumehood/protocol";
import { type Accessor, batch, createEffect, createMemo, createSignal, on, onCleanup, untrack } from "solid-js";
import { type FrameCount, frameCounts } from "../frames/sought.js";
import type { Notebook } from "../notebook/types.js";
import { strip } from "../outputs/sgr.js";
import { compile, escaped, MATCHES, NO_QUERY, type Query, replacement, type Span, search, turn } from "./search.js";
import { createSearcher, type Searcher } from "./searcher.js";

export interface Match extends Span {
  readonly cell: string;
  /// In a frame, `from` is which of the frame's matches it is.
  readonly where: "source" | "output" | "frame";
  /// Which frame of the cell.
  readonly part?: string;
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
  /// Not everything was searched yet.
  readonly searching: Accessor<boolean>;
  /// There are more than `matches` lists.
  readonly more: Accessor<boolean>;
  readonly current: Accessor<Match | null>;
  readonly index: Accessor<number>;
  go(by: 1 | -1): void;
  inCell(id: string): readonly Span[];
  /// Finds the same in a piece of an output's text; null where outputs are not looked at.
  readonly finder: Accessor<((text: string) => readonly Span[]) | null>;
  /// Which of its output's matches the current one is; null where it is in a source.
  readonly inOutput: Accessor<{ readonly at: number; readonly of: number } | null>;
  replace(by: string): void;
  /// Returns how many.
  replaceAll(by: string): number;
}

/// Different matches of an expression that are marked in outputs.
const WORDS = 200;
/// No more text of one output is looked at.
const OUTPUT_TEXT = 100_000;

export function createFinding(
  notebook: Notebook,
  active: () => string | null,
  reveal: (match: Match) => void,
  closed: () => void,
  searcher: Searcher = createSearcher(),
): Finding {
  const [shown, setShown] = createSignal<"find" | "replace" | null>(null);
  const [opened, setOpened] = createSignal(0);
  const [query, setQuery] = createSignal<Query>(NO_QUERY);
  const [outputs, setOutputs] = createSignal(false);
  const [within, setWithin] = createSignal<ReadonlySet<string> | null>(null);
  const [index, setIndex] = createSignal(-1);
  const [answers, setAnswers] = createSignal<Answers>(UNASKED);

  const compiled = createMemo(() => (shown() === null ? null : compile(query())));
  const pattern = createMemo(() => {
    const made = compiled();
    return made instanceof RegExp ? made : null;
  });
  const asks = createMemo(() => pattern() !== null && query().regex);
  const problem = () => {
    const made = compiled();
    if (made !== null && !(made instanceof RegExp)) return made.error;
    return asks() && answers().pattern === pattern() ? answers().error : "";
  };

  const texts = createMemo<readonly Text[]>(() => {
    if (pattern() === null) return [];
    const only = within();
    return notebook.order().flatMap((id): readonly Text[] => {
      const cell = notebook.cell(id);
      if (cell === undefined || (only !== null && !only.has(id))) return [];
      const source: Text = { cell: id, where: "source", text: cell.source() };
      // Not followed: a cell that floods would have everything searched again thirty times a second.
      const run = outputs() ? untrack(cell.run) : undefined;
      if (run === undefined) return [source];
      const frames = [...frameCounts().values()].filter((one) => one.cell === id);
      return [source, { cell: id, where: "output", text: textOf(run, frames), frames }];
    });
  });

  /// What the last search found in texts that are still there.
  let known = UNASKED;
  const matches = createMemo<readonly Match[]>(() => {
    const made = pattern();
    if (made === null) return [];
    const last = asks() ? answers() : known;
    const old = last.pattern === made ? last.found : UNASKED.found;
    const now = new Map<string, readonly Span[]>();
    const found: Match[] = [];
    for (const { cell, where, text, frames = [] } of texts()) {
      if (found.length >= MATCHES) break;
      const spans = old.get(text) ?? (asks() ? NONE : search(text, made));
      now.set(text, spans);
      for (const span of spans) found.push({ ...span, cell, where });
      for (const { part, count } of frames)
        for (let nth = 0; nth < count; nth++) found.push({ cell, where: "frame", part, from: nth, to: nth });
    }
    if (!asks()) known = { pattern: made, found: now, error: "" };
    return found;
  });

  const missing = createMemo<readonly string[]>(() => {
    const made = pattern();
    if (made === null || !asks()) return [];
    const { pattern: of, found, error } = answers();
    if (of === made && error !== "") return [];
    const left = texts().flatMap(({ text }) => (of === made && found.has(text) ? [] : [text]));
    return [...new Set(left)];
  });
  createEffect(
    on([pattern, texts, asks], ([made]) => {
      const todo = missing();
      if (made === null) searcher.end();
      if (made === null || todo.length === 0) return;
      const wanted = new Set(texts().map(({ text }) => text));
      searcher.search(made, todo, (outcome) => {
        setAnswers((old) => {
          if ("error" in outcome) return { pattern: made, found: new Map(), error: outcome.error };
          const before = old.pattern === made ? [...old.found].filter(([text]) => wanted.has(text)) : [];
          return { pattern: made, found: new Map([...before, ...outcome.found]), error: "" };
        });
      });
    }),
  );
  onCleanup(() => searcher.end());

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

  const finder = createMemo(() => {
    const made = outputs() ? pattern() : null;
    if (made === null) return null;
    // An expression is not run here, where it could take for ever: what it found is looked for as it is.
    const plain = asks() ? anyOf(found()) : made;
    return plain === null ? null : (text: string) => search(text, plain);
  });
  const found = (): ReadonlySet<string> => {
    const words = new Set<string>();
    const inOutputs = new Map(texts().flatMap(({ cell, where, text }) => (where === "output" ? [[cell, text]] : [])));
    for (const { cell, where, from, to } of matches()) {
      if (where === "output") words.add(inOutputs.get(cell)?.slice(from, to) ?? "");
      if (words.size >= WORDS) break;
    }
    return words;
  };
  const inOutput = createMemo(() => {
    const match = current();
    if (match?.where !== "output") return null;
    const all = matches().filter(({ cell, where }) => where === "output" && cell === match.cell);
    return { at: all.indexOf(match), of: all.length };
  });

  /// Where the person is, also when a frame says anew how often it has the text.
  let held: Match | null = null;
  createEffect(
    on(
      frameCounts,
      () => {
        if (held === null || index() < 0) return;
        const { cell, where, part, from } = held;
        const at = matches().findIndex(
          (one) => one.cell === cell && one.where === where && one.part === part && one.from === from,
        );
        if (at >= 0) setIndex(at);
      },
      { defer: true },
    ),
  );
  const goTo = (at: number) => {
    setIndex(at);
    const match = matches()[at];
    held = match ?? null;
    if (match !== undefined) reveal(match);
  };

  /// The first match at or behind a place in a cell.
  const firstFrom = (cell: string | null, from: number): number => {
    const order = new Map(notebook.order().map((id, at) => [id, at]));
    const start = order.get(cell ?? "") ?? 0;
    const at = matches().findIndex((match) => {
      const there = order.get(match.cell) ?? 0;
      if (there !== start) return there > start;
      return match.cell !== cell || match.where !== "source" || match.from >= from;
    });
    return at < 0 ? Math.min(0, matches().length - 1) : at;
  };

  /// Where to go as soon as everything was searched.
  let awaited: { readonly cell: string | null; readonly from: number } | null = null;
  const goFrom = (cell: string | null, from: number) => {
    awaited = missing().length > 0 ? { cell, from } : null;
    goTo(awaited === null ? firstFrom(cell, from) : -1);
  };
  createEffect(
    on(missing, (left) => {
      if (awaited === null || left.length > 0) return;
      const { cell, from } = awaited;
      awaited = null;
      goTo(firstFrom(cell, from));
    }),
  );

  const look = (next: Query) => {
    batch(() => {
      setIndex(-1);
      setQuery(next);
    });
    goFrom(active(), 0);
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
    searching: () => missing().length > 0,
    more: () => matches().length >= MATCHES,
    current,
    index,
    go: (by) => {
      if (shown() === null) setShown("find");
      if (index() < 0) goFrom(active(), 0);
      else goTo(turn(matches().length, index(), by));
    },
    inCell: (id) => byCell().get(id) ?? NONE,
    finder,
    inOutput,
    replace: (by) => {
      const match = current();
      const made = pattern();
      const cell = match === null ? undefined : notebook.cell(match.cell);
      if (match === null || made === null || cell === undefined || match.where !== "source") return;
      const text = replacement(cell.source(), match, made, query(), by);
      notebook.edits.replaceText(cell.id, match.from, match.to, text);
      // The match behind it, also where what was put in matches again.
      goFrom(match.cell, match.from + text.length);
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

function anyOf(words: ReadonlySet<string>): RegExp | null {
  const all = [...words].filter((word) => word !== "" && !word.includes("\n"));
  // The longest first, or a shorter one would stand for its beginning.
  return all.length === 0
    ? null
    : new RegExp(
        all
          .sort((a, b) => b.length - a.length)
          .map(escaped)
          .join("|"),
        "gu",
      );
}

interface Text {
  readonly cell: string;
  readonly where: Match["where"];
  readonly text: string;
  readonly frames?: readonly FrameCount[];
}

/// What was found for an expression, by text.
interface Answers {
  readonly pattern: RegExp | null;
  readonly found: ReadonlyMap<string, readonly Span[]>;
  readonly error: string;
}

const UNASKED: Answers = { pattern: null, found: new Map(), error: "" };

/// But for what frames have counted themselves.
function textOf(run: Run, frames: readonly FrameCount[]): string {
  return run.outputs
    .filter((_, index) => !frames.some(({ from, until }) => index >= from && index < until))
    .map(outputText)
    .join("\n");
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
