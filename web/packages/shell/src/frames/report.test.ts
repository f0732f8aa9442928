import { expect, it, vi } from "vitest";
import type { Diagnostics } from "./diagnostics.js";
import { asJson, asText, reportOf } from "./report.js";

// Components listen on the document as soon as they are imported.
vi.hoisted(() => vi.stubGlobal("window", { document: new EventTarget() }));

const record = { refused: new Map(), blocked: [], deeds: new Map(), stopped: new Map() };
const counted: Diagnostics = {
  frames: new Map([
    ["b/0", { ...record, cell: "b", part: "0", refused: new Map([["link: too often", 3]]) }],
    [
      "a/markdown",
      {
        ...record,
        cell: "a",
        part: "markdown",
        blocked: [{ directive: "img-src", host: "evil\u202egpj.example\n<b>", times: 2 }],
        stopped: new Map([["It was stopped.", 1]]),
        deeds: new Map([["focused", 4]] as const),
      },
    ],
    ["gone/2", { ...record, cell: "gone", part: "2", refused: new Map([["envelope", 1]]) }],
  ]),
  page: [{ directive: "frame-src", host: "127.0.0.1:1", times: 1 }],
  total: 8,
  made: 4,
  readyMs: 202,
};
const report = reportOf(counted, new Set(["b/0", "c/0"]), 24, ["a", "b"]);

it("frames stand in the order of their cells, deleted ones last", () => {
  expect(report.frames.map(({ name, part, known, alive }) => [name, part, known, alive])).toEqual([
    ["cell 1", "Markdown", true, false],
    ["cell 2", "output 1", true, true],
    ["a deleted cell", "output 3", false, false],
  ]);
  expect([report.alive, report.ready]).toEqual([2, 51]);
});

it("what a frame said of a host turns no text and makes no line", () => {
  const text = asText(report, "odd\u202e.ipynb");
  expect(text).not.toMatch(/\u202e/);
  expect(text).toContain("  Load blocked: img-src evil⟨U+202E⟩gpj.example⟨U+000A⟩<b> (2)");
  expect(text.split("\n")).toContain("  Message refused: link: too often (3)");
  expect(text).toContain("Refused by the page's own policy\n  Load blocked: frame-src 127.0.0.1:1 (1)");
  expect(JSON.parse(asJson(report)).frames[0].lines[0]).toEqual({
    what: "Stopped",
    detail: "It was stopped.",
    times: 1,
  });
});
