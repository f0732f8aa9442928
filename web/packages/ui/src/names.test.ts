import { expect, test } from "vitest";
import { visible, visibleLines } from "./names.js";

test("what turns a name round is shown instead of obeyed", () => {
  expect(visible("abc\u202egpj.ipynb")).toBe("abc⟨U+202E⟩gpj.ipynb");
  expect(visible("a\u2066b\u200fc\nd\u2028e\ud800")).toBe("a⟨U+2066⟩b⟨U+200F⟩c⟨U+000A⟩d⟨U+2028⟩e⟨U+D800⟩");
});

test("names of all scripts stay as they are", () => {
  for (const name of ["analysis 2.ipynb", "عنوان.ipynb", "notíċia", "नमस्ते\u200dक", "日本語", "👩‍🔬"])
    expect(visible(name)).toBe(name);
});

test("text keeps its lines, and nothing in it turns them", () => {
  expect(visibleLines("if a:\n\tb\u2067 # c\r")).toBe("if a:\n\tb⟨U+2067⟩ # c⟨U+000D⟩");
});
