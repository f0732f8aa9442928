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
  /// The first of the fingers that are down, as the browser counts them: who counts alone is wrong for ever where one went
  /// up without a word.
  readonly isPrimary: boolean;
}

/// Milliseconds, and CSS pixels that a finger may stray.
const LONG = 550;
const STILL = 8;

export function longPress(onHeld: (x: number, y: number) => void) {
  let from: Point = { x: 0, y: 0 };
  let since = Infinity;
  return {
    down: ({ pointerType, isPrimary, clientX: x, clientY: y, timeStamp }: Pointer) => {
      from = { x, y };
      // A second finger means to zoom.
      since = pointerType === "touch" && isPrimary ? timeStamp : Infinity;
    },
    move: ({ isPrimary, clientX, clientY }: Pointer) => {
      if (isPrimary && Math.hypot(clientX - from.x, clientY - from.y) > STILL) since = Infinity;
    },
    up: ({ isPrimary, timeStamp }: Pointer) => {
      const long = isPrimary && timeStamp - since >= LONG;
      since = Infinity;
      if (long) onHeld(from.x, from.y);
    },
    /// The browser took the finger for itself.
    cancel: () => {
      since = Infinity;
    },
    /// Where the last pointer went down.
    last: (): Point => from,
  };
}
