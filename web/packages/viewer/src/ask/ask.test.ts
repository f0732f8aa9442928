/// Answers of the page itself are Python's (`scripts/golden_answers.py`), wherever they are computed, and a question that
/// is taken back or makes no sense ends.

import { readFileSync } from "node:fs";
import type { viewer } from "@fumehood/protocol";
import { describe, expect, test } from "vitest";
import { pack } from "../wire/cells";
import { FetchFailed, type FetchOptions } from "../wire/transport";
import { adjusted, ofNormal, ofStudent } from "./chances";
import type { Plan } from "./computing";
import { answerHere } from "./local";
import * as questions from "./questions";
import { Draw } from "./random";
import { computer, here } from "./threads";

interface Golden {
  readonly question: viewer.Question;
  readonly buffers: readonly number[][];
  readonly genes: number;
  readonly answer: viewer.Answer;
}

const GOLDEN = JSON.parse(readFileSync(new URL("./golden/answers.json", import.meta.url), "utf8")) as readonly Golden[];
const CELLS = 48;

/// As in `scripts/golden_answers.py`.
function value(cell: number, gene: number): number {
  const found = (cell * 31 + gene * 17 + cell * gene * 7) % 23;
  if (gene === 3) return (found - 11) / 8;
  if (gene === 4) return 1;
  if (gene === 5 || found < 9) return 0;
  if (gene === 6 && cell === 2) return Number.NaN;
  return (found - 8) / 8;
}

function head(form: number, bits: number, stored: number, high: number): Uint8Array<ArrayBuffer> {
  const data = new Uint8Array(32);
  const view = new DataView(data.buffer);
  view.setUint32(0, 0x31474846, true);
  view.setUint8(4, form);
  view.setUint8(5, bits);
  view.setUint32(8, CELLS, true);
  view.setUint32(12, stored, true);
  view.setFloat32(20, high, true);
  return data;
}

function joined(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(parts.flatMap((part) => [...part]));
}

/// A gene as floats; every third as steps, which says the same where nothing is negative.
function gene(at: number): Uint8Array<ArrayBuffer> {
  const values = Array.from({ length: CELLS }, (_, cell) => value(cell, at));
  if (at % 3 !== 0 || at === 3) return joined(head(1, 32, CELLS, 1), new Uint8Array(Float32Array.from(values).buffer));
  const steps = Uint8Array.from(values, (one) => (Number.isNaN(one) ? 255 : one * 8));
  return joined(head(1, 8, CELLS, 254 / 8), steps);
}

class Host {
  readonly asked: string[] = [];

  constructor(readonly genes: number) {}

  async fetch(path: string, { signal }: FetchOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
    this.asked.push(path);
    signal?.throwIfAborted();
    const text = (said: unknown) => new TextEncoder().encode(JSON.stringify(said));
    const categories = ["alpha", "nobody's", "beta", "gamma"];
    if (path === "overview.json")
      return text({
        n_cells: CELLS,
        n_genes: this.genes,
        columns: [
          { key: "kind", kind: "category", categories, type: "uint8", path: "columns/0/codes" },
          { key: "depth", kind: "continuous", type: "float32", path: "columns/1/values" },
        ],
      });
    if (path === "genes/names") return text(Array.from({ length: this.genes }, (_, at) => `g${at}`));
    const each = Array.from({ length: CELLS }, (_, cell) => cell);
    if (path === "columns/0/codes") return Uint8Array.from(each, (cell) => (cell % 4 === 1 ? 255 : cell % 4));
    if (path === "columns/1/values")
      return new Uint8Array(
        Float32Array.from(each, (cell) => (cell === 7 ? Number.NaN : ((cell * 37) % 17) / 4)).buffer,
      );
    return gene(Number(path.slice("gene/".length)));
  }
}

