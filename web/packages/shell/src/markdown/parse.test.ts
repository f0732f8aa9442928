import { describe, expect, it } from "vitest";
import { slug } from "./anchor.js";
import { withAttachments } from "./images.js";
import { NODES, parse, textOf } from "./parse.js";
import type { Node } from "./tree.js";

const nodes = (source: string) => parse(source).nodes;

function all(list: readonly Node[]): readonly Node[] {
  return list.flatMap((node) => ("children" in node ? [node, ...all(node.children)] : [node]));
}

const tags = (source: string) => all(nodes(source)).flatMap((node) => (node.kind === "element" ? [node.tag] : []));
const links = (source: string) => all(nodes(source)).flatMap((node) => (node.kind === "link" ? [node.target] : []));

describe("Markdown", () => {
  it("has paragraphs, emphasis, lists, quotes, rules and code", () => {
    expect(tags("# A\n\ntext **b** *c* ~~d~~ `e`\n\n- x\n- y\n\n> q\n\n---\n")).toEqual([
      "h1",
      "p",
      "strong",
      "em",
      "s",
      "code",
      "ul",
      "li",
      "li",
      "blockquote",
      "p",
      "hr",
    ]);
    expect(nodes("```python\nx = 1\n```")).toEqual([{ kind: "source", text: "x = 1\n", language: "python" }]);
    expect(nodes("3. x")[0]).toMatchObject({ tag: "ol", start: 3 });
  });

  it("has tables with alignment", () => {
    const cells = all(nodes("| a | b |\n|:-:|--:|\n| 1 | 2 |")).filter(
      (node) => node.kind === "element" && /^t[hd]$/.test(node.tag),
    );
    expect(cells.map((cell) => cell.kind === "element" && cell.align)).toEqual(["center", "right", "center", "right"]);
  });

  it("has tasks", () => {
    const items = all(nodes("- [ ] a\n- [x] b\n- c")).filter((node) => node.kind === "element" && node.tag === "li");
    expect(items.map((item) => item.kind === "element" && item.done)).toEqual([false, true, undefined]);
    expect(textOf(items)).toBe("abc");
  });

  it("has formulas as notebooks write them, and leaves money alone", () => {
    const formulas = (source: string) =>
      all(nodes(source)).flatMap((node) => (node.kind === "maths" ? [[node.tex, node.display]] : []));
    expect(formulas("a $x_1 + y_1$ b")).toEqual([["x_1 + y_1", false]]);
    expect(formulas("$$\na\n- b\n= c\n$$")).toEqual([["\na\n- b\n= c\n", true]]);
    expect(formulas("\\begin{align}\na &= b\n\\end{align}")).toEqual([["\\begin{align}\na &= b\n\\end{align}", true]]);
    expect(formulas("\\\\(x\\\\) \\\\[y\\\\]")).toEqual([
      ["x", false],
      ["y", true],
    ]);
    expect(formulas("it costs $5 and $6")).toEqual([]);
    expect(formulas("`$x$`")).toEqual([]);
  });

  it("gives headings addresses as Jupyter does, each its own", () => {
    const anchors = all(nodes("# My title\n\n## My title\n\n# <evil id=x>")).flatMap((node) =>
      node.kind === "element" && node.anchor !== undefined ? [node.anchor] : [],
    );
    expect(anchors.slice(0, 2)).toEqual(["My-title", "My-title-1"]);
    expect(slug("  a  b ")).toBe("a-b");
  });

  it("has links to http, https, mailto and headings, and shows every other address as text", () => {
    expect(links("[a](https://a.org) <mailto:x@y.org> [b](#My-title) https://c.org")).toEqual([
      { url: "https://a.org/" },
      { url: "mailto:x@y.org" },
      { anchor: "My-title" },
      { url: "https://c.org/" },
    ]);
    for (const address of [
      "javascript:alert(1)",
      "JAVASCRIPT:alert(1)",
      "&#106;avascript:alert(1)",
      "&#x6A;avascript&colon;alert(1)",
      "java%73cript:alert(1)",
      "data:text/html,x",
      "vbscript:x",
      "file:///etc/passwd",
      "//evil.org/x",
      "/files",
      "other.ipynb",
      "blob:http://127.0.0.1/x",
    ]) {
      expect([address, links(`[x](${address}) [y][1]\n\n[1]: ${address}`)]).toEqual([address, []]);
      expect(textOf(nodes(`[x](${address})`))).toMatch(/^x \(.+\)$/s);
    }
  });

  it("loads no image from elsewhere and says why", () => {
    const image = (source: string) => {
      const [found] = all(nodes(source)).filter((node) => node.kind === "image");
      return found?.kind === "image" ? found.source : undefined;
    };
    expect(image("![a](attachment:b.png)")).toEqual({ kind: "attachment", name: "b.png" });
    expect(image("![a](data:image/png;base64,AAAA)")).toMatchObject({ kind: "data" });
    for (const url of [
      "https://evil.org/x.png",
      "//evil.org/x.png",
      "x.png",
      "../x.png",
      "file:///x.png",
      "data:image/svg+xml;base64,PHN2Zz4=",
      "javascript:alert(1)",
    ])
      expect([url, image(`![a](<${url}>)`)?.kind]).toEqual([url, "elsewhere"]);
  });

  it("is raw where it holds markup, which then stays text", () => {
    const hostile = [
      "<script>alert(1)</script>",
      "a <img src=x onerror=alert(1)> b",
      "<iframe src=javascript:alert(1)></iframe>",
      "<b onclick=alert(1)>x</b>",
      "<a href=javascript:alert(1)>x</a>",
      "<style>*{display:none}</style>",
      "<div>\n\n# x\n\n</div>",
      "<b>never closed",
      "</b>",
      "*a <sub>b* c</sub>",
      "<?php ?>",
      "<!DOCTYPE html>",
      "<![CDATA[x]]>",
      "<!-- a --> <script>alert(1)</script> <!-- b -->",
    ];
    for (const source of hostile) {
      const found = parse(source);
      expect([source, found.raw]).toEqual([source, true]);
      for (const node of all(found.nodes))
        expect(["text", "element", "link", "image", "source", "maths"]).toContain(node.kind);
      expect(links(source)).toEqual([]);
    }
  });

  it("leaves a cell with a diagram to a frame, and one that only names the language not", () => {
    expect(parse("# x\n\n```mermaid\ngraph TD; A-->B\n```").raw).toBe(true);
    expect(parse("`mermaid`\n\n```python\nmermaid\n```").raw).toBe(false);
  });

  it("takes the little markup without attributes that people write", () => {
    const found = parse("H<sub>2</sub>O<br>x<sup>2</sup> <!-- note --> <B>b</B>\n\n<!-- block -->");
    expect(found.raw).toBe(false);
    expect(all(found.nodes).flatMap((node) => (node.kind === "element" ? [node.tag] : []))).toEqual([
      "p",
      "sub",
      "br",
      "sup",
      "strong",
    ]);
    expect(textOf(found.nodes)).toBe("H2Ox2  b");
  });

  it("is bounded in depth and number", () => {
    expect(parse(`${">".repeat(500)} deep`).nodes.length).toBeGreaterThan(0);
    const many = parse("- x\n".repeat(NODES));
    expect(many.cut).toBe(true);
    expect(all(many.nodes).length).toBeLessThan(2 * NODES);
  });

  it("is not searched for ends of formulas without end", () => {
    const found = parse(Array.from({ length: 5000 }, (_, index) => `\\begin{e${"x".repeat(index % 20)}}`).join(""));
    expect(all(found.nodes).filter((node) => node.kind === "maths")).toEqual([]);
    expect(textOf(found.nodes)).toContain("begin{exx}");
  });

  it("knows no names from prototypes", () => {
    for (const source of [
      "```__proto__\nx\n```",
      "```constructor\nx\n```",
      "# __proto__\n\n# __proto__",
      "[x][__proto__]",
    ])
      expect(parse(source).raw).toBe(false);
  });
});

describe("a source for a frame", () => {
  it("has the cell's own rasters written into it, and nothing else", () => {
    const attachments = { "a b.png": { "image/png": "AA\nAA" }, "x.svg": { "image/svg+xml": "<svg>" }, broken: 3 };
    expect(withAttachments("![](attachment:a%20b.png) ![](attachment:x.svg) ![](attachment:broken)", attachments)).toBe(
      "![](data:image/png;base64,AAAA) ![](attachment:x.svg) ![](attachment:broken)",
    );
  });
});
