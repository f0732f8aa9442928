/// Sizes, opacity and level of detail that follow from how many points share how much picture. Pure; the person's own
/// sliders multiply what comes out.

import type { Size } from "./camera";

export interface Look {
  /// Diameter in CSS pixels.
  readonly size: number;
  readonly opacity: number;
}

const SMALLEST = 1;
const LARGEST = 12;

/// A third of the picture would be covered if no two points overlapped.
export function autoLook(points: number, size: Size): Look {
  const share = Math.sqrt((size.width * size.height) / (3 * Math.max(1, points)));
  const diameter = Math.max(SMALLEST, Math.min(LARGEST, share * 1.4));
  // Below a pixel a point cannot shrink any more, so it fades: density stays readable.
  const opacity = share >= SMALLEST ? 0.9 : Math.max(0.15, 0.9 * share);
  return { size: diameter, opacity };
}

/// WebGL takes strides of at most 255 bytes, and a vertex of three floats has 12.
export const THINNEST = 16;
/// Points that are always drawn: where even these are slow, it is not for their number.
const FEWEST = 100_000;

/// Every how-many-th point is drawn while the picture moves, from how long the last frames took: so many that a frame
/// lasts about as long as the aim. A power of two, so that the chosen points stay the same ones.
export function thinned(current: number, frame: number, aim: number, points: number, budget: number): number {
  const least = powerOfTwo(Math.ceil(points / budget));
  let wanted = current;
  // At once as few as it takes: a hand that waits for each halving has moved on.
  if (frame > 1.5 * aim) wanted = current * Math.max(2, 2 ** Math.floor(Math.log2(frame / aim)));
  else if (frame < 0.4 * aim) wanted = current / 2;
  const most = Math.min(THINNEST, powerOfTwo(points / FEWEST));
  return Math.max(Math.min(least, most), Math.min(most, wanted), 1);
}

/// How thin the picture is while it moves, and for how many frames in a row that was fast enough.
export interface Pace {
  readonly step: number;
  readonly good: number;
}

/// Frames.
const PATIENCE = 12;

/// No frame is shorter than the display's turn, so whether more points would fit is found out by trying: after a while,
/// and after a longer one where it was too many before.
export function paced(pace: Pace, frame: number, aim: number, points: number, budget: number): Pace {
  const step = thinned(pace.step, frame, aim, points, budget);
  if (step !== pace.step) return { step, good: step > pace.step ? -4 * PATIENCE : 0 };
  if (frame > 1.5 * aim) return pace;
  if (pace.good < PATIENCE) return { step, good: pace.good + 1 };
  return { step: thinned(step, 0, aim, points, budget), good: 0 };
}

function powerOfTwo(value: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(1, value)));
}