/// To seven digits: a tenth of what is printed would do.
function alike(found: unknown, wanted: unknown, where: string): void {
  if (typeof wanted === "number" && typeof found === "number") {
    const apart = Math.abs(found - wanted);
    if (apart > 1e-7 * Math.abs(wanted) + 1e-12) throw new Error(`${where}: ${found} and not ${wanted}`);
  } else if (Array.isArray(wanted) && Array.isArray(found)) {
    expect(found.length, where).toBe(wanted.length);
    for (const at of wanted.keys()) alike(found[at], wanted[at], `${where}[${at}]`);
  } else if (typeof wanted === "object" && wanted !== null) {
    for (const [name, one] of Object.entries(wanted))
      alike((found as Record<string, unknown>)[name], one, `${where}.${name}`);
  } else expect(found, where).toBe(wanted);
}

const ask = (one: Golden, host = new Host(one.genes)) =>
  answerHere(
    host,
    one.question,
    one.buffers.map((bytes) => Uint8Array.from(bytes)),
    {},
    async (plan) => here(plan),
  );

test.each(GOLDEN.map((one, at) => [`${one.question.kind} ${at}`, one] as const))("%s is Python's", async (_, one) => {
  const found = await ask(one);
  if (found.kind !== "scored" || one.answer.kind !== "scored") {
    alike(found, one.answer, "answer");
    return;
  }
  expect([found.genes, found.controls]).toEqual([one.answer.genes, one.answer.controls]);
  const wanted = questions.scores(one.answer);
  questions.scores(found).forEach((score, cell) => void expect(score).toBeCloseTo(wanted[cell] as number, 6));
});

test("the smallest probabilities have their digits", () => {
  // scipy: 2 * ndtr(-z), 2 * stdtr(df, -t)
  const wanted: readonly (readonly [number, number])[] = [
    [ofNormal(0), 1],
    [ofNormal(1.959963984540054), 0.05],
    [ofNormal(-3.6), 0.00031821718031506727],
    [ofNormal(30), 9.813427854295816e-198],
    [ofNormal(37), 1.1451142445047853e-299],
    [ofStudent(2, 3.5), 0.12613852257591343],
    [ofStudent(-12, 10.25), 2.3107111792592786e-7],
    [ofStudent(60, 700.5), 3.0321939414442355e-278],
    [ofStudent(0.001, 1e6), 0.9992021157716492],
    [ofStudent(30, 123456.7), 5.0385544260381636e-197],
    [ofStudent(1.5, 1), 0.3743340836219977],
  ];
  for (const [found, its] of wanted) expect(Math.abs(found / its - 1)).toBeLessThan(1e-11);
  expect(ofNormal(60)).toBe(0);
  expect(ofNormal(Number.NaN)).toBeNaN();
  expect([...adjusted(Float64Array.of(0.01, Number.NaN, 0.04, 0.03))]).toEqual([0.03, Number.NaN, 0.04, 0.04]);
});

test("the draws are those of numpy's RandomState", () => {
  const draw = new Draw(0);
  expect(draw.choice(60, 8)).toEqual([26, 35, 59, 28, 11, 2, 34, 58]);
  expect(draw.choice(7, 7)).toEqual([3, 2, 1, 6, 0, 5, 4]);
});

