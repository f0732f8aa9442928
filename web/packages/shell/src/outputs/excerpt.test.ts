import type { BlobRef, Content } from "@fumehood/protocol";
import { describe, expect, it } from "vitest";
import { EDGE, EDGE_ROWS, type Edge, type Excerpt, excerpt, FOLD_ROWS } from "./excerpt.js";

const lines = (from: number, until: number) =>
  Array.from({ length: until - from }, (_, index) => `line ${from + index}\n`).join("");

/// A blob store in memory that counts what is read.
class Store {
  readonly texts = new Map<string, string>();
  read = 0;

  put(text: string): BlobRef {
    const blob = String(this.texts.size).padStart(64, "0");
    this.texts.set(blob, text);
    return { blob, size: text.length };
  }

  readonly peek = ({ ref, from, until }: Edge): string | undefined => {
    this.read += until - from;
    return this.texts.get(ref.blob)?.slice(from, until);
  };
}

function look(pieces: readonly Content[], store = new Store()): Excerpt {
  const found = excerpt(pieces, store.peek);
  if (!("head" in found)) throw new Error("edges are missing");
  return found;
}

const texts = (rows: Excerpt["head"]) => rows.map((row) => row.text);

describe("a text's excerpt", () => {
  it("is all of a short text", () => {
    const found = look([lines(0, FOLD_ROWS)]);
    expect([found.head.length, found.tail.length, found.lines]).toEqual([FOLD_ROWS, 0, FOLD_ROWS]);
  });

  it("is the first and last rows of a longer one, with the number of its lines", () => {
    const found = look([lines(0, 1000)]);
    expect(texts(found.head)).toEqual(texts(look([lines(0, EDGE_ROWS)]).head));
    expect(texts(found.tail)).toEqual(texts(look([lines(1000 - EDGE_ROWS, 1000)]).head));
    expect(found.lines).toBe(1000);
  });

  it("is all of a short text in a blob", () => {
    const store = new Store();
    const found = look([store.put(lines(0, 5)), ""], store);
    expect([texts(found.head).length, found.tail.length, found.lines]).toEqual([5, 0, 5]);
  });

  it("reads of a huge blob its two ends, and no more", () => {
    const store = new Store();
    const huge = store.put(lines(0, 100_000));
    const found = look([huge, ""], store);
    expect(store.read).toBeLessThanOrEqual(2 * EDGE);
    expect(texts(found.head)[0]).toBe("line 0");
    expect(texts(found.tail).at(-1)).toBe("line 99999");
    expect([found.tail.length, found.lines, found.size]).toEqual([EDGE_ROWS, null, huge.size]);
  });

  it("goes back into sealed parts where the open text is short", () => {
    const store = new Store();
    const parts = [store.put(lines(0, 20_000)), store.put(lines(20_000, 40_000))];
    const found = look([...parts, "line 40000\nline 40001"], store);
    expect(texts(found.tail)).toEqual(
      Array.from({ length: EDGE_ROWS }, (_, index) => `line ${40_002 - EDGE_ROWS + index}`),
    );
  });

  it("says which ends it needs first", () => {
    const store = new Store();
    const huge = store.put(lines(0, 100_000));
    const found = excerpt([huge, ""], () => undefined);
    expect(found).toEqual([{ ref: huge, from: 0, until: EDGE }]);
  });

  it("of one line without an end is a few rows", () => {
    const found = look(["x".repeat(1_000_000)]);
    expect([found.head.length, found.tail.length]).toEqual([EDGE_ROWS, EDGE_ROWS]);
  });
});
