/// Answers computed gene by gene, in whatever thread: the twins of `datasets/analysis` (`sums`, `testing`, `correlating`,
/// `scoring`), whose numbers they have (`golden.json`). A plan is plain data, so that a worker takes it; genes come as the
/// bytes of FHG1, in any order, each once a round.

import type { viewer } from "@fumehood/protocol";
import { real } from "../colour/range";
import { type Steps, steps } from "../data/steps";
import { base64 } from "../state/base64";
import { adjusted, ofNormal, ofStudent } from "./chances";
import { Draw } from "./random";
import type { Split } from "./split";
import { unfit } from "./split";

interface Of {
  readonly cells: number;
  readonly names: readonly string[];
}

export interface ComparePlan extends Of {
  readonly kind: "compare";
  readonly split: Split;
  readonly method: viewer.Method;
  readonly tieCorrect: boolean;
  /// Rows of each group.
  readonly most: number;
}

export interface CorrelatePlan extends Of {
  readonly kind: "correlate";
  /// A number a cell; NaN where it takes no part.
  readonly what: Float64Array;
}

export interface ScorePlan extends Of {
  readonly kind: "score";
  readonly genes: readonly number[];
}

export type Plan = ComparePlan | CorrelatePlan | ScorePlan;

export interface Computation {
  take(gene: number, data: Uint8Array<ArrayBuffer>): void;
  /// Genes that are to be read (again) now; none: it can be finished.
  wanted(): readonly number[];
  finish(): viewer.Answer;
}

export function computation(plan: Plan): Computation {
  if (plan.kind === "compare") return new Comparing(plan);
  return plan.kind === "correlate" ? new Correlating(plan) : new Scoring(plan);
}

/// Values of a gene as Python has them: float32, NaN where there is none.
function value(column: Steps, cell: number): number {
  const step = column.values[cell] as number;
  if (column.top !== 0 && step > column.top) return Number.NaN;
  return Math.fround(real(column, step));
}

const bits = new Uint32Array(1);
const floats = new Float32Array(bits.buffer);
/// Values of a float32 in their order, below 2³²; a group's number fits behind it in the 53 bits of a number.
const GROUPS = 2 ** 20;
const ZERO = 0x80000000;

function orderly(found: number): number {
  floats[0] = found;
  const its = bits[0] as number;
  return (its & ZERO) === 0 ? its + ZERO : ~its >>> 0;
}

class Comparing implements Computation {
  readonly #plan: ComparePlan;
  readonly #width: number;
  readonly #taking: number;
  readonly #totals: Float64Array;
  readonly #squares: Float64Array;
  readonly #ranks: Float64Array;
  readonly #expressed: Float64Array;
  readonly #ties: Float64Array;
  readonly #keys: Float64Array;
  #begun = false;

  constructor(plan: ComparePlan) {
    this.#plan = plan;
    this.#width = plan.split.sizes.length;
    this.#taking = plan.split.sizes.reduce((sum, size) => sum + size, 0);
    const size = this.#width * plan.names.length;
    this.#totals = new Float64Array(size);
    this.#squares = new Float64Array(size);
    this.#ranks = new Float64Array(size);
    this.#expressed = new Float64Array(size);
    this.#ties = new Float64Array(plan.names.length);
    this.#keys = new Float64Array(this.#taking);
  }

