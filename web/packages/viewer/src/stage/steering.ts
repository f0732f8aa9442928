/// The picture by its keys: which are held says how the camera moves, for as long as they are held. Pure. In the plane
/// arrows move the picture; in space they turn it, with Shift they move it, and W A S D Q E fly.

import { type Camera, flown, panned, type Size, turned, zoomed } from "../points/camera";

const FLY = new Set(["w", "a", "s", "d", "q", "e"]);
const ALL = new Set(["arrowleft", "arrowright", "arrowup", "arrowdown", "+", "-"]);
/// Whatever one calls it, with Shift or without.
const SAME: Readonly<Record<string, string>> = { "=": "+", _: "-", pageup: "+", pagedown: "-" };
/// In a second: heights of the picture that it is moved or flown, pixels of a hand that turns it, and how much nearer.
const MOVED = 0.7;
const TURNED = 160;
const NEARER = 3;

export interface Pressed {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

export function named(key: string): string {
  const name = key.toLowerCase();
  return SAME[name] ?? name;
}

/// As it is kept while it is held; nothing where the key steers nothing here.
export function steers({ key, ctrlKey, metaKey, altKey, shiftKey }: Pressed, deep: boolean): string | undefined {
  if (ctrlKey || metaKey || altKey) return undefined;
  const name = named(key);
  return ALL.has(name) || (deep && !shiftKey && FLY.has(name)) ? name : undefined;
}

export function flies(held: ReadonlySet<string>): boolean {
  return [...held].some((key) => FLY.has(key));
}

/// The camera after so many seconds.
export function steered(
  camera: Camera,
  held: ReadonlySet<string>,
  shift: boolean,
  seconds: number,
  size: Size,
  whole: Camera,
): Camera {
  const way = (less: string, more: string) => (held.has(more) ? 1 : 0) - (held.has(less) ? 1 : 0);
  const x = way("arrowleft", "arrowright");
  const y = way("arrowup", "arrowdown");
  const zoom = way("-", "+");
  const far = MOVED * seconds;
  let next = camera;
  if (x !== 0 || y !== 0) {
    const turns = camera.kind === "orbit" && !shift;
    next = turns
      ? turned(next, -x * TURNED * seconds, -y * TURNED * seconds)
      : panned(next, -x * far * size.height, -y * far * size.height, size);
  }
  if (zoom !== 0) next = zoomed(next, NEARER ** (zoom * seconds), size.width / 2, size.height / 2, size, whole);
  if (next.kind === "orbit" && flies(held))
    next = flown(next, way("a", "d") * far, way("q", "e") * far, way("s", "w") * far);
  return next;
}
