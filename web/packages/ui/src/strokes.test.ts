import { describe, expect, it } from "vitest";
import { CHORD_MS, NO_CHORD, press, type Stroke, strokeOf } from "./strokes.js";

function stroke(key: string, code = "", mods: Partial<Stroke> = {}): Stroke {
  return { key, code, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...mods };
}

const DD = new Map([
  ["D D", 1],
  ["A", 1],
]);

describe("a stroke", () => {
  it.each([
    [stroke("a", "KeyA"), "A"],
    [stroke("A", "KeyA", { shiftKey: true }), "Shift-A"],
    [stroke("C", "KeyC", { ctrlKey: true, shiftKey: true }), "Mod-Shift-C"],
    [stroke("_", "Minus", { ctrlKey: true, shiftKey: true }), "Mod-Shift--"],
    [stroke("/", "Slash", { ctrlKey: true }), "Mod-/"],
    [stroke(" ", "Space", { shiftKey: true }), "Shift-Space"],
    [stroke("Enter", "Enter", { altKey: true }), "Alt-Enter"],
    [stroke("0", "Digit0"), "0"],
    [stroke("F1", "F1"), "F1"],
    [stroke("Shift", "ShiftLeft", { shiftKey: true }), ""],
  ])("of %o is %s", (event, written) => {
    expect(strokeOf(event, false)).toBe(written);
  });

  it("is read by its position where the layout has no Latin letters", () => {
    expect(strokeOf(stroke("ф", "KeyA"), false)).toBe("A");
  });

  it("is read by its letter where the layout has them elsewhere", () => {
    expect(strokeOf(stroke("a", "KeyQ"), false)).toBe("A");
  });

  it("has Cmd for Mod on a Mac, and Ctrl beside it", () => {
    expect(strokeOf(stroke("Enter", "Enter", { metaKey: true }), true)).toBe("Mod-Enter");
    expect(strokeOf(stroke("m", "KeyM", { ctrlKey: true }), true)).toBe("Ctrl-M");
  });
});

describe("a chord", () => {
  it("is complete with its second stroke", () => {
    const first = press(NO_CHORD, "D", 0, DD);
    expect(first.binding).toBeNull();
    expect(press(first.chord, "D", 200, DD).binding).toBe("D D");
  });

  it("is forgotten when the second stroke comes late", () => {
    const first = press(NO_CHORD, "D", 0, DD);
    const late = press(first.chord, "D", CHORD_MS + 1, DD);
    expect(late.binding).toBeNull();
    expect(late.chord.strokes).toBe("D");
  });

  it("gives way to another command", () => {
    const first = press(NO_CHORD, "D", 0, DD);
    expect(press(first.chord, "A", 100, DD)).toEqual({ binding: "A", chord: NO_CHORD });
  });

  it("ends with a stroke that means nothing", () => {
    const first = press(NO_CHORD, "D", 0, DD);
    expect(press(first.chord, "Q", 100, DD)).toEqual({ binding: null, chord: NO_CHORD });
  });
});
