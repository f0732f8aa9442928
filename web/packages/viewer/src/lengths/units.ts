/// How long places are: as the person said, else as the dataset does, else not at all.

import type { Length } from "../state/document";
import type { Unit } from "./bar";

/// What the dataset says of an embedding; see `data/overview`.
export interface Said {
  readonly key: string;
  readonly unit: number;
  readonly micrometres: number | undefined;
}

/// Places in a tissue, by the name that scanpy, squidpy and their kin give them. Lengths of other embeddings mean nothing.
export function isPlace(embedding: string): boolean {
  return /(^|_)spatial(_|\d|$)/i.test(embedding);
}

/// What the person said. An embedding may be called like what every object has.
export function ownOf(lengths: Readonly<Record<string, Length>>, key: string): Length | undefined {
  return Object.hasOwn(lengths, key) ? lengths[key] : undefined;
}

/// What the dataset says: of one unit of its own.
export function givenOf({ unit, micrometres }: Said): Length | undefined {
  return micrometres === undefined ? undefined : { each: micrometres / unit, name: "µm" };
}

export function unitOf(
  embeddings: readonly Said[],
  lengths: Readonly<Record<string, Length>>,
  key: string,
): Unit | undefined {
  const found = isPlace(key) ? embeddings.find((one) => one.key === key) : undefined;
  if (found === undefined) return undefined;
  const own = ownOf(lengths, key);
  if (own !== undefined) return { length: found.unit * own.each, name: own.name };
  return found.micrometres === undefined ? undefined : { length: found.micrometres, name: "µm" };
}