  wanted(): readonly number[] {
    if (this.#begun) return [];
    this.#begun = true;
    return this.#plan.names.map((_, gene) => gene);
  }

  take(gene: number, data: Uint8Array<ArrayBuffer>): void {
    const { split, cells, method } = this.#plan;
    const column = steps(data, cells);
    const from = gene * this.#width;
    const keys = this.#keys;
    let count = 0;
    let below = 0;
    for (let cell = 0; cell < cells; cell++) {
      const code = split.codes[cell] as number;
      if (code < 0) continue;
      const found = value(column, cell);
      if (found === 0 || Number.isNaN(found)) continue;
      this.#totals[from + code] = (this.#totals[from + code] as number) + found;
      this.#squares[from + code] = (this.#squares[from + code] as number) + found * found;
      this.#expressed[from + code] = (this.#expressed[from + code] as number) + 1;
      if (found < 0) below += 1;
      keys[count] = orderly(found) * GROUPS + code;
      count += 1;
    }
    if (method === "wilcoxon") this.#rank(gene, from, count, below);
  }

  /// Cells without a value share one rank; so a gene costs what it has stored.
  #rank(gene: number, from: number, count: number, below: number): void {
    const keys = this.#keys.subarray(0, count).sort();
    const zeros = this.#taking - count;
    let ties = zeros ** 3 - zeros;
    for (let begin = 0; begin < count; ) {
      const key = Math.floor((keys[begin] as number) / GROUPS);
      let end = begin + 1;
      while (end < count && Math.floor((keys[end] as number) / GROUPS) === key) end += 1;
      const length = end - begin;
      const rank = begin + (length + 1) / 2 + (key >= ZERO ? zeros : 0);
      for (let at = begin; at < end; at++) {
        const place = from + (keys[at] as number) - key * GROUPS;
        this.#ranks[place] = (this.#ranks[place] as number) + rank;
      }
      ties += length ** 3 - length;
      begin = end;
    }
    this.#ties[gene] = ties;
    const middle = below + (zeros + 1) / 2;
    this.#plan.split.sizes.forEach((size, code) => {
      const place = from + code;
      this.#ranks[place] = (this.#ranks[place] as number) + middle * (size - (this.#expressed[place] as number));
    });
  }

  finish(): viewer.Compared {
    const { method, tieCorrect, names, split } = this.#plan;
    const rankings = Array.from({ length: split.ranked }, (_, code) => this.#ranking(code));
    return { kind: "compared", method, tie_correct: tieCorrect, of: names.length, rankings };
  }

  #ranking(code: number): viewer.Ranking {
    const { names, split, method, most } = this.#plan;
    const cells = split.sizes[code] as number;
    const others = this.#taking - cells;
    const genes = names.length;
    const scores = new Float64Array(genes);
    const chances = new Float64Array(genes);
    const means = new Float64Array(genes);
    const otherMeans = new Float64Array(genes);
    const shares = new Float64Array(genes);
    const otherShares = new Float64Array(genes);
    for (let gene = 0; gene < genes; gene++) {
      const own = this.#side(gene, code, cells);
      const other = this.#others(gene, code, others);
      [means[gene], otherMeans[gene], shares[gene], otherShares[gene]] = [own.mean, other.mean, own.share, other.share];
      if (method === "wilcoxon") {
        const all = this.#taking;
        const factor = this.#plan.tieCorrect ? 1 - (this.#ties[gene] as number) / (all ** 3 - all) : 1;
        const deviation = Math.sqrt((factor * cells * others * (all + 1)) / 12);
        const score = ((this.#ranks[gene * this.#width + code] as number) - (cells * (all + 1)) / 2) / deviation;
        scores[gene] = Number.isNaN(score) ? 0 : score;
        chances[gene] = Number.isNaN(score) ? 1 : ofNormal(score);
      } else {
        const a = own.variance / cells;
        const b = other.variance / others;
        const score = (own.mean - other.mean) / Math.sqrt(a + b);
        const freedom = (a + b) ** 2 / (a ** 2 / (cells - 1) + b ** 2 / (others - 1));
        scores[gene] = Number.isNaN(score) ? 0 : score;
        chances[gene] = Number.isNaN(score) ? 1 : ofStudent(score, Number.isNaN(freedom) ? 1 : freedom);
      }
    }
    const fold = means.map((mean, gene) =>
      Math.log2((Math.expm1(mean) + 1e-9) / (Math.expm1(otherMeans[gene] as number) + 1e-9)),
    );
    const order = descending(scores).slice(0, most);
    const corrected = adjusted(chances);
    return {
      group: split.names[code] ?? "",
      cells,
      others,
      genes: order,
      names: order.map((gene) => names[gene] ?? ""),
      scores: taken(scores, order),
      p_values: taken(chances, order),
      adjusted: taken(corrected, order),
      fold_changes: taken(fold, order),
      means: taken(means, order),
      other_means: taken(otherMeans, order),
      shares: taken(shares, order),
      other_shares: taken(otherShares, order),
    };
  }

  #side(gene: number, code: number, size: number) {
    const place = gene * this.#width + code;
    return side(this.#totals[place] as number, this.#squares[place] as number, this.#expressed[place] as number, size);
  }

  #others(gene: number, code: number, size: number) {
    let [total, square, expressed] = [0, 0, 0];
    for (let other = 0; other < this.#width; other++) {
      if (other === code) continue;
      const place = gene * this.#width + other;
      total += this.#totals[place] as number;
      square += this.#squares[place] as number;
      expressed += this.#expressed[place] as number;
    }
    return side(total, square, expressed, size);
  }
}

