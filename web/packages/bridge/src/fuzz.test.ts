/// Random structured clones and random near-misses of good messages. Whatever comes: nothing throws out of the port's
/// event, and no handler ever sees a value that its schema does not accept.

import { describe, expect, it } from "vitest";
import { Endpoint, type Handlers, type Port } from "./endpoint.js";
import { type ToShell, toGuest, toShell } from "./methods.js";
import { notPlain, POISON } from "./plain.js";
import { tameOutput } from "./tame.js";

const ROUNDS = 20_000;

/// Mulberry32: the same run for the same seed.
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const NAMES = ["jsonrpc", "method", "params", "id", "result", "error", "height", "url", "version", "message", "host"];
const TEXTS = ["2.0", "", "https://a.b/c", "javascript:x", "resized", "link", "ready", "blocked", "\u202e", "\ud800"];
const ODD: readonly (() => unknown)[] = [
  () => undefined,
  () => null,
  () => Number.NaN,
  () => -0,
  () => 2 ** 60,
  () => 10n,
  () => new Date(0),
  () => /x/g,
  () => new Map([[1, 2]]),
  () => new Set([1]),
  () => new ArrayBuffer(4),
  () => new Float64Array(2),
  () => new Error("x"),
  () => Object(1),
  () => Object("x"),
  () => new Array(2 ** 31),
  () => Object.assign([1, 2], { x: 1 }),
  () => JSON.parse('{"__proto__": {"polluted": 1}}'),
  () => ({ constructor: { prototype: { polluted: 1 } } }),
  () => "x".repeat(100_000),
];

class Maker {
  readonly #next: () => number;

  constructor(seed: number) {
    this.#next = random(seed);
  }

  below(limit: number): number {
    return Math.floor(this.#next() * limit);
  }

  one<T>(from: readonly T[]): T {
    return from[this.below(from.length)] as T;
  }

  value(depth: number): unknown {
    const kind = this.below(depth > 0 ? 8 : 4);
    if (kind === 0) return this.one(ODD)();
    if (kind === 1) return this.one(TEXTS);
    if (kind === 2) return this.below(3) === 0 ? this.#next() * 1e9 : this.below(100);
    if (kind === 3) return this.below(2) === 0;
    if (kind === 4) return Array.from({ length: this.below(4) }, () => this.value(depth - 1));
    const made: Record<string, unknown> = {};
    for (let field = this.below(5); field > 0; field--) made[this.one(NAMES)] = this.value(depth - 1);
    if (this.below(12) === 0) made.self = made;
    return made;
  }

  message(): unknown {
    if (this.below(4) === 0) return this.value(5);
    const known = Object.keys(toShell);
    const methods = [...known, ...known, ...known, ...Object.keys(toGuest), "toString", "__proto__"];
    const params: unknown = this.one([
      { height: this.below(2000) },
      { url: this.one(TEXTS) },
      { version: 1 },
      { id: "a", message: "m" },
      { directive: "img-src", host: "x" },
      {},
      { id: "m", state: { value: this.value(2) }, buffers: [] },
      { id: "m", state: {}, buffers: [{ path: ["value", this.below(3)], data: this.one(["AAAA", "AA=", "<>"]) }] },
      { id: "m", content: this.value(2), buffers: [] },
      this.value(3),
    ]);
    const message: Record<string, unknown> = { jsonrpc: "2.0", method: this.one(methods), params };
    if (this.below(5) === 0) message[this.one(NAMES)] = this.value(2);
    if (this.below(6) === 0 && typeof params === "object" && params !== null)
      Object.assign(params, { [this.one(NAMES)]: this.value(2) });
    return message;
  }
}

/// A port that clones as a real one does, at once.
class Loop implements Port {
  #take: ((event: { data: unknown }) => void) | null = null;
  postMessage(): void {}
  start(): void {}
  close(): void {}
  removeEventListener(): void {}
  addEventListener(type: string, listener: (event: { data: unknown }) => void): void {
    if (type === "message") this.#take = listener;
  }
  deliver(message: unknown): void {
    this.#take?.({ data: structuredClone(message) });
  }
}

describe("random messages", () => {
  for (const seed of [1, 2, 3])
    it(`never throw and never reach a handler with a wrong value (seed ${seed})`, () => {
      const maker = new Maker(seed);
      const port = new Loop();
      let clock = 0;
      let taken = 0;
      let refused = 0;
      const take = (method: keyof ToShell) => (params: unknown) => {
        taken++;
        if (!toShell[method].params.accepts(params) || notPlain(params, toShell[method].budget) !== null)
          throw new Error(`A handler of ${method} got ${String(params)}`);
      };
      const names = Object.keys(toShell) as (keyof ToShell)[];
      const handlers = Object.fromEntries(names.map((name) => [name, take(name)])) as unknown as Handlers<ToShell>;
      const faults: unknown[] = [];
      const shell = new Endpoint(port, toShell, toGuest, handlers, {
        now: () => clock,
        onRefused: () => refused++,
        onFault: (_, error) => faults.push(error),
      });
      for (let round = 0; round < ROUNDS; round++) {
        clock += 2000;
        port.deliver(maker.message());
      }
      expect(faults).toEqual([]);
      expect(shell.closed).toBe(false);
      expect(taken).toBeGreaterThan(500);
      expect(taken + refused).toBe(ROUNDS);
      expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
    });
});

describe("hostile outputs of a notebook", () => {
  it("are sendable after they were tamed, whatever is in them", () => {
    const maker = new Maker(4);
    for (let round = 0; round < 5000; round++) {
      const data = { [maker.one([...NAMES, ...POISON, "text/html", "x".repeat(5000)])]: "text", "text/plain": "x" };
      const value = maker.value(6);
      let metadata: Readonly<Record<string, unknown>>;
      try {
        metadata = JSON.parse(
          JSON.stringify({ value, ["__proto__"]: 1 }, (_, one) => (typeof one === "bigint" ? 1 : one)),
        );
      } catch {
        continue; // a cycle, which JSON cannot hold
      }
      const output = tameOutput("id", data, metadata);
      expect(toGuest.update.params.accepts(output)).toBe(true);
      expect(notPlain(output, toGuest.update.budget)).toBe(null);
      expect(output.data["text/plain"]).toBe("x");
    }
  });

  it("keep their MIME types but for those that are no names", () => {
    const data = JSON.parse('{"__proto__": "a", "text/html": "b", "constructor": "c"}');
    expect(tameOutput("i", data, {}).data).toEqual({ "text/html": "b" });
  });

  it("lose metadata that is too deep", () => {
    let deep: unknown = 1;
    for (let level = 0; level < 200; level++) deep = [deep];
    expect(tameOutput("i", {}, { deep, other: 1 }).metadata).toEqual({});
  });
});
