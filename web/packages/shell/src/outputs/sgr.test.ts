import { describe, expect, it } from "vitest";
import { Flag, PLAIN, parseRuns, RGB, strip, styleAfter } from "./sgr.js";

const runs = (text: string) =>
  parseRuns(text, PLAIN).runs.map(({ text, style }) => [text, style.fg, style.bg, style.flags]);

describe("terminal text", () => {
  it("is one run where nothing is special", () => {
    expect(runs("plain <b>text</b>")).toEqual([["plain <b>text</b>", -1, -1, 0]]);
  });

  it("has the sixteen colours, and a reset", () => {
    expect(runs("\x1b[31mred\x1b[92mgreen\x1b[0mown")).toEqual([
      ["red", 1, -1, 0],
      ["green", 10, -1, 0],
      ["own", -1, -1, 0],
    ]);
    expect(runs("\x1b[41;97mx\x1b[49my\x1b[39mz")).toEqual([
      ["x", 15, 1, 0],
      ["y", 15, -1, 0],
      ["z", -1, -1, 0],
    ]);
  });

  it("has 256 and true colours, and refuses numbers that are none", () => {
    expect(runs("\x1b[38;5;196mx")).toEqual([["x", RGB | 0xff0000, -1, 0]]);
    expect(runs("\x1b[38;5;3mx")).toEqual([["x", 3, -1, 0]]);
    expect(runs("\x1b[48;5;255mx")).toEqual([["x", -1, RGB | 0xeeeeee, 0]]);
    expect(runs("\x1b[38;2;1;2;3mx")).toEqual([["x", RGB | 0x010203, -1, 0]]);
    expect(runs("\x1b[38;2;999;2;3mx")).toEqual([["x", -1, -1, 0]]);
    expect(runs("\x1b[38;5;999mx")).toEqual([["x", -1, -1, 0]]);
  });

  it("goes on after a colour's numbers with the next code", () => {
    expect(runs("\x1b[38;5;196;1mx")).toEqual([["x", RGB | 0xff0000, -1, Flag.bold]]);
  });

  it("has bold and the like, on and off", () => {
    expect(runs("\x1b[1;3mx\x1b[22my\x1b[4;9;7mz")).toEqual([
      ["x", -1, -1, Flag.bold | Flag.italic],
      ["y", -1, -1, Flag.italic],
      ["z", -1, -1, Flag.italic | Flag.underline | Flag.strike | Flag.inverse],
    ]);
  });

  it("drops what would move a cursor, set a title or ask the terminal", () => {
    expect(runs("a\x1b[2Jb\x1b[10;10Hc\x1b]0;title\x07d\x1b[6ne\x1bPq#0\x1b\\f\x1b(Bg")).toEqual([
      ["abcdefg", -1, -1, 0],
    ]);
  });

  it("keeps the style that it was handed over and hands over its own", () => {
    const { end } = parseRuns("\x1b[1;35mx", PLAIN);
    expect(parseRuns("y", end).runs).toEqual([{ text: "y", style: { ...PLAIN, fg: 5, flags: Flag.bold } }]);
    expect(styleAfter("\x1b[1;35mx\x1b[2K", PLAIN)).toEqual(end);
  });

  it("shows control characters as pictures, and keeps tabs and line ends", () => {
    expect(runs("a\x00b\x07c\x7f\td\n")).toEqual([["a␀b␇c␡\td\n", -1, -1, 0]]);
    expect(runs("a\x9b31mb")).toEqual([["a�31mb", -1, -1, 0]]);
  });

  it("drops a sequence that never ends, and does not take the text for it", () => {
    expect(runs("a\x1b")).toEqual([["a", -1, -1, 0]]);
    expect(runs("a\x1b[")).toEqual([["a", -1, -1, 0]]);
    expect(runs("a\x1b[31")).toEqual([["a", -1, -1, 0]]);
    expect(runs("a\x1b]8;;https://x")).toEqual([["a", -1, -1, 0]]);
    expect(runs("a\x1b]0;never ends\nb")).toEqual([["a\nb", -1, -1, 0]]);
  });

  it("has links to http and https only", () => {
    const link = (url: string) => parseRuns(`\x1b]8;id=1;${url}\x1b\\text\x1b]8;;\x07after`, PLAIN).runs;
    expect(link("https://example.org/a").map(({ text, style }) => [text, style.link])).toEqual([
      ["text", "https://example.org/a"],
      ["after", ""],
    ]);
    for (const url of [
      "javascript:alert(1)",
      "data:text/html,x",
      "file:///etc/passwd",
      "https://a b",
      "https://example.org@elsewhere.net/",
      `https://${"x".repeat(3000)}`,
    ])
      expect(link(url).map(({ style }) => style.link)).toEqual([""]);
  });

  it("is read with each sequence looked at once, however many there are", () => {
    const hostile = "\x1b[".repeat(20_000) + "\x1b]8;".repeat(20_000) + "\x1b[1m".repeat(20_000);
    expect(parseRuns(`${hostile}x`, PLAIN).runs.at(-1)?.text).toBe("x");
  });

  it("is plain when stripped", () => {
    expect(strip("\x1b[31mred\x1b[0m \x1b]8;;https://x.y\x1b\\link\x1b]8;;\x1b\\!")).toBe("red link!");
    expect(strip("plain")).toBe("plain");
  });
});
