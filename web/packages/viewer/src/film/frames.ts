/// Frames of a path: how many there are, and when each of them is. A film is made frame by frame, however long each takes,
/// so the same film comes out the same on a slow machine. What is too much is said with a sentence before it begins.

import type { Camera, Size } from "../points/camera";
import { cameraAt, lengthOf, type Path } from "./path";

/// Of a film; pixels.
export interface Film extends Size {
  readonly path: Path;
  readonly fps: number;
}

export const MOST = { frames: 1800, long: 3840, short: 2160, least: 64 } as const;
export const RATES = ["24", "25", "30", "60"] as const;

/// The last frame of a way is its end. A turn ends one frame before its beginning, so that it can be shown in a loop.
export function countOf(path: Path, fps: number): number {
  return Math.max(2, Math.round(lengthOf(path) * fps));
}

export function timeOf(path: Path, fps: number, frame: number): number {
  const count = countOf(path, fps);
  return (lengthOf(path) * frame) / (path.kind === "turn" ? count : count - 1);
}

/// `size`: of the picture that the path's cameras are of.
export function frameAt(path: Path, fps: number, frame: number, size: Size): Camera | undefined {
  return cameraAt(path, timeOf(path, fps, frame), size);
}

/// Videos keep colours for squares of two pixels.
export function even(side: number): number {
  return 2 * Math.round(side / 2);
}

/// What is wrong with it; undefined: it can be made. `largest`: pixels a side that can be drawn.
export function wrong({ path, fps, width, height }: Film, largest: number): string | undefined {
  if (path.kind === "keys" && path.keys.length < 2)
    return "A film goes from one place to another. Close this, move the picture, come back, and add what is shown now.";
  const [short, long] = [Math.min(width, height), Math.max(width, height)];
  if (!(short >= MOST.least && short <= MOST.short && long <= Math.min(MOST.long, largest)))
    return `A film has ${MOST.least} pixels a side to ${Math.min(MOST.long, largest)} × ${Math.min(MOST.short, largest)}.`;
  const count = countOf(path, fps);
  if (!(count <= MOST.frames))
    return `This would be ${count} frames; a film has at most ${MOST.frames}. Take fewer seconds, or fewer frames a second.`;
  return undefined;
}