function side(total: number, square: number, expressed: number, size: number) {
  const mean = total / size;
  // Rounding may put a constant gene below 0.
  const variance = Math.max(square / size - mean * mean, 0) * (size / (size - 1));
  return { mean, variance, share: expressed / size };
}

class Correlating implements Computation {
  readonly #plan: CorrelatePlan;
  readonly #centred: Float64Array;
  readonly #count: number;
  readonly #spread: number;
  readonly #found: Float64Array;
  #begun = false;

  constructor(plan: CorrelatePlan) {
    this.#plan = plan;
    const known = plan.what.filter(Number.isFinite);
    this.#count = known.length;
    if (known.length < 3) throw unfit(`${known.length} cells have a value of it; 3 are needed.`);
    const mean = known.reduce((sum, one) => sum + one, 0) / known.length;
    this.#centred = plan.what.map((one) => one - mean);
    this.#spread = known.reduce((sum, one) => sum + (one - mean) ** 2, 0);
    this.#found = new Float64Array(plan.names.length).fill(Number.NaN);
  }

  wanted(): readonly number[] {
    if (this.#begun) return [];
    this.#begun = true;
    return this.#plan.names.map((_, gene) => gene);
  }

  take(gene: number, data: Uint8Array<ArrayBuffer>): void {
    const column = steps(data, this.#plan.cells);
    let [total, squares, together] = [0, 0, 0];
    for (let cell = 0; cell < this.#plan.cells; cell++) {
      const other = this.#centred[cell] as number;
      if (!Number.isFinite(other)) continue;
      const found = value(column, cell);
      if (!Number.isFinite(found)) continue;
      total += found;
      squares += found * found;
      together += found * other;
    }
    const own = squares - (total * total) / this.#count;
    if (this.#spread > 0 && own > 1e-12 * squares)
      this.#found[gene] = Math.min(1, Math.max(-1, together / Math.sqrt(own * this.#spread)));
  }

  finish(): viewer.Correlated {
    const freedom = this.#count - 2;
    const chances = this.#found.map((one) => ofStudent(one * Math.sqrt(freedom / (1 - one * one)), freedom));
    const order = descending(this.#found);
    const corrected = adjusted(chances);
    return {
      kind: "correlated",
      cells: this.#count,
      of: this.#plan.names.length,
      genes: order,
      names: order.map((gene) => this.#plan.names[gene] ?? ""),
      correlations: taken(this.#found, order),
      p_values: taken(chances, order),
      adjusted: taken(corrected, order),
    };
  }
}

const BINS = 25;
const CONTROLS = 50;
const SEED = 0;

class Scoring implements Computation {
  readonly #plan: ScorePlan;
  readonly #means: Float64Array;
  readonly #asked: readonly number[];
  #controls: readonly number[] = [];
  #round = 0;
  /// Of the set, and of the controls: sums, and how many genes had no value.
  readonly #totals: readonly [Float64Array, Float64Array];
  readonly #missing: readonly [Float64Array, Float64Array];

  constructor(plan: ScorePlan) {
    this.#plan = plan;
    this.#means = new Float64Array(plan.names.length);
    this.#asked = [...new Set(plan.genes)].sort((a, b) => a - b);
    const each = () => new Float64Array(plan.cells);
    this.#totals = [each(), each()];
    this.#missing = [each(), each()];
  }

  wanted(): readonly number[] {
    this.#round += 1;
    if (this.#round === 1) return this.#plan.names.map((_, gene) => gene);
    if (this.#round > 2) return [];
    this.#controls = controls(this.#means, this.#asked);
    return [...this.#asked, ...this.#controls].sort((a, b) => a - b);
  }

  take(gene: number, data: Uint8Array<ArrayBuffer>): void {
    const { cells } = this.#plan;
    const column = steps(data, cells);
    if (this.#round === 1) {
      let [total, count] = [0, 0];
      for (let cell = 0; cell < cells; cell++) {
        const found = value(column, cell);
        if (Number.isNaN(found)) continue;
        total += found;
        count += 1;
      }
      this.#means[gene] = total / count;
      return;
    }
    const side = this.#asked.includes(gene) ? 0 : 1;
    const [totals, missing] = [this.#totals[side], this.#missing[side]];
    for (let cell = 0; cell < cells; cell++) {
      const found = value(column, cell);
      if (Number.isNaN(found)) missing[cell] = (missing[cell] as number) + 1;
      else totals[cell] = (totals[cell] as number) + found;
    }
  }

  finish(): viewer.Scored {
    const mean = (side: 0 | 1, cell: number, of: number) =>
      (this.#totals[side][cell] as number) / (of - (this.#missing[side][cell] as number));
    const [own, other] = [this.#asked.length, this.#controls.length];
    const values = Float32Array.from(
      { length: this.#plan.cells },
      (_, cell) => mean(0, cell, own) - mean(1, cell, other),
    );
    return {
      kind: "scored",
      values: base64(new Uint8Array(values.buffer)),
      genes: [...this.#asked],
      controls: [...this.#controls],
    };
  }
}

/// Genes as high on average as those of the set: of each of 25 bins in which one of it lies, 50 that are drawn.
export function controls(means: Float64Array, genes: readonly number[]): number[] {
  const pool = Array.from(means.keys()).filter((gene) => Number.isFinite(means[gene]));
  const sorted = Float64Array.from(pool, (gene) => means[gene] as number).sort();
  const size = even(pool.length / (BINS - 1));
  const binOf = (gene: number) => (size === 0 ? 0 : Math.floor((below(sorted, means[gene] as number) + 1) / size));
  const bins = new Map<number, number[]>();
  for (const gene of pool) {
    const bin = binOf(gene);
    const its = bins.get(bin);
    if (its === undefined) bins.set(bin, [gene]);
    else its.push(gene);
  }
  const asked = new Set(genes);
  const draw = new Draw(SEED);
  const found = new Set<number>();
  for (const [, there] of [...bins].sort(([a], [b]) => a - b)) {
    if (!there.some((gene) => asked.has(gene))) continue;
    const chosen =
      CONTROLS < there.length ? draw.choice(there.length, CONTROLS).map((at) => there[at] as number) : there;
    for (const gene of chosen) if (!asked.has(gene)) found.add(gene);
  }
  if (found.size === 0)
    throw unfit("There are no genes to compare these with. Ask for fewer genes, or of a dataset with more.");
  return [...found].sort((a, b) => a - b);
}

/// To the nearest whole number, halves to the even one, as numpy rounds.
function even(number: number): number {
  const whole = Math.round(number);
  return whole - number === 0.5 && whole % 2 !== 0 ? whole - 1 : whole;
}

/// How many of `sorted` are smaller.
function below(sorted: Float64Array, than: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) < than) low = middle + 1;
    else high = middle;
  }
  return low;
}

/// Places of the highest first, equal ones in their order; what is no number comes last.
function descending(values: Float64Array): number[] {
  const place = (at: number) => {
    const found = values[at] as number;
    return Number.isNaN(found) ? Number.NEGATIVE_INFINITY : found;
  };
  return Array.from(values.keys()).sort((a, b) => {
    const [one, other] = [place(a), place(b)];
    return one === other ? a - b : one > other ? -1 : 1;
  });
}

function taken(values: Float64Array, order: readonly number[]): (number | null)[] {
  return order.map((at) => {
    const found = values[at] as number;
    return Number.isFinite(found) ? found : null;
  });
}
