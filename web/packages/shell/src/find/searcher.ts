/// Matches regular expressions in a worker. Some expressions need longer than anybody lives (`(a+)+$`), nothing stops one
/// in the page's own thread, and a worker can be ended. Texts go to it in portions, so that a long notebook is no reason
/// to end it: only a portion that takes too long is.

import { workerUrl } from "@fumehood/ui/templates";
import { type Answer, type Asked, MATCHES, type Span } from "./search.js";
import address from "./search.worker.ts?worker&url";

export type Outcome = { readonly found: ReadonlyMap<string, readonly Span[]> } | { readonly error: string };

export interface Searcher {
  /// What was asked before is forgotten. `done` is called for every portion that was searched, or once with an error.
  search(pattern: RegExp, texts: readonly string[], done: (outcome: Outcome) => void): void;
  end(): void;
}

export type Thread = Pick<Worker, "postMessage" | "terminate" | "onmessage" | "onerror">;

/// Of a portion; a usual expression takes a few milliseconds for it.
const PORTION_MS = 1_500;
/// To start on a busy machine.
const START_MS = 15_000;
const PORTION_CHARACTERS = 500_000;

export const TOO_LONG = "This expression takes too long";
const NOT_HERE = "This browser cannot search for expressions";

export function createSearcher(make: () => Thread = () => new Worker(workerUrl(address))): Searcher {
  let thread: Thread | null = null;
  let ready = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let job: { readonly pattern: RegExp; readonly todo: string[]; readonly done: (outcome: Outcome) => void } | null =
    null;
  let asked: readonly string[] | null = null;

  const end = () => {
    clearTimeout(timer);
    thread?.terminate();
    [thread, ready, asked, job] = [null, false, null, null];
  };
  const fail = (error: string) => {
    const done = job?.done;
    end();
    done?.({ error });
  };
  const limit = (ms: number, error: string) => {
    clearTimeout(timer);
    timer = setTimeout(() => fail(error), ms);
  };
  const next = () => {
    if (!ready || asked !== null || job === null || job.todo.length === 0) return;
    const texts: string[] = [];
    for (let size = 0; size < PORTION_CHARACTERS && texts.length < MATCHES; ) {
      const text = job.todo.shift();
      if (text === undefined) break;
      texts.push(text);
      size += text.length;
    }
    asked = texts;
    thread?.postMessage({ pattern: job.pattern, texts } satisfies Asked);
    limit(PORTION_MS, TOO_LONG);
  };
  const start = () => {
    try {
      thread = make();
    } catch {
      fail(NOT_HERE);
      return;
    }
    limit(START_MS, NOT_HERE);
    thread.onerror = () => fail(NOT_HERE);
    thread.onmessage = ({ data }: MessageEvent<Answer>) => {
      clearTimeout(timer);
      if (!ready) {
        ready = true;
        next();
        return;
      }
      const texts = asked ?? [];
      asked = null;
      const done = job?.done;
      next();
      done?.({ found: new Map(texts.map((text, at) => [text, data[at] ?? []])) });
    };
  };

  return {
    search: (pattern, texts, done) => {
      // It is still at something that nobody waits for.
      if (asked !== null) end();
      job = { pattern, todo: [...texts], done };
      if (thread === null) start();
      else next();
    },
    end,
  };
}
