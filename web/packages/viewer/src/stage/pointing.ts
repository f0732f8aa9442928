/// The keyboard's pointer: with a tool that draws, arrows move a cross over the picture, and Enter does what the button of
/// a mouse does there. So whatever a hand can draw is drawn by keys, by the same rules, and Escape drops it.

import { type Accessor, createSignal } from "solid-js";
import type { Box } from "./boxes";
import type { Input, Keys, Point, Tool } from "./gesture";

export interface PointingProps {
  readonly tool: () => Tool;
  /// Of the active view.
  readonly box: () => Box | undefined;
  readonly feel: (input: Input) => void;
  /// Whether something is being drawn by this pointer.
  readonly isDown: () => boolean;
}

export interface Pointing {
  readonly at: Accessor<Point | undefined>;
  /// Whether the key was its own.
  readonly onKey: (event: Pressed) => boolean;
  /// The mouse is used, or the picture lost the keyboard.
  readonly letGo: () => void;
}

export type Pressed = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">;

/// No pointer of a browser has it.
export const KEYBOARD = -1;
/// CSS pixels that a press moves it, and with Shift.
const STEP = 8;
const LEAP = 40;
const WAYS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

export function pointing({ tool, box, feel, isDown }: PointingProps): Pointing {
  const [at, setAt] = createSignal<Point | undefined>();

  function middle({ left, top, width, height }: Box): Point {
    return { x: left + Math.round(width / 2), y: top + Math.round(height / 2) };
  }

  return {
    at,
    onKey: ({ key, ctrlKey, metaKey, altKey, shiftKey }) => {
      const here = box();
      if (tool() === "move" || here === undefined || ctrlKey || metaKey) return false;
      const way = WAYS[key];
      const from = at() ?? middle(here);
      if (way !== undefined && !altKey) {
        const far = shiftKey ? LEAP : STEP;
        const within = (value: number, low: number, size: number) => Math.max(low, Math.min(low + size - 1, value));
        const to = {
          x: within(from.x + way[0] * far, here.left, here.width),
          y: within(from.y + way[1] * far, here.top, here.height),
        };
        setAt(to);
        feel({ kind: "move", id: KEYBOARD, at: to });
        return true;
      }
      if (key !== "Enter") return false;
      setAt(from);
      const keys: Keys = { shift: shiftKey, alt: altKey, control: false, space: false };
      if (isDown()) feel({ kind: "up", id: KEYBOARD, at: from });
      else feel({ kind: "down", id: KEYBOARD, at: from, button: 0, keys, tool: tool(), deep: false });
      return true;
    },
    letGo: () => {
      setAt(undefined);
      feel({ kind: "cancel", id: KEYBOARD });
    },
  };
}
