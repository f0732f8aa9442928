import { describe, expect, it } from "vitest";
import { read } from "./completion.js";
import { plain } from "./inspection.js";
import { grammarName } from "./languages.js";

describe("what the kernel offers", () => {
  it("stands where it says, with its kinds", () => {
    const metadata = { _jupyter_types_experimental: [{ text: "path", type: "module" }, { text: 1 }, null] };
    const found = read({ matches: ["path", "pardir"], start: 3, end: 5, metadata }, "os.pa", 5);
    expect(found?.from).toBe(3);
    expect(found?.options.map((option) => [option.label, option.type])).toEqual([
      ["path", "namespace"],
      ["pardir", undefined],
    ]);
  });

  it("is shown without what is already there", () => {
    const found = read({ matches: ["df.one", "df.two"], start: 0, end: 4 }, "df.o", 4);
    expect(found).toMatchObject({ from: 3 });
    expect(found?.options.map((option) => option.label)).toEqual(["one", "two"]);
  });

  it.each([
    { matches: [], start: 0, end: 0 },
    { matches: ["x"], start: 9, end: 9 },
    { matches: ["x"], start: -1, end: 2 },
    { matches: ["x"], start: 1, end: 0 },
    { matches: ["two\nlines"], start: 0, end: 1 },
    { matches: ["x".repeat(1000)], start: 0, end: 1 },
  ])("is nothing where it makes no sense: %o", (answer) => {
    expect(read(answer, "ab", 2)).toBeNull();
  });

  it("is bounded", () => {
    const matches = Array.from({ length: 5000 }, (_, i) => `x${i}`);
    expect(read({ matches, start: 0, end: 1 }, "x", 1)?.options).toHaveLength(1000);
  });
});

describe("what the kernel knows", () => {
  it("is shown without the colours of a terminal", () => {
    expect(plain("\u001b[0;31mSignature:\u001b[0m f(x)\u001b]8;;http://x\u0007link\u001b]8;;\u0007")).toBe(
      "Signature: f(x)link",
    );
  });
});

describe("the name of a language", () => {
  it.each([
    ["Python", "python"],
    ["python3", "python"],
    ["ipython", "python"],
    ["R", "r"],
    ["julia", "julia"],
    ["bash", "shell"],
    ["c++", "cpp"],
    ["C++17", "cpp"],
    ["__proto__", null],
    ["constructor", null],
    ["../../x", null],
    ["", null],
  ])("%s", (said, name) => {
    expect(grammarName(said)).toBe(name);
  });
});
