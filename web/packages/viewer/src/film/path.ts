/// A camera's way through time, as a value: from one place to the next, or once round a target. Nothing here knows a
/// clock: whoever asks gives the second, and the same second gives the same camera.

import { type Camera, type Orbit, over, type Planar, type Size, type Vector } from "../points/camera";

export interface Key {
  readonly camera: Camera;
  /// From here to the next; of the last it does not count.
  readonly seconds: number;
}

/// `rest`: it comes to rest at each place; `through`: only at the ends; `even`: at the same speed all the way.
export type Going = "rest" | "through" | "even";

export type Path =
  | { readonly kind: "keys"; readonly keys: readonly Key[]; readonly going: Going }
  | { readonly kind: "turn"; readonly from: Orbit; readonly seconds: number };

/// Seconds of one way: less is no way, and more is no film.
export const SECONDS = { least: 0.1, most: 600 } as const;
const TURN = 2 * Math.PI;
/// Scales this near to each other are one.
const SAME = 1e-6;

export function lengthOf(path: Path): number {
  if (path.kind === "turn") return within(path.seconds);
  return path.keys.slice(0, -1).reduce((sum, key) => sum + within(key.seconds), 0);
}

/// Undefined where there is no place at all. `size`: of the picture that the cameras are of.
export function cameraAt(path: Path, at: number, size: Size): Camera | undefined {
  const length = lengthOf(path);
  const now = Math.min(length, Math.max(0, at || 0));
  if (path.kind === "turn") return { ...path.from, azimuth: path.from.azimuth + (TURN * now) / length };
  const { keys, going } = path;
  if (now <= 0 || keys.length < 2) return keys[0]?.camera;
  if (now >= length) return keys.at(-1)?.camera;
  let [leg, begun] = [0, 0];
  while (leg < keys.length - 2 && now >= begun + within(keys[leg]?.seconds)) {
    begun += within(keys[leg]?.seconds);
    leg++;
  }
  if (going === "through" && keys.every((key) => key.camera.kind === keys[0]?.camera.kind)) return threaded(keys, now);
  const [from, to] = [keys[leg], keys[leg + 1]];
  if (from === undefined || to === undefined) return undefined;
  const share = (now - begun) / within(from.seconds);
  return between(from.camera, to.camera, going === "even" ? share : eased(share), size);
}

function within(seconds: number | undefined): number {
  return Math.min(SECONDS.most, Math.max(SECONDS.least, seconds || 0));
}

/// Begins and ends without speed, and without a jerk.
export function eased(share: number): number {
  return share ** 3 * (share * (share * 6 - 15) + 10);
}

/// The same direction as `azimuth`, by the short way from `from`.
function near(azimuth: number, from: number): number {
  const turn = azimuth - from;
  return from + turn - TURN * Math.round(turn / TURN);
}

function between(from: Camera, to: Camera, share: number, size: Size): Camera {
  if (from.kind === "planar" && to.kind === "planar") return closer(from, to, share);
  if (from.kind === "orbit" && to.kind === "orbit")
    return over(from, { ...to, azimuth: near(to.azimuth, from.azimuth) }, share, size);
  return over(from, to, share, size);
}

/// Nearer by the same factor in the same time, and about one point of the picture: so what one goes to stays in sight.
function closer(from: Planar, to: Planar, share: number): Planar {
  const factor = Math.log(from.scale / to.scale);
  const moved = Math.abs(factor) < SAME ? share : Math.expm1(factor * share) / Math.expm1(factor);
  return {
    kind: "planar",
    x: from.x + (to.x - from.x) * moved,
    y: from.y + (to.y - from.y) * moved,
    scale: from.scale * Math.exp(-factor * share),
  };
}

// -- through all places without a stop

function threaded(keys: readonly Key[], now: number): Camera | undefined {
  const times: number[] = [];
  const rows: number[][] = [];
  let time = 0;
  for (const { camera, seconds } of keys) {
    rows.push(numbersOf(camera, rows.at(-1)?.[AZIMUTH]));
    times.push(time);
    time += within(seconds);
  }
  const count = rows[0]?.length ?? 0;
  const parts = Array.from({ length: count }, (_, part) =>
    curve(
      times,
      rows.map((row) => row[part] as number),
      now,
    ),
  );
  return ofNumbers(parts as [number, number, number]);
}

const AZIMUTH = 4;

/// Factors of nearness are steps of one size.
function numbersOf(camera: Camera, azimuth: number | undefined): number[] {
  if (camera.kind === "planar") return [camera.x, camera.y, Math.log(camera.scale)];
  const turned = azimuth === undefined ? camera.azimuth : near(camera.azimuth, azimuth);
  return [...camera.target, Math.log(camera.distance), turned, camera.elevation];
}

function ofNumbers(parts: readonly [number, number, number, ...number[]]): Camera {
  const [x, y, third, distance, azimuth, elevation] = parts;
  if (distance === undefined || azimuth === undefined || elevation === undefined)
    return { kind: "planar", x, y, scale: Math.exp(third) };
  const target: Vector = [x, y, third];
  return { kind: "orbit", target, distance: Math.exp(distance), azimuth, elevation };
}

/// A cubic curve through these values that goes beyond none of two neighbours (Fritsch and Butland), and rests at its
/// ends. `times` rise.
function curve(times: readonly number[], values: readonly number[], now: number): number {
  let leg = 0;
  while (leg < times.length - 2 && now >= (times[leg + 1] as number)) leg++;
  const span = (at: number) => (times[at + 1] as number) - (times[at] as number);
  const rise = (at: number) => ((values[at + 1] as number) - (values[at] as number)) / span(at);
  const slope = (at: number) => {
    if (at === 0 || at === times.length - 1) return 0;
    const [before, after] = [rise(at - 1), rise(at)];
    if (before * after <= 0) return 0;
    const [short, long] = [2 * span(at) + span(at - 1), span(at) + 2 * span(at - 1)];
    return (short + long) / (short / before + long / after);
  };
  const [from, to, width] = [values[leg] as number, values[leg + 1] as number, span(leg)];
  const s = (now - (times[leg] as number)) / width;
  const tangents = (s - 1) ** 2 * s * slope(leg) + (s - 1) * s * s * slope(leg + 1);
  return from + (to - from) * s * s * (3 - 2 * s) + width * tangents;
}
