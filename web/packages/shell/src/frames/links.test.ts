import { describe, expect, it } from "vitest";
import { linksIn, openable } from "./links.js";

describe("an address that the page opens", () => {
  it("is http, https or mailto", () => {
    expect(openable("https://example.org/a?b=c#d")?.href).toBe("https://example.org/a?b=c#d");
    expect(openable("HTTP://example.org")?.href).toBe("http://example.org/");
    expect(openable("mailto:a@example.org")?.protocol).toBe("mailto:");
  });

  it("is nothing else, however it is written", () => {
    for (const address of [
      "javascript:alert(1)",
      " javascript:alert(1)",
      "java\nscript:alert(1)",
      "JaVaScRiPt:alert(1)",
      "data:text/html,<script>alert(1)</script>",
      "vbscript:x",
      "file:///etc/passwd",
      "blob:http://127.0.0.1/x",
      "about:blank",
      "//example.org",
      "/files",
      "example.org",
      "https:example.org",
      "http://",
      "ftp://example.org",
      "view-source:https://example.org",
      "https://example.org@elsewhere.net/",
      "https://a:b@elsewhere.net/",
      "https://example.org%2f@elsewhere.net/",
      `https://example.org/${"x".repeat(5000)}`,
      "",
    ])
      expect([address, openable(address)]).toEqual([address, null]);
  });
});

describe("addresses in a text", () => {
  const found = (text: string) => linksIn(text, 10).map(({ from, until }) => text.slice(from, until));

  it("end where the sentence goes on", () => {
    expect(found("see https://a.org/x, (http://b.org/y_(z)) and https://c.org.")).toEqual([
      "https://a.org/x",
      "http://b.org/y_(z)",
      "https://c.org",
    ]);
    expect(found('<a href="https://a.org">')).toEqual(["https://a.org"]);
  });

  it("are not made of other schemes, and do not reach over a change of direction", () => {
    expect(found("javascript://a.org/%0aalert(1) file://x data://y")).toEqual([]);
    expect(found("https://good.org\u202egro.live")).toEqual(["https://good.org"]);
  });

  it("are found in a text of brackets without counting them again for each", () => {
    const text = `http://a${")".repeat(2000)} `.repeat(500);
    expect(linksIn(text, 1000).map(({ from, until }) => text.slice(from, until))).toEqual(Array(500).fill("http://a"));
    expect(found("http://a.org/(x))]).")).toEqual(["http://a.org/(x)"]);
  });

  it("are so many and no more", () => {
    expect(linksIn("https://a.org ".repeat(100), 5).length).toBe(5);
  });
});
