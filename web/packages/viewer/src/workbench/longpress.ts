/// A finger that rested: what the right button is to a mouse. It is heard when the finger goes, because what opens under a
/// finger is closed by its going. It takes no event away.

export interface Point {
  readonly x: number;
  readonly y: number;
}

interface Pointer {
  readonly pointerType: string;
  readonly clientX: number;
  readonly clientY: number;
  readonly timeStamp: number;
}

/// Milliseconds, and CSS pixels that a finger may stray.
const LONG = 550;
const STILL = 8;

export function longPress(onHeld: (x: number, y: number) => void) {
  let from: Point = { x: 0, y: 0 };
  let since = Infinity;
  let downs = 0;
  return {
    down: ({ pointerType, clientX: x, clientY: y, timeStamp }: Pointer) => {
      from = { x, y };
      downs += 1;
      // A second finger means to zoom.
      since = pointerType === "touch" && downs === 1 ? timeStamp : Infinity;
    },
    move: ({ clientX, clientY }: Pointer) => {
      if (Math.hypot(clientX - from.x, clientY - from.y) > STILL) since = Infinity;
    },
    up: ({ timeStamp }: Pointer) => {
      downs = Math.max(0, downs - 1);
      const long = timeStamp - since >= LONG;
      since = Infinity;
      if (long) onHeld(from.x, from.y);
    },
    /// The browser took the finger for itself.
    cancel: () => {
      downs = 0;
      since = Infinity;
    },
    /// Where the last pointer went down.
    last: (): Point => from,
  };
}
