/// Answers where nobody serves the dataset: the page reads its genes one by one and computes the same numbers itself.
/// Costs a request a gene, a few of them under way at a time; ends when the question is taken back.

import type { viewer } from "@fumehood/protocol";
import { real } from "../colour/range";
import { type Column, type Overview, overview } from "../data/overview";
import { steps } from "../data/steps";
import { unpack } from "../wire/cells";
import { type AskOptions, FetchFailed, type Transport } from "../wire/transport";
import type { Plan } from "./computing";
import { categories, groups, oneAgainstRest, type Split, two, unfit } from "./split";
import { type Computer, computer } from "./threads";

/// Genes that are fetched at the same time.
const LANES = 6;
/// Rows of all tables of an answer, and groups times genes: as Python bounds them.
const ROWS = 200_000;
const NUMBERS = 8_000_000;

/// Genes of a dataset up to which a score is made with controls here: they cost a request each, for a few genes of a set.
const SCORED = 4_000;

type Host = Pick<Transport, "fetch">;

export async function answerHere(
  host: Host,
  question: viewer.Question,
  buffers: readonly Uint8Array[],
  { signal, progress }: AskOptions = {},
  make: (plan: Plan) => Promise<Computer> = computer,
): Promise<viewer.Answer> {
  signal?.throwIfAborted();
  const ending = new AbortController();
  const end = () => ending.abort(signal?.reason);
  signal?.addEventListener("abort", end);
  let work: Computer | null = null;
  try {
    work = await make(await planned(host, question, buffers, ending.signal));
    let wanted = await work.wanted();
    for (let round = 0; wanted.length > 0; round++) {
      await walk(host, work, wanted, ending, (done) => progress?.(done, wanted.length, WORDS[round] ?? ""));
      wanted = await work.wanted();
    }
    return await work.finish();
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener("abort", end);
    work?.close();
  }
}

const WORDS = ["Reading genes", "Adding up"];

/// The first that fails ends the others.
async function walk(
  host: Host,
  work: Computer,
  wanted: readonly number[],
  ending: AbortController,
  told: (done: number) => void,
): Promise<void> {
  let next = 0;
  let done = 0;
  const lane = async () => {
    while (next < wanted.length) {
      const gene = wanted[next] as number;
      next += 1;
      const data = await host.fetch(`gene/${gene}`, { signal: ending.signal });
      ending.signal.throwIfAborted();
      await work.take(gene, data);
      done += 1;
      told(done);
    }
  };
  try {
    await Promise.all(Array.from({ length: LANES }, lane));
  } catch (error) {
    ending.abort(error);
    throw error;
  }
}

async function planned(
  host: Host,
  question: viewer.Question,
  buffers: readonly Uint8Array[],
  signal: AbortSignal,
): Promise<Plan> {
  const about = await overview(host as Transport);
  if (about.genes === 0) throw unfit("The dataset has no genes.");
  const names = JSON.parse(new TextDecoder().decode(await host.fetch("genes/names", { signal }))) as string[];
  const of = { cells: about.cells, names };
  const set = (cells: viewer.Cells) => unpack(cells, buffers.map(view), about.cells);
  switch (question.kind) {
    case "compare": {
      const { a, b } = question;
      const split = b ? two(set(a), set(b)) : oneAgainstRest(set(a));
      return { ...of, ...compared(question, split, names.length), most: ROWS };
    }
    case "markers": {
      const split = question.column
        ? await ofColumn(host, about, question.column, signal)
        : groups(
            (question.groups ?? []).map(({ name, cells }) => ({ name, cells: set(cells) })),
            about.cells,
          );
      const most = Math.min(question.most ?? 100, Math.floor(ROWS / split.ranked));
      return { ...of, ...compared(question, split, names.length), most: Math.max(1, most) };
    }
    case "score":
      if (question.genes.length === 0) throw unfit("A score is of one gene at least.");
      for (const gene of question.genes) known(gene, names);
      if (names.length > SCORED)
        throw new FetchFailed("question", "Controls of a score need Python here: open the dataset by `hood view`.");
      return { ...of, kind: "score", genes: question.genes };
    case "correlate": {
      const what = await numbers(host, about, names, question, signal);
      if (question.cells) {
        const within = set(question.cells);
        what.forEach((_, cell) => {
          if (within[cell] === 0) what[cell] = Number.NaN;
        });
      }
      return { ...of, kind: "correlate", what };
    }
  }
}

function compared({ method, tie_correct }: viewer.Compare | viewer.Markers, split: Split, genes: number) {
  if (split.names.length * genes > NUMBERS)
    throw unfit(
      `${split.names.length} groups of ${genes} genes are too many to compare at once. Compare some of them.`,
    );
  return { kind: "compare", split, method: method ?? "wilcoxon", tieCorrect: tie_correct ?? false } as const;
}

async function ofColumn(host: Host, about: Overview, key: string, signal: AbortSignal): Promise<Split> {
  const column = named(about, key);
  if (column.kind !== "category") throw unfit(`“${key}” has numbers, not categories.`);
  const data = (await host.fetch(column.path, { signal })).slice();
  const codes = column.type === "uint8" ? data : new Uint16Array(data.buffer, 0, data.length >> 1);
  return categories(codes, column.categories);
}

async function numbers(
  host: Host,
  about: Overview,
  names: readonly string[],
  { gene, column }: viewer.Correlate,
  signal: AbortSignal,
): Promise<Float64Array> {
  if (gene !== undefined && gene !== null) {
    known(gene, names);
    const found = steps(await host.fetch(`gene/${gene}`, { signal }), about.cells);
    return Float64Array.from(found.values, (step) =>
      found.top !== 0 && step > found.top ? Number.NaN : Math.fround(real(found, step)),
    );
  }
  const its = named(about, column ?? "");
  if (its.kind !== "continuous") throw unfit(`“${its.key}” has categories, not numbers.`);
  const data = (await host.fetch(its.path, { signal })).slice();
  return Float64Array.from(new Float32Array(data.buffer, 0, about.cells));
}

function named(about: Overview, key: string): Column {
  const found = about.columns.find((one) => one.key === key);
  if (found === undefined) throw unfit(`There is no column “${key}”.`);
  return found;
}

function known(gene: number, names: readonly string[]): void {
  if (!Number.isInteger(gene) || gene < 0 || gene >= names.length)
    throw unfit(`Genes go from 0 to ${names.length - 1}.`);
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
