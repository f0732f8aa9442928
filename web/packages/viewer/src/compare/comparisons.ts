/// What was compared on this page, and what is being compared: one at a time, with its progress, until it is there, is
/// cancelled or fails. The results stay until the page goes or newer ones push them out; undo does not touch them. Must
/// be made under an owner of Solid's, above the panel, so that work goes on while another panel is looked at.

import { type Accessor, batch, createSignal, onCleanup } from "solid-js";
import type { Method } from "../ask/questions";
import type { Cells } from "../select/sets";
import { sentence } from "../words/sentence";
import { type Genes, type Thresholds, USUAL } from "./genes";
import type { Shared, Side } from "./sides";

export const METHODS: readonly { readonly value: Method; readonly label: string }[] = [
  { value: "wilcoxon", label: "Wilcoxon rank sum" },
  { value: "t-test", label: "Welch’s t-test" },
];

export type Question =
  | { readonly kind: "compare"; readonly a: Cells; readonly b: Cells; readonly method: Method }
  | {
      readonly kind: "markers";
      readonly column: string;
      /// Where the person renamed or merged categories; the column's own else.
      readonly groups?: readonly { readonly name: string; readonly cells: Cells }[];
      readonly most: number;
      readonly method: Method;
    };

/// Genes of one group against others, the highest score first.
export interface Ranking {
  readonly group: string;
  readonly cells: number;
  readonly others: number;
  readonly genes: Genes;
}

export interface Asking {
  /// Under which Python keeps the answer.
  readonly name: string;
  readonly signal: AbortSignal;
  readonly progress: (done: number, total: number, what: string) => void;
}

export type Compute = (question: Question, asking: Asking) => Promise<readonly Ranking[]>;

export interface Result {
  readonly id: number;
  readonly kind: Question["kind"];
  /// As Python knows it: no two have the same.
  readonly name: string;
  /// The names of the two sides, or the column and nothing.
  readonly a: string;
  readonly b: string;
  readonly method: Method;
  /// Milliseconds since 1970.
  readonly when: number;
  readonly rankings: readonly Ranking[];
}

/// How the panel stands; kept here, because the panel comes and goes with its tab.
export interface Setup {
  readonly what: Question["kind"];
  /// Undefined: what suits, until the person chooses.
  readonly a: Side | undefined;
  readonly b: Side;
  readonly shared: Shared;
  readonly method: Method;
  /// Of markers; undefined as above.
  readonly column: string | undefined;
  readonly most: number;
  readonly thresholds: Thresholds;
  readonly open: boolean;
}

const SETUP: Setup = {
  what: "compare",
  a: undefined,
  b: { kind: "rest" },
  shared: "neither",
  method: "wilcoxon",
  column: undefined,
  most: 25,
  thresholds: USUAL,
  open: true,
};

export interface Running {
  readonly title: string;
  readonly done: number;
  /// 0: nobody knows.
  readonly total: number;
  readonly what: string;
}

/// Results that are kept; the oldest go first.
export const KEPT = 20;
const NAME_CHARS = 120;

export class Comparisons {
  readonly results: Accessor<readonly Result[]>;
  readonly shown: Accessor<Result | undefined>;
  readonly running: Accessor<Running | undefined>;
  readonly trouble: Accessor<string | undefined>;
  readonly setup: Accessor<Setup>;
  readonly #setSetup: (setup: Setup) => void;
  readonly #setResults: (change: (old: readonly Result[]) => readonly Result[]) => void;
  readonly #setShown: (id: number) => void;
  readonly #setRunning: (running: Running | undefined) => void;
  readonly #setTrouble: (trouble: string | undefined) => void;
  #abort: AbortController | undefined;
  #again: (() => Promise<void>) | undefined;
  /// Every name that was given: Python keeps results that this page has forgotten.
  readonly #names = new Set<string>();
  #count = 0;

  constructor(
    private readonly compute: Compute,
    private readonly now: () => number = () => Date.now(),
  ) {
    const [results, setResults] = createSignal<readonly Result[]>([]);
    const [id, setId] = createSignal(0);
    const [running, setRunning] = createSignal<Running>();
    const [trouble, setTrouble] = createSignal<string>();
    const [setup, setSetup] = createSignal(SETUP);
    this.setup = setup;
    this.#setSetup = (next) => void setSetup(next);
    this.results = results;
    this.shown = () => results().find((one) => one.id === id());
    this.running = running;
    this.trouble = trouble;
    this.#setResults = (change) => void setResults(change);
    this.#setShown = (next) => void setId(next);
    this.#setRunning = (next) => void setRunning(next);
    this.#setTrouble = (next) => void setTrouble(next);
    onCleanup(() => this.cancel());
  }

  change(part: Partial<Setup>): void {
    this.#setSetup({ ...this.setup(), ...part });
  }

  /// A new one ends the one that runs.
  async begin(question: Question, a: string, b: string): Promise<void> {
    this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    this.#again = () => this.begin(question, a, b);
    const title = question.kind === "compare" ? `${a} against ${b}` : `Markers of ${a}`;
    const name = this.#named(title);
    batch(() => {
      this.#setTrouble(undefined);
      this.#setRunning({ title, done: 0, total: 0, what: "" });
    });
    try {
      const rankings = await this.compute(question, {
        name,
        signal: abort.signal,
        progress: (done, total, what) => {
          if (this.#abort === abort) this.#setRunning({ title, done, total, what });
        },
      });
      // What comes after it was cancelled is not wanted any more.
      if (this.#abort !== abort) return;
      const { kind, method } = question;
      const result: Result = { id: ++this.#count, kind, name, a, b, method, when: this.now(), rankings };
      batch(() => {
        this.#setResults((old) => [result, ...old].slice(0, KEPT));
        this.#setShown(result.id);
        this.change({ open: false });
        this.#setRunning(undefined);
      });
    } catch (error) {
      if (this.#abort !== abort) return;
      batch(() => {
        this.#setRunning(undefined);
        this.#setTrouble(sentence(error));
      });
    } finally {
      if (this.#abort === abort) this.#abort = undefined;
    }
  }

  cancel(): void {
    this.#abort?.abort();
    this.#abort = undefined;
    this.#setRunning(undefined);
  }

  /// The question that failed once more.
  again(): void {
    void this.#again?.();
  }

  show(id: number): void {
    this.#setShown(id);
  }

  forget(id: number): void {
    batch(() => {
      const left = this.results().filter((one) => one.id !== id);
      if (this.shown()?.id === id) this.#setShown(left[0]?.id ?? 0);
      this.#setResults(() => left);
    });
  }

  dismiss(): void {
    this.#setTrouble(undefined);
  }

  #named(title: string): string {
    const base = title.slice(0, NAME_CHARS);
    let name = base;
    for (let number = 2; this.#names.has(name); number++) name = `${base} (${number})`;
    this.#names.add(name);
    return name;
  }
}
