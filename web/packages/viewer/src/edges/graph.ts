/// The graph of neighbours: edges as two lists of cells, as they came, each edge once. From it the lines that are drawn
/// (a fair sample, where there are too many) and the cells some steps away. Pure. A file is a stranger's: an edge to a
/// cell that is not there is refused before anything reads with it.

import type { Cells } from "../select/sets";

export interface Graph {
  readonly cells: number;
  readonly sources: Uint32Array;
  readonly targets: Uint32Array;
}

/// Lines that are drawn at rest; more are a grey haze, and each frame would be long.
export const MOST_DRAWN = 1_000_000;

/// Throws where the lists are of different lengths, or name a cell that the dataset does not have.
export function graphOf(sources: Uint32Array, targets: Uint32Array, cells: number): Graph {
  if (sources.length !== targets.length) throw new Error("The graph's edges have not two ends each.");
  for (const ends of [sources, targets])
    for (const cell of ends) if (cell >= cells) throw new Error("The graph has an edge to a cell that is not there.");
  return { cells, sources, targets };
}

const kept = new WeakMap<Graph, Uint32Array>();

/// Ends of edges, two and two, in an order in which any beginning is a fair sample of the whole.
export function drawnOf(graph: Graph): Uint32Array {
  let pairs = kept.get(graph);
  if (pairs === undefined) {
    pairs = sampled(graph, MOST_DRAWN);
    kept.set(graph, pairs);
  }
  return pairs;
}

/// Edges stand sorted by their cells: steps of the golden section go through all of them, each once, and are never long
/// in one place.
export function sampled({ sources, targets }: Graph, most: number): Uint32Array {
  const all = sources.length;
  const count = Math.min(most, all);
  const pairs = new Uint32Array(2 * count);
  let stride = Math.max(1, Math.round(all * 0.6180339887));
  while (divisor(stride, all) > 1) stride++;
  for (let one = 0, edge = 0; one < count; one++, edge = (edge + stride) % all) {
    pairs[2 * one] = sources[edge] as number;
    pairs[2 * one + 1] = targets[edge] as number;
  }
  return pairs;
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}

/// Where each cell's neighbours begin in `others`; one more than there are cells.
export interface Neighbours {
  readonly starts: Uint32Array;
  readonly others: Uint32Array;
}

const near = new WeakMap<Graph, Neighbours>();

/// Made when it is first asked for: four bytes a cell and eight an edge.
export function neighboursOf(graph: Graph): Neighbours {
  let found = near.get(graph);
  if (found === undefined) {
    found = rows(graph);
    near.set(graph, found);
  }
  return found;
}

function rows({ cells, sources, targets }: Graph): Neighbours {
  const starts = new Uint32Array(cells + 1);
  for (const ends of [sources, targets]) for (const cell of ends) starts[cell + 1] = (starts[cell + 1] as number) + 1;
  for (let at = 1; at <= cells; at++) starts[at] = (starts[at] as number) + (starts[at - 1] as number);
  const next = starts.slice(0, -1);
  const others = new Uint32Array(2 * sources.length);
  const put = (cell: number, other: number) => {
    const at = next[cell] as number;
    others[at] = other;
    next[cell] = at + 1;
  };
  for (let edge = 0; edge < sources.length; edge++) {
    const [one, other] = [sources[edge] as number, targets[edge] as number];
    put(one, other);
    put(other, one);
  }
  return { starts, others };
}

/// Those cells and all that are at most so many steps away, ascending. What is hidden is neither taken nor gone through.
export function grown(
  { starts, others }: Neighbours,
  from: Cells,
  steps: number,
  hidden: (cell: number) => boolean = () => false,
): Cells {
  const cells = starts.length - 1;
  const reached = new Uint8Array(cells);
  let edge: number[] = [];
  for (const cell of from) {
    if (cell >= cells) continue;
    reached[cell] = 1;
    edge.push(cell);
  }
  let count = edge.length;
  for (let step = 0; step < steps && edge.length > 0; step++) {
    const next: number[] = [];
    for (const cell of edge) {
      const end = starts[cell + 1] as number;
      for (let at = starts[cell] as number; at < end; at++) {
        const other = others[at] as number;
        if (reached[other] === 1 || hidden(other)) continue;
        reached[other] = 1;
        next.push(other);
      }
    }
    count += next.length;
    edge = next;
  }
  const found = new Uint32Array(count);
  let at = 0;
  for (let cell = 0; cell < cells; cell++) if (reached[cell] === 1) found[at++] = cell;
  return found.subarray(0, at);
}

/// How much of a line is seen: few lines stand out, and the more of them share the picture the fainter each is. Whoever
/// comes nearer has fewer of them in the picture. `zoom` is against the camera that shows everything.
export function faded(lines: number, zoom: number, width: number, height: number): number {
  const inPicture = lines / Math.max(1, zoom) ** 2;
  return Math.max(0.04, Math.min(0.5, (0.02 * width * height) / Math.max(1, inPicture * 8)));
}
