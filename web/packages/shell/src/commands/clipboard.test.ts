import { describe, expect, it } from "vitest";
import { fromJson, PASTED_CELLS, toJson, toText } from "./clipboard.js";

const CELLS = [
  { type: "code" as const, source: "1+1", metadata: { tags: ["x"] }, attachments: {} },
  { type: "markdown" as const, source: "# Hi", metadata: {}, attachments: {} },
];

describe("cells on the clipboard", () => {
  it("come back as they were", () => {
    expect(fromJson(toJson(CELLS))).toEqual(CELLS);
  });

  it("are text for other programs", () => {
    expect(toText(CELLS)).toBe("1+1\n\n# Hi");
  });

  it("lose carriage returns, which a document does not take", () => {
    const json = JSON.stringify({ version: 1, cells: [{ ...CELLS[0], source: "a\r\nb\rc" }] });
    expect(fromJson(json)?.[0]?.source).toBe("a\nb\nc");
  });

  it.each([
    "",
    "no json",
    "null",
    "[]",
    '{"version":2,"cells":[]}',
    '{"version":1,"cells":[{}]}',
    '{"version":1,"cells":[{"type":"script","source":"","metadata":{},"attachments":{}}]}',
    '{"version":1,"cells":[{"type":"code","source":1,"metadata":{},"attachments":{}}]}',
    '{"version":1,"cells":[{"type":"code","source":"","metadata":[],"attachments":{}}]}',
  ])("are refused as a whole where they are anything else: %s", (text) => {
    expect(fromJson(text)).toBeNull();
  });

  it("are refused where they are too many", () => {
    expect(fromJson(toJson(Array.from({ length: PASTED_CELLS + 1 }, () => CELLS[0] as (typeof CELLS)[0])))).toBeNull();
  });
});
