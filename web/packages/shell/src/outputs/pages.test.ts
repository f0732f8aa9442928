import type { BlobRef } from "@fumehood/protocol";
import { describe, expect, it } from "vitest";
import { PAGE, Pages } from "./pages.js";
import { splitRows } from "./rows.js";

const encoder = new TextEncoder();

/// Hands a text over as the page does it: in reads of some size, each beginning where the last one's pages ended.
function index(
  text: string,
  read: number,
): { readonly pages: Pages; readonly bytes: Uint8Array; readonly ref: BlobRef } {
  const bytes = encoder.encode(text);
  const ref = { blob: "0".repeat(64), size: bytes.length };
  const pages = new Pages();
  for (let from = 0; from < bytes.length; ) {
    const until = Math.min(bytes.length, from + read);
    const used = pages.add(ref, from, bytes.subarray(from, until), until === bytes.length);
    expect(used).toBeGreaterThan(0);
    from += used;
  }
  return { pages, bytes, ref };
}

function rowsOf({ pages, bytes }: ReturnType<typeof index>, from: number, until: number): readonly string[] {
  return pages.between(from, until).flatMap((page) => {
    const text = page.text ?? new TextDecoder().decode(bytes.subarray(page.from, page.until));
    return splitRows(text, page.style)
      .map((row, at) => ({ row, at: page.first + at }))
      .filter(({ at }) => at >= from && at < until)
      .map(({ row }) => row.text);
  });
}

describe("an index of rows", () => {
  const text = Array.from({ length: 50_000 }, (_, line) => `line ${line} äöü €\n`).join("");

  it("finds each row, whatever the size of the reads", () => {
    for (const read of [PAGE, 3 * PAGE + 17, 1 << 20]) {
      const all = index(text, read);
      expect(all.pages.rows).toBe(50_000);
      for (const at of [0, 1, 4321, 25_000, 49_990])
        expect(rowsOf(all, at, at + 3)).toEqual([0, 1, 2].map((more) => `line ${at + more} äöü €`));
    }
  });

  it("covers every byte once", () => {
    const { pages, bytes } = index(text, 1 << 20);
    let at = 0;
    for (const page of pages.between(0, pages.rows)) {
      expect(page.from).toBe(at);
      at = page.until;
    }
    expect(at).toBe(bytes.length);
  });

  it("cuts a line without an end, never inside a character", () => {
    const all = index("€".repeat(200_000), 1 << 20);
    const shown = all.pages
      .between(0, all.pages.rows)
      .map((page) => new TextDecoder().decode(all.bytes.subarray(page.from, page.until)));
    expect(shown.join("")).toBe("€".repeat(200_000));
    expect(shown.join("")).not.toContain("\ufffd");
  });

  it("begins a page in the style in which the one before ended", () => {
    const red = `\x1b[31m${"x".repeat(100)}\n${"y".repeat(99)}\n`.repeat(2000);
    const { pages } = index(red, 1 << 20);
    expect(
      pages
        .between(0, pages.rows)
        .slice(1)
        .every((page) => page.style.fg === 1),
    ).toBe(true);
  });

  it("ends with the open text as it is now", () => {
    const all = index("a\nb\n", PAGE);
    all.pages.setOpen("c\nd");
    expect([all.pages.rows, rowsOf(all, 1, 4)]).toEqual([4, ["b", "c", "d"]]);
    all.pages.setOpen("c\nd\ne");
    expect([all.pages.rows, rowsOf(all, 3, 9)]).toEqual([5, ["d", "e"]]);
    all.pages.setOpen("");
    expect(all.pages.rows).toBe(2);
  });
});