describe("a question", () => {
  test("that is taken back ends what is fetched, and says how far it was", async () => {
    const abort = new AbortController();
    const host = new Host(40);
    const told: number[] = [];
    const asked = answerHere(
      host,
      { kind: "markers", column: "kind" },
      [],
      {
        signal: abort.signal,
        progress: (done, total) => {
          told.push(done);
          expect(total).toBe(40);
          if (done === 10) abort.abort(new Error("no longer"));
        },
      },
      async (plan) => here(plan),
    );
    await expect(asked).rejects.toThrow("no longer");
    expect(host.asked.filter((path) => path.startsWith("gene/")).length).toBeLessThan(20);
    expect(told).toEqual(told.toSorted((a, b) => a - b));
  });

  test.each<[string, viewer.Question, readonly Uint8Array[], string]>([
    ["of no cells", ...wordy(questions.compare(new Uint8Array(CELLS), null)), "has 0 cells"],
    ["of one cell", ...wordy(questions.compare(only(3), null)), "has 1 cell;"],
    ["of all cells", ...wordy(questions.compare(new Uint8Array(CELLS).fill(1), null)), "nothing to compare"],
    ["of shared cells", ...wordy(questions.compare(only(3, 4), only(4, 5))), "share 1 cells"],
    [
      "of groups that overlap",
      ...wordy(
        questions.markersOf([
          { name: "a", cells: only(1, 2) },
          { name: "b", cells: only(2, 3) },
        ]),
      ),
      "shares cells",
    ],
    ["of cells that are not there", { kind: "compare", a: { form: "list", count: 1 } }, [bytes(99)], "no cell 99"],
    ["of a missing buffer", { kind: "compare", a: { form: "list", count: 1e9, buffer: 7 } }, [], "missing"],
    ["of no column", { kind: "markers", column: "<b>" }, [], "no column “<b>”"],
    ["of numbers as categories", { kind: "markers", column: "depth" }, [], "numbers, not categories"],
    ["of no gene", { kind: "score", genes: [] }, [], "one gene"],
    ["of a gene beyond", { kind: "correlate", gene: 40 }, [], "0 to 39"],
    ["of too few values", ...wordy(questions.correlate({ gene: 1 }, only(1, 2))), "2 cells have a value"],
  ])("%s is refused before a gene is read for it", async (_, question, buffers, words) => {
    const host = new Host(40);
    const asked = answerHere(host, question, buffers, {}, async (plan) => here(plan));
    await expect(asked).rejects.toThrow(words);
    expect(host.asked.filter((path) => path.startsWith("gene/")).length).toBeLessThanOrEqual(1);
  });

  test("for a score with controls is not asked of a host that would be asked for thousands of genes", async () => {
    const host = new Host(4001);
    const asked = answerHere(host, { kind: "score", genes: [1] }, [], {}, async (plan) => here(plan));
    await expect(asked).rejects.toMatchObject({ code: "question" });
    expect(host.asked).toEqual(["overview.json", "genes/names"]);
  });

  test("is computed here where no worker can be made, and what fails in a worker is said", async () => {
    const [first] = GOLDEN;
    if (first === undefined) throw new Error("no golden answers");
    const refused = () => {
      throw new TypeError("refused by the policy");
    };
    const found = await answerHere(new Host(40), first.question, sets(first), {}, (plan: Plan) =>
      computer(plan, refused),
    );
    alike(found, first.answer, "answer");
    let ended = false;
    const failing = {
      onmessage: null as ((event: { data: unknown }) => void) | null,
      onerror: null,
      postMessage(message: { readonly kind: string }) {
        const data =
          message.kind === "wanted"
            ? { kind: "failed", error: { code: "analysis.question", message: "It makes no sense." } }
            : { kind: "said", said: null };
        queueMicrotask(() => this.onmessage?.({ data }));
      },
      terminate: () => {
        ended = true;
      },
    };
    const asked = answerHere(new Host(40), first.question, sets(first), {}, (plan) =>
      computer(plan, () => failing as unknown as Worker),
    );
    await expect(asked).rejects.toThrow(FetchFailed);
    expect(ended).toBe(true);
  });
});

function only(...cells: number[]): Uint8Array {
  return Uint8Array.from({ length: CELLS }, (_, cell) => (cells.includes(cell) ? 1 : 0));
}

function bytes(...cells: number[]): Uint8Array {
  return new Uint8Array(Uint32Array.from(cells).buffer);
}

function sets(one: Golden): Uint8Array[] {
  return one.buffers.map((buffer) => Uint8Array.from(buffer));
}

function wordy(asking: questions.Asking): [viewer.Question, readonly Uint8Array[]] {
  return [asking.question, asking.buffers];
}

test("sets of a question name their own buffers", () => {
  const { question, buffers } = questions.compare(only(1), only(2, 3));
  expect([question.a.buffer ?? 0, question.b?.buffer]).toEqual([0, 1]);
  expect(buffers).toEqual([pack(only(1)).data, pack(only(2, 3)).data]);
});
