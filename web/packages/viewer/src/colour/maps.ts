/// Colours of values: 256 steps of four bytes, as the GPU takes them.

import {
  interpolateBlues,
  interpolateCividis,
  interpolateInferno,
  interpolateMagma,
  interpolatePlasma,
  interpolateRdBu,
  interpolateReds,
  interpolateTurbo,
  interpolateViridis,
} from "d3-scale-chromatic";
import { parsed } from "./rgb";

const STEPS = 256;

/// By name, as matplotlib calls them. `RdBu` is for values around a middle; `Cividis` is the same to all eyes.
export const MAPS = {
  viridis: interpolateViridis,
  cividis: interpolateCividis,
  magma: interpolateMagma,
  inferno: interpolateInferno,
  plasma: interpolatePlasma,
  turbo: interpolateTurbo,
  Reds: interpolateReds,
  Blues: interpolateBlues,
  RdBu: interpolateRdBu,
} as const satisfies Record<string, (at: number) => string>;

export type MapName = keyof typeof MAPS;

const made = new Map<string, Uint8Array<ArrayBuffer>>();

/// The same array for the same map, so that it is uploaded once.
export function mapBytes(name: MapName, reversed = false): Uint8Array<ArrayBuffer> {
  const key = `${name}${reversed ? "_r" : ""}`;
  let found = made.get(key);
  if (found === undefined) {
    found = new Uint8Array(STEPS * 4);
    for (let step = 0; step < STEPS; step++) {
      const at = step / (STEPS - 1);
      found.set([...bytesOf(MAPS[name](reversed ? 1 - at : at)), 255], step * 4);
    }
    made.set(key, found);
  }
  return found;
}

/// For a bar of the map, as CSS.
export function gradient(name: MapName, reversed: boolean): string {
  const map = mapBytes(name, reversed);
  const found: string[] = [];
  for (let at = 0; at < STEPS; at += 15) found.push(`rgb(${map[at * 4]} ${map[at * 4 + 1]} ${map[at * 4 + 2]})`);
  return `linear-gradient(to right, ${found.join(", ")})`;
}

/// Some of these are written `rgb(r, g, b)`, some `#rrggbb`.
function bytesOf(colour: string): readonly [number, number, number] {
  const hex = parsed(colour);
  if (hex !== undefined) return hex;
  const [r = 0, g = 0, b = 0] = (colour.match(/\d+/g) ?? []).map(Number);
  return [r, g, b];
}
