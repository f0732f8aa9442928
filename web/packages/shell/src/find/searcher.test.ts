import { describe, expect, it, vi } from "vitest";
import type { Answer, Asked } from "./search.js";
import { compile, NO_QUERY, search } from "./search.js";
import { createSearcher, type Outcome, type Thread, TOO_LONG } from "./searcher.js";

function pattern(text: string): RegExp {
  const made = compile({ ...NO_QUERY, text, regex: true });
  if (!(made instanceof RegExp)) throw new Error(JSON.stringify(made));
  return made;
}

/// Threads that answer, as the worker does, until `stuck` says that they never will.
function threads(stuck: (asked: Asked) => boolean = () => false) {
  const made: { ended: boolean; asked: Asked[] }[] = [];
  const make = (): Thread => {
    const state = { ended: false, asked: [] as Asked[] };
    made.push(state);
    const thread: Thread = {
      onmessage: null,
      onerror: null,
      terminate: () => {
        state.ended = true;
      },
      postMessage: (message: Asked) => {
        state.asked.push(message);
        if (!stuck(message)) answer(message.texts.map((text) => search(text, message.pattern)));
      },
    };
    const answer = (data: Answer) =>
      queueMicrotask(() => {
        if (!state.ended) thread.onmessage?.call(thread as Worker, { data } as MessageEvent<Answer>);
      });
    answer([]);
    return thread;
  };
  return { made, make };
}

describe("an expression", () => {
  it("is searched for portion by portion, in one thread", async () => {
    const { made, make } = threads();
    const texts = Array.from({ length: 5 }, (_, at) => `${at}${"x".repeat(200_000)}`);
    const found = new Map<string, number>();
    createSearcher(make).search(pattern("^\\d"), texts, (outcome) => {
      if ("found" in outcome) for (const [text, spans] of outcome.found) found.set(text.slice(0, 1), spans.length);
    });
    await vi.waitFor(() => expect(found.size).toBe(5));
    expect([...found.values()]).toEqual([1, 1, 1, 1, 1]);
    expect(made).toHaveLength(1);
    expect(made[0]?.asked.map(({ texts }) => texts.length)).toEqual([3, 2]);
  });

  it("that never ends is ended with its thread, and the next one is searched for", async () => {
    vi.useFakeTimers();
    try {
      const { made, make } = threads((asked) => asked.pattern.source === "(a+)+$");
      const searcher = createSearcher(make);
      const outcomes: Outcome[] = [];
      searcher.search(pattern("(a+)+$"), ["aaaa!"], (outcome) => outcomes.push(outcome));
      await vi.advanceTimersByTimeAsync(60_000);
      expect(outcomes).toEqual([{ error: TOO_LONG }]);
      expect(made.map(({ ended }) => ended)).toEqual([true]);
      searcher.search(pattern("a+"), ["aaaa!"], (outcome) => outcomes.push(outcome));
      await vi.advanceTimersByTimeAsync(60_000);
      expect(outcomes[1]).toEqual({ found: new Map([["aaaa!", [{ from: 0, to: 4 }]]]) });
      expect(made.map(({ ended }) => ended)).toEqual([true, false]);
    } finally {
      vi.useRealTimers();
    }
  });

  it("that was typed over is forgotten", async () => {
    const { made, make } = threads((asked) => asked.pattern.source === "first");
    const searcher = createSearcher(make);
    const outcomes: string[] = [];
    searcher.search(pattern("first"), ["text"], () => outcomes.push("first"));
    await vi.waitFor(() => expect(made[0]?.asked).toHaveLength(1));
    searcher.search(pattern("second"), ["text"], () => outcomes.push("second"));
    await vi.waitFor(() => expect(outcomes).toEqual(["second"]));
    expect(made.map(({ ended }) => ended)).toEqual([true, false]);
  });

  it("is refused where no thread can be made", () => {
    const outcomes: Outcome[] = [];
    const searcher = createSearcher(() => {
      throw new Error("refused");
    });
    searcher.search(pattern("a"), ["a"], (outcome) => outcomes.push(outcome));
    expect(outcomes).toEqual([{ error: expect.stringContaining("cannot") }]);
  });
});
