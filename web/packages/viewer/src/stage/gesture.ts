/// What a hand on the picture means: from pointers, keys and the wheel to moves of the camera and shapes that are drawn.
/// Pure: a state and an event give the next state and what was meant. One finger or the left button does what the tool
/// does; two fingers always move and zoom; the right button, or the space bar, always moves.

import type { Joining } from "../select/sets";

export type Tool = "move" | "lasso" | "rectangle" | "brush" | "nearest";

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Keys {
  readonly shift: boolean;
  readonly alt: boolean;
  readonly control: boolean;
  readonly space: boolean;
}

export type Input =
  | {
      readonly kind: "down";
      readonly id: number;
      readonly at: Point;
      readonly button: number;
      readonly keys: Keys;
      readonly tool: Tool;
      /// Of a camera that turns.
      readonly deep: boolean;
    }
  | { readonly kind: "move"; readonly id: number; readonly at: Point }
  | { readonly kind: "up"; readonly id: number; readonly at: Point }
  /// The browser took the pointer for itself, or lost it.
  | { readonly kind: "cancel"; readonly id: number };

export type Meaning =
  | { readonly do: "pan"; readonly dx: number; readonly dy: number }
  | { readonly do: "turn"; readonly dx: number; readonly dy: number }
  | { readonly do: "zoom"; readonly factor: number; readonly at: Point }
  | { readonly do: "hover"; readonly at: Point }
  | { readonly do: "draw"; readonly shape: readonly number[]; readonly tool: Tool }
  | { readonly do: "choose"; readonly shape: readonly number[]; readonly tool: Tool; readonly how: Joining }
  | { readonly do: "click"; readonly at: Point; readonly how: Joining; readonly button: number }
  | { readonly do: "drop" };

interface Down {
  readonly id: number;
  readonly at: Point;
}

export interface Hand {
  readonly doing: "nothing" | "pan" | "turn" | "shape" | "pinch";
  readonly downs: readonly Down[];
  readonly from: Point;
  readonly shape: readonly number[];
  readonly tool: Tool;
  readonly how: Joining;
  readonly button: number;
  /// It moved farther than a click may.
  readonly strayed: boolean;
}

export const IDLE: Hand = {
  doing: "nothing",
  downs: [],
  from: { x: 0, y: 0 },
  shape: [],
  tool: "move",
  how: "replace",
  button: 0,
  strayed: false,
};

/// CSS pixels that a click may stray.
const STILL = 4;
/// Between two corners of a lasso.
const FINE = 3;

function joining(keys: Keys): Joining {
  if (keys.shift && keys.alt) return "intersect";
  if (keys.shift) return "add";
  return keys.alt ? "subtract" : "replace";
}

export function handled(hand: Hand, input: Input): readonly [Hand, readonly Meaning[]] {
  if (input.kind === "down") return pressed(hand, input);
  const known = hand.downs.some((one) => one.id === input.id);
  if (input.kind === "cancel") return known ? [IDLE, [{ do: "drop" }]] : [hand, []];
  if (!known) return [hand, input.kind === "move" ? [{ do: "hover", at: input.at }] : []];
  return input.kind === "move" ? moved(hand, input) : released(hand, input);
}

function pressed(hand: Hand, input: Extract<Input, { kind: "down" }>): readonly [Hand, readonly Meaning[]] {
  // Where nobody told that it went up, it is down anew, and no second finger.
  const downs = [...hand.downs.filter((one) => one.id !== input.id), { id: input.id, at: input.at }];
  if (downs.length >= 2) return [{ ...hand, doing: "pinch", downs, shape: [], strayed: true }, [{ do: "drop" }]];
  const { keys, tool, button, at } = input;
  const moves = button !== 0 || keys.space || tool === "move";
  // Shift draws a lasso whatever the tool is, as it does everywhere else.
  const draws = button === 0 && !keys.space && (tool !== "move" || keys.shift || keys.alt);
  const turns = moves && input.deep && button === 0 && !keys.control;
  return [
    {
      doing: draws ? "shape" : turns ? "turn" : "pan",
      downs,
      from: at,
      shape: [at.x, at.y],
      tool: tool === "move" ? "lasso" : tool,
      how: tool === "move" && !keys.alt ? "replace" : joining(keys),
      button,
      strayed: false,
    },
    [],
  ];
}

