import { expect, test } from "vitest";
import { ariaKeys, keyCaps, keyText } from "./keys.js";

test("a shortcut is written as the machine's users write it", () => {
  expect(keyText("Mod-Shift-p", false)).toBe("Ctrl+Shift+P");
  expect(keyText("Mod-Shift-p", true)).toBe("⌘⇧P");
  expect(keyText("ArrowUp", false)).toBe("↑");
});

test("a sequence keeps its strokes apart", () => {
  expect(keyCaps("d d", false)).toEqual([["D"], ["D"]]);
  expect(ariaKeys("d d")).toBeNull();
});

test("the minus key is not taken for a joint", () => {
  expect(keyCaps("Ctrl-Shift--", false)).toEqual([["Ctrl", "Shift", "-"]]);
  expect(keyCaps("-", false)).toEqual([["-"]]);
});

test("assistive technology is told the names that it knows", () => {
  expect(ariaKeys("Mod-Enter", false)).toBe("Control+Enter");
  expect(ariaKeys("Mod-Enter", true)).toBe("Meta+Enter");
});
