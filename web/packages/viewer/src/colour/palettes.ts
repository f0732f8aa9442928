/// Colours of categories. Up to eight have a palette made for all eyes; more are chosen one by one, each the farthest from
/// those before it as seen by full and by red-green deficient sight. When no more can be told apart they repeat, and the
/// legend's words are what tells.

import {
  apart,
  bytesOf,
  DEUTAN,
  type Lab,
  labOf,
  lightOf,
  linear,
  PROTAN,
  parsed,
  type Rgb,
  times,
  written,
} from "./rgb";

/// M. Okabe, K. Ito: Color Universal Design (2008); without black, which a dark page would swallow, with a brown instead.
const FEW = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#56b4e9", "#f0e442", "#8c564b"];

/// How many are told apart before they repeat.
export const TOLD_APART = 64;

let chosen: readonly string[] | undefined;

/// `#rrggbb` for so many categories; the first ones are always the same.
export function categorical(count: number): string[] {
  if (count > FEW.length) chosen ??= farthest(TOLD_APART);
  const source = count <= FEW.length ? FEW : (chosen ?? FEW);
  return Array.from({ length: count }, (_, at) => source[at % source.length] as string);
}

/// As the GPU takes them: four bytes a category; one that is hidden has no alpha.
export function bytes(colours: readonly string[], hidden: ReadonlySet<number> = new Set()): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(colours.length * 4);
  colours.forEach((colour, at) => {
    all.set(parsed(colour) ?? [128, 128, 128], at * 4);
    all[at * 4 + 3] = hidden.has(at) ? 0 : 255;
  });
  return all;
}

interface Candidate {
  readonly bytes: Rgb;
  readonly seen: readonly Lab[];
}

function candidate(rgb: Rgb): Candidate {
  const light = linear(rgb);
  return { bytes: rgb, seen: [labOf(light), labOf(times(PROTAN, light)), labOf(times(DEUTAN, light))] };
}

function distance(one: Candidate, other: Candidate): number {
  const [full, protan, deutan] = one.seen as readonly [Lab, Lab, Lab];
  const [otherFull, otherProtan, otherDeutan] = other.seen as readonly [Lab, Lab, Lab];
  // Full sight counts first: most differences that fewer cones see are of lightness.
  return Math.min(apart(full, otherFull), 1.6 * Math.min(apart(protan, otherProtan), apart(deutan, otherDeutan)));
}

function farthest(count: number): string[] {
  const pool = candidates();
  const picked = FEW.map((colour) => candidate(parsed(colour) as Rgb));
  const away = pool.map((one) => Math.min(...picked.map((other) => distance(one, other))));
  while (picked.length < count) {
    const best = away.indexOf(Math.max(...away));
    const next = pool[best] as Candidate;
    picked.push(next);
    pool.forEach((one, at) => {
      away[at] = Math.min(away[at] as number, distance(one, next));
    });
  }
  return picked.map((one) => written(one.bytes));
}

/// Neither so light nor so dark that a page of ours would swallow them.
function candidates(): Candidate[] {
  const found: Candidate[] = [];
  for (let lightness = 0.42; lightness <= 0.86; lightness += 0.055) {
    for (let chroma = 0.05; chroma <= 0.25; chroma += 0.04) {
      for (let hue = 0; hue < 360; hue += 12) {
        const angle = (hue * Math.PI) / 180;
        const rgb = bytesOf(lightOf([lightness, chroma * Math.cos(angle), chroma * Math.sin(angle)]));
        if (rgb !== undefined) found.push(candidate(rgb));
      }
    }
  }
  return found;
}