function moved(hand: Hand, input: Extract<Input, { kind: "move" }>): readonly [Hand, readonly Meaning[]] {
  const before = hand.downs.find((one) => one.id === input.id)?.at ?? input.at;
  const downs = hand.downs.map((one) => (one.id === input.id ? { id: one.id, at: input.at } : one));
  if (hand.doing === "pinch") return [{ ...hand, downs }, pinched(hand.downs, downs)];
  const strayed = hand.strayed || Math.hypot(input.at.x - hand.from.x, input.at.y - hand.from.y) > STILL;
  const next = { ...hand, downs, strayed };
  const dx = input.at.x - before.x;
  const dy = input.at.y - before.y;
  if (hand.doing === "pan" || hand.doing === "turn") {
    if (!strayed) return [{ ...next, downs: hand.downs }, []];
    return [next, [{ do: hand.doing, dx, dy }]];
  }
  const shape = drawn(hand, input.at);
  return [{ ...next, shape }, strayed ? [{ do: "draw", shape: outline(hand, shape, input.at), tool: hand.tool }] : []];
}

function released(hand: Hand, input: Extract<Input, { kind: "up" }>): readonly [Hand, readonly Meaning[]] {
  const downs = hand.downs.filter((one) => one.id !== input.id);
  // The second finger of two stays: it must not begin to draw.
  if (downs.length > 0) return [{ ...hand, doing: "pan", downs, strayed: true }, []];
  const { how, button, tool } = hand;
  if (!hand.strayed) {
    // The nearest cell is wherever one presses.
    const cell = hand.doing === "shape" && tool === "nearest";
    const press = [hand.from.x, hand.from.y, hand.from.x, hand.from.y];
    if (cell) return [IDLE, [{ do: "drop" }, { do: "choose", shape: press, tool, how }]];
    return [IDLE, [{ do: "drop" }, { do: "click", at: input.at, how, button }]];
  }
  if (hand.doing !== "shape") return [IDLE, [{ do: "drop" }]];
  return [IDLE, [{ do: "drop" }, { do: "choose", shape: outline(hand, drawn(hand, input.at), input.at), tool, how }]];
}

function drawn(hand: Hand, at: Point): readonly number[] {
  const [x, y] = hand.shape.slice(-2) as [number, number];
  return Math.hypot(at.x - x, at.y - y) < FINE ? hand.shape : [...hand.shape, at.x, at.y];
}

/// A brush leaves its path, a rectangle its corners, the nearest where it was pressed and how far it was drawn.
function outline(hand: Hand, shape: readonly number[], at: Point): readonly number[] {
  const { from, tool } = hand;
  if (tool === "nearest") return [from.x, from.y, at.x, at.y];
  return tool === "rectangle" ? [from.x, from.y, at.x, from.y, at.x, at.y, from.x, at.y] : shape;
}

function pinched(before: readonly Down[], after: readonly Down[]): Meaning[] {
  const [a, b] = [span(before), span(after)];
  const found: Meaning[] = [{ do: "pan", dx: b.middle.x - a.middle.x, dy: b.middle.y - a.middle.y }];
  if (a.width > 0 && b.width > 0) found.push({ do: "zoom", factor: b.width / a.width, at: b.middle });
  return found;
}

function span(downs: readonly Down[]): { middle: Point; width: number } {
  const [one, other] = downs as readonly [Down, Down];
  return {
    middle: { x: (one.at.x + other.at.x) / 2, y: (one.at.y + other.at.y) / 2 },
    width: Math.hypot(one.at.x - other.at.x, one.at.y - other.at.y),
  };
}

/// Of a wheel's turn in any unit (`WheelEvent.deltaMode`); a pinch on a pad comes as a wheel with the control key.
export function wheeled(deltaY: number, mode: number, control: boolean): number {
  const pixels = deltaY * ([1, 16, 400][mode] ?? 1);
  return Math.exp(-Math.max(-400, Math.min(400, pixels)) * (control ? 0.01 : 0.0016));
}
