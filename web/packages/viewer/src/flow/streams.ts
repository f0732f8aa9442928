/// Lines along a field, as they are drawn: still ones show where it goes, and on the moving ones sparks run from their
/// beginnings to their ends, as fast as the field is there. The lines are the same and are made once; what moves is one
/// number a frame. Pure, and the same each time.

import type { Bounds } from "../points/camera";
import { type Field, fieldOf, sample } from "./field";

/// Of one vertex: its place (3), how far along its line it is (0–1), and the line's own time.
export const VERTEX_FLOATS = 5;

/// Of one corner of a ribbon: its place (3), how far along and its line's time (2), where the line goes on (3), its side.
export const CORNER_FLOATS = 9;

export interface Streams {
  readonly vertices: Float32Array;
  readonly lines: number;
}

/// Lines at most: many enough to cover a picture, few enough to be read.
export const MOST_LINES = 1600;
const STEPS = 28;
/// Of the picture's width, how far a fast place carries within one line.
const REACH = 0.11;
/// Of the usual mass of a node, what there must be for a line to go there.
const THIN = { 2: 0.06, 3: 0.8 } as const;

export function streamsOf(field: Field): Streams {
  const { dimensions, nodes, mass } = field;
  const extent = Math.max(...nodes) * field.pitch;
  const enough = THIN[dimensions] * middle([...mass].filter((one) => one > 0));
  const seeds: number[] = [];
  mass.forEach((one, node) => {
    if (one > enough) seeds.push(node);
  });
  const fast = speedOf(field, seeds);
  if (seeds.length === 0 || fast === 0) return { vertices: new Float32Array(0), lines: 0 };
  const scale = (REACH * extent) / fast / STEPS;
  const random = numbers(seeds.length);
  const chosen = Math.min(1, MOST_LINES / seeds.length);
  const found: number[] = [];
  let lines = 0;
  for (const node of seeds) {
    if (random() > chosen || lines >= MOST_LINES) continue;
    const place = placeOf(field, node).map((value, axis) =>
      axis < dimensions ? value + (random() - 0.5) * field.pitch : 0,
    );
    const line = walked(field, place, scale, enough);
    if (line.length < 3) continue;
    const own = random();
    line.forEach((at, step) => {
      found.push(...(at as [number, number, number]), step / (line.length - 1), own);
    });
    lines++;
  }
  return { vertices: Float32Array.from(found), lines };
}

/// By the midpoint rule: a turning field does not spiral outwards.
function walked(field: Field, from: readonly number[], scale: number, enough: number): readonly (readonly number[])[] {
  const line = [from];
  let at = from;
  for (let step = 0; step < STEPS; step++) {
    const here = sample(field, at);
    if (here === undefined || here[3] < enough) break;
    const half = at.map((value, axis) => value + (here[axis] as number) * scale * 0.5);
    const there = sample(field, half);
    if (there === undefined || there[3] < enough) break;
    const next = at.map((value, axis) => value + (there[axis] as number) * scale);
    // Where the field stands still, so does the line.
    if (next.every((value, axis) => value === at[axis])) break;
    line.push(next);
    at = next;
  }
  return line;
}

function speedOf(field: Field, nodes: readonly number[]): number {
  const speeds = nodes.map((node) => Math.hypot(...Array.from(field.directions.subarray(3 * node, 3 * node + 3))));
  return quantile(speeds, 0.9) || Math.max(0, ...speeds);
}

function placeOf({ nodes, low, pitch }: Field, node: number): number[] {
  const [nx, ny] = nodes;
  const at = [node % nx, Math.floor(node / nx) % ny, Math.floor(node / (nx * ny))];
  return low.map((value, axis) => value + (at[axis] as number) * pitch);
}

function middle(values: number[]): number {
  return quantile(values, 0.5);
}

function quantile(values: number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
}

/// A linear congruence: the same picture every time.
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

const kept = new WeakMap<Float32Array, { readonly points: Float32Array; readonly ribbons: Float32Array }>();

export function ribbonsIn(
  points: Float32Array,
  vectors: Float32Array,
  dimensions: 2 | 3,
  around: Bounds,
): Float32Array {
  const before = kept.get(vectors);
  if (before?.points === points) return before.ribbons;
  const ribbons = ribbonsOf(streamsOf(fieldOf(points, vectors, dimensions, around)).vertices);
  kept.set(vectors, { points, ribbons });
  return ribbons;
}

/// Lines as one strip of triangles, two corners a vertex; what leads from one line to the next has no width.
export function ribbonsOf(vertices: Float32Array): Float32Array {
  const corners: number[] = [];
  const put = (at: number, side: number) => {
    const from = [...vertices.subarray(at, at + VERTEX_FLOATS)];
    // At its end a line goes on as it came.
    const ends = vertices[at + 3] === 1;
    const other = ends ? at - VERTEX_FLOATS : at + VERTEX_FLOATS;
    const ahead = [0, 1, 2].map((axis) => {
      const [here, there] = [vertices[at + axis] as number, vertices[other + axis] as number];
      return ends ? 2 * here - there : there;
    });
    corners.push(...from, ...ahead, side);
  };
  for (let at = 0; at < vertices.length; at += VERTEX_FLOATS) {
    if (vertices[at + 3] === 0) put(at, -1);
    put(at, -1);
    put(at, 1);
    if (vertices[at + 3] === 1) put(at, 1);
  }
  return Float32Array.from(corners);
}
