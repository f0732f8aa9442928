/// Directions of cells, averaged over a grid: what single cells say is noise, what neighbours agree on is a flow. Each
/// cell is shared out to the nodes around it, the nearer the more (linear weights), nodes are blurred once with their
/// neighbours (1–2–1 along each axis), and a node's direction is the weighted mean. One pass over the cells, when a field
/// is first shown. Pure.

import type { Bounds, Vector } from "../points/camera";

export interface Field {
  readonly dimensions: 2 | 3;
  readonly low: Vector;
  /// Between two nodes, in units of the data; the same along each axis.
  readonly pitch: number;
  readonly nodes: readonly [number, number, number];
  /// Three numbers a node.
  readonly directions: Float32Array;
  /// Cells that a node stands for, as weights.
  readonly mass: Float32Array;
}

/// Nodes along the longest side.
const LONGEST = { 2: 56, 3: 24 } as const;

export function fieldOf(points: Float32Array, vectors: Float32Array, dimensions: 2 | 3, around: Bounds): Field {
  const spans = around.low.map((low, axis) => (axis < dimensions ? (around.high[axis] as number) - low : 0));
  const pitch = Math.max(...spans) / (LONGEST[dimensions] - 1) || 1;
  // A node more on each side, so that nothing lies at the edge.
  const low = around.low.map((value, axis) => (axis < dimensions ? value - pitch : 0)) as unknown as Vector;
  const nodes = spans.map((span, axis) =>
    axis < dimensions ? Math.ceil(span / pitch) + 3 : 1,
  ) as unknown as Field["nodes"];
  const field = { dimensions, low, pitch, nodes };
  const sums = new Float32Array(4 * nodes[0] * nodes[1] * nodes[2]);
  gather(field, points, vectors, sums);
  for (let axis = 0; axis < dimensions; axis++) blur(field, sums, axis);
  const count = sums.length / 4;
  const directions = new Float32Array(3 * count);
  const mass = new Float32Array(count);
  for (let node = 0; node < count; node++) {
    const weight = sums[4 * node + 3] as number;
    mass[node] = weight;
    if (weight <= 0) continue;
    for (let axis = 0; axis < 3; axis++) directions[3 * node + axis] = (sums[4 * node + axis] as number) / weight;
  }
  return { ...field, directions, mass };
}

type Frame = Pick<Field, "dimensions" | "low" | "pitch" | "nodes">;

/// The node before a place along each axis, and how far after it the place lies; nothing outside.
function located({ dimensions, low, pitch, nodes }: Frame, place: readonly number[], into: Located): boolean {
  for (let axis = 0; axis < 3; axis++) {
    const at = axis < dimensions ? ((place[axis] as number) - low[axis as 0]) / pitch : 0;
    // NaN fails too.
    if (!(at >= 0 && (axis >= dimensions || at < (nodes[axis as 0] as number) - 1))) return false;
    into.node[axis] = Math.floor(at);
    into.share[axis] = at - Math.floor(at);
  }
  return true;
}

interface Located {
  readonly node: [number, number, number];
  readonly share: [number, number, number];
}

const located_: Located = { node: [0, 0, 0], share: [0, 0, 0] };

/// Calls `seen` with each node around a place and its share.
function corners({ dimensions, nodes }: Frame, at: Located, seen: (node: number, weight: number) => void): void {
  for (let corner = 0; corner < 1 << dimensions; corner++) {
    let node = 0;
    let weight = 1;
    for (let axis = dimensions - 1; axis >= 0; axis--) {
      const upper = (corner >> axis) & 1;
      const share = at.share[axis as 0];
      weight *= upper ? share : 1 - share;
      node = node * (nodes[axis as 0] as number) + at.node[axis as 0] + upper;
    }
    if (weight > 0) seen(node, weight);
  }
}

function gather(frame: Frame, points: Float32Array, vectors: Float32Array, sums: Float32Array): void {
  const { dimensions } = frame;
  const place = [0, 0, 0];
  const vector = [0, 0, 0];
  for (let at = 0; at + dimensions <= points.length; at += dimensions) {
    let known = true;
    for (let axis = 0; axis < dimensions; axis++) {
      place[axis] = points[at + axis] as number;
      vector[axis] = vectors[at + axis] as number;
      known &&= Number.isFinite(vector[axis]);
    }
    if (!known || !located(frame, place, located_)) continue;
    corners(frame, located_, (node, weight) => {
      for (let axis = 0; axis < dimensions; axis++)
        sums[4 * node + axis] = (sums[4 * node + axis] as number) + weight * (vector[axis] as number);
      sums[4 * node + 3] = (sums[4 * node + 3] as number) + weight;
    });
  }
}

function blur({ nodes }: Frame, sums: Float32Array, axis: number): void {
  const stride = 4 * nodes.slice(0, axis).reduce((product, one) => product * one, 1);
  const length = nodes[axis as 0] as number;
  const line = new Float32Array(length);
  for (let start = 0; start < sums.length; start++) {
    // Each line begins where this axis is at its first node.
    if (Math.floor(start / stride) % length !== 0) continue;
    for (let at = 0; at < length; at++) line[at] = sums[start + at * stride] as number;
    for (let at = 0; at < length; at++) {
      const [before, here, after] = [line[at - 1] ?? 0, line[at] as number, line[at + 1] ?? 0];
      sums[start + at * stride] = (before + 2 * here + after) / 4;
    }
  }
}

/// Direction and mass at a place; `undefined` where there is no grid.
export function sample(field: Field, place: readonly number[]): readonly [...Vector, mass: number] | undefined {
  if (!located(field, place, located_)) return undefined;
  const found = [0, 0, 0, 0] as [number, number, number, number];
  corners(field, located_, (node, weight) => {
    const mass = weight * (field.mass[node] as number);
    for (let axis = 0; axis < 3; axis++)
      found[axis] = (found[axis] as number) + mass * (field.directions[3 * node + axis] as number);
    found[3] += mass;
  });
  if (found[3] > 0) for (let axis = 0; axis < 3; axis++) found[axis] = (found[axis] as number) / found[3];
  return found;
}
