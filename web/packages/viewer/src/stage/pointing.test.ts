import { describe, expect, it } from "vitest";
import { handled, IDLE, type Meaning, type Tool } from "./gesture";
import { KEYBOARD, pointing } from "./pointing";

function drawing(tool: Tool) {
  let hand = IDLE;
  const meant: Meaning[] = [];
  const keys = pointing({
    tool: () => tool,
    box: () => ({ left: 100, top: 0, width: 400, height: 200 }),
    feel: (input) => {
      const [next, found] = handled(hand, input);
      hand = next;
      meant.push(...found);
    },
    isDown: () => hand.downs.some((one) => one.id === KEYBOARD),
  });
  const press = (key: string, held: { readonly shiftKey?: boolean; readonly altKey?: boolean } = {}) =>
    keys.onKey({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held });
  const chosen = () => meant.filter((one) => one.do === "choose");
  return { keys, press, meant, chosen };
}

describe("the keyboard's pointer", () => {
  it("draws a rectangle from corner to corner, from the middle of the view", () => {
    const { press, chosen } = drawing("rectangle");
    press("Enter");
    press("ArrowRight", { shiftKey: true });
    press("ArrowDown");
    press("Enter");
    expect(chosen()).toEqual([
      { do: "choose", tool: "rectangle", how: "replace", shape: [300, 100, 340, 100, 340, 108, 300, 108] },
    ]);
  });

  it("adds and takes away as the mouse does, and goes on where it was", () => {
    const { press, chosen, keys } = drawing("rectangle");
    for (const held of [{ shiftKey: true }, { altKey: true }]) {
      press("Enter", held);
      press("ArrowLeft", { shiftKey: true });
      press("ArrowUp", { shiftKey: true });
      press("Enter");
    }
    expect(chosen().map((one) => one.how)).toEqual(["add", "subtract"]);
    expect(keys.at()).toEqual({ x: 220, y: 20 });
  });

  it("stays within the view", () => {
    const { press, keys } = drawing("lasso");
    for (let turn = 0; turn < 30; turn++) press("ArrowLeft", { shiftKey: true });
    for (let turn = 0; turn < 30; turn++) press("ArrowDown", { shiftKey: true });
    expect(keys.at()).toEqual({ x: 100, y: 199 });
  });

  it("takes no key of the hand that moves, and none that it does not know", () => {
    const moving = drawing("move");
    expect(["ArrowLeft", "Enter", "l"].map((key) => moving.press(key))).toEqual([false, false, false]);
    expect(moving.keys.at()).toBeUndefined();
    expect(drawing("lasso").press("l")).toBe(false);
  });

  it("draws nothing more where it was let go", () => {
    const { press, chosen, keys } = drawing("rectangle");
    press("Enter");
    press("ArrowRight", { shiftKey: true });
    keys.letGo();
    press("Enter");
    expect(chosen()).toEqual([]);
    expect(keys.at()).toEqual({ x: 300, y: 100 });
  });
});
