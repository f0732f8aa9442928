import { expect, test } from "vitest";
import { NotebookPage } from "../notebook";
import { until } from "../page";
import { inBrowsers } from "../stage";
import { notebookText, printed } from "../world";

const TAG = "hostile-element";
const MARKUP = `<${TAG} class="hostile" onclick="window.owned=1">x</${TAG}><img class="hostile" src="x" onerror="window.owned=1"><script class="hostile">window.owned=1</script><svg class="hostile" onload="window.owned=1"></svg>`;
const BIDI = "\u202Etxt.exe\u2066\u2067";
const TEXT = `${MARKUP} ${BIDI} {{7*7}} \${7*7} ]]>-->`;
const OSC8 = `\u001b]8;;javascript:window.owned=1\u001b\\link\u001b]8;;\u001b\\ \u001b[31m${TEXT}`;

/// All that the page itself is made of. What is not here has to be argued for: markup of a notebook would show itself as
/// an element that the page has no use for.
const ELEMENTS = new Set(
  `html head meta title link script noscript body div span p a b strong em i u s del code pre br hr bdi kbd mark small sub sup q
   h1 h2 h3 h4 h5 h6 ul ol li dl dt dd blockquote table thead tbody tfoot tr th td caption figure figcaption details summary
   header footer main nav aside section article form label input button select option textarea fieldset legend output progress
   dialog menu time img iframe svg path circle rect line polyline polygon g use defs title canvas`.split(/\s+/),
);

const cells = [
  {
    source: TEXT,
    outputs: [printed(TEXT), printed(OSC8)],
    metadata: { [MARKUP]: MARKUP, name: MARKUP, tags: [MARKUP] },
  },
  {
    source: "error",
    outputs: [
      {
        output_type: "error",
        ename: MARKUP,
        evalue: TEXT,
        traceback: [OSC8, `File "${MARKUP}", line 1`, `${BIDI}Cell In[1], line 99999999999`],
      },
    ],
  },
  {
    source: "mime types",
    outputs: [
      {
        output_type: "display_data",
        data: { [`text/${MARKUP}`]: TEXT, "text/plain": TEXT },
        metadata: { [MARKUP]: { [MARKUP]: MARKUP } },
      },
      { output_type: "display_data", data: { [`application/x-${BIDI}`]: TEXT }, metadata: {} },
      {
        output_type: "display_data",
        data: { "application/json": { [MARKUP]: [TEXT, { [BIDI]: MARKUP }], __proto__: MARKUP } },
        metadata: {},
      },
      {
        output_type: "display_data",
        data: { "image/png": `"><${TAG}>` },
        metadata: { "image/png": { width: `1"><${TAG}>`, height: -1e9 } },
      },
      { output_type: MARKUP, data: {} },
    ],
  },
  {
    type: "markdown" as const,
    source: [
      MARKUP,
      "[a](javascript:window.owned=1) [b](data:text/html,<script>window.owned=1</script>) <javascript:window.owned=1>",
      '[c](https://example.invalid/ "\\" onclick=\\"window.owned=1") ![d](javascript:window.owned=1) ![e](attachment:%22%3E)',
      `# ${MARKUP}`,
      `| ${MARKUP} | ${BIDI} |\n|---|---|\n| <style>body{display:none}</style> | <iframe src="https://example.invalid"></iframe> |`,
      `\`\`\`${MARKUP}\n${TEXT}\n\`\`\``,
      "$\\href{javascript:window.owned=1}{x}$ $\\htmlData{x=y}{z}$ $\\includegraphics{https://example.invalid/x.png}$",
    ].join("\n\n"),
  },
  { type: "raw" as const, source: TEXT, metadata: { format: MARKUP } },
];
const metadata = {
  kernelspec: { display_name: MARKUP, name: "python3", language: MARKUP },
  language_info: { name: MARKUP, codemirror_mode: MARKUP, mimetype: MARKUP, file_extension: BIDI },
  title: MARKUP,
  authors: [{ name: TEXT }],
};

inBrowsers("a hostile notebook", (stage) => {
  const clean = async (notebook: NotebookPage) => {
    const seen = await notebook.page.evaluate(() => ({
      tags: [...new Set([...document.querySelectorAll("*")].map((element) => element.localName))],
      hostile: [...document.querySelectorAll(".hostile, hostile-element, style, object, embed, base")].map(
        (element) => element.outerHTML,
      ),
      handlers: [...document.querySelectorAll("*")]
        .flatMap((element) => [...element.attributes].map((attribute) => attribute.name))
        .filter((name) => name.startsWith("on") || name === "srcdoc"),
      scripts: [...document.querySelectorAll("script")].map((script) => script.getAttribute("src")),
      links: [...document.querySelectorAll("a[href], area[href]")].map((link) => link.getAttribute("href") ?? ""),
      images: [...document.querySelectorAll("img")].map((image) => image.getAttribute("src") ?? ""),
      owned: (window as unknown as { owned?: number }).owned ?? 0,
      title: document.title,
    }));
    expect(seen.owned).toBe(0);
    expect(seen.hostile).toEqual([]);
    expect(seen.tags.filter((tag) => !ELEMENTS.has(tag))).toEqual([]);
    expect(seen.handlers).toEqual([]);
    expect(seen.scripts.filter((src) => src === null || !src.startsWith("/assets/"))).toEqual([]);
    expect(seen.links.filter((href) => !/^(https?:|mailto:|#)/.test(href))).toEqual([]);
    expect(
      seen.images.filter((src) => !/^(blob:|data:image\/(png|jpeg|gif|webp);|http:\/\/127\.0\.0\.1:)/.test(src)),
    ).toEqual([]);
    expect(notebook.page.tab.problems.filter((problem) => /Trusted|evaluating a string/.test(problem))).toEqual([]);
    return seen;
  };

  test("names, metadata, MIME types, tracebacks and Markdown reach the page as text only", async () => {
    const name = `<img class=hostile src=x onerror=window.owned=1> ${BIDI}.ipynb`;
    const path = stage.world.write(name, notebookText(cells, metadata));
    const notebook = await NotebookPage.open(stage.world, stage.browser, path);
    for (const cell of await notebook.cells()) {
      await notebook.select(cell.id);
    }
    await notebook.says("cell-0", `<${TAG}`);
    await clean(notebook);
    // Every screen that shows what a stranger wrote.
    for (const title of ["Show or hide the outline", "Deleted cells…", "Version history of the cell…"]) {
      await notebook.command(title);
      await clean(notebook);
      await notebook.page.press("Escape");
    }
    await notebook.page.click("button", "Other notebooks");
    await notebook.page.shows("onerror=window.owned");
    await clean(notebook);
  });

  test("a traceback of a hundred thousand rows is shown as far as it is seen", async () => {
    const rows = `${Array.from({ length: 100_000 }, (_, row) => row % 10).join("\n")}\nthe last row`;
    const path = stage.world.notebook("rows.ipynb", [
      { source: "1", outputs: [{ output_type: "error", ename: "E", evalue: "", traceback: [rows] }] },
    ]);
    const notebook = await NotebookPage.open(stage.world, stage.browser, path);
    await notebook.says("cell-0", "the last row");
    expect(await notebook.page.evaluate(() => document.querySelectorAll("*").length)).toBeLessThan(6000);
  });

  test("one output of 50 MB is there to its end, and of 100,000 outputs the page shows a hundred at a time and the file keeps all", {
    timeout: 240_000,
  }, async () => {
    const line = "0123456789abcdef".repeat(4);
    const rows = Math.ceil((50 * 1024 * 1024) / (line.length + 1));
    const big = `${`${line}\n`.repeat(rows)}the very end`;
    const many = Array.from({ length: 100_000 }, (_, index) => ({
      output_type: "display_data",
      data: { "text/plain": `${index} ${MARKUP}` },
      metadata: {},
    }));
    const path = stage.world.notebook("large.ipynb", [
      { source: "big", outputs: [printed(big)] },
      { source: "many", outputs: many },
      "'still here'",
    ]);
    const notebook = await NotebookPage.open(stage.world, stage.browser, path);
    await notebook.says("cell-0", "the very end", 120_000);
    const count = await notebook.page.evaluate(() => document.querySelectorAll("*").length);
    expect(count).toBeLessThan(6000);
    await clean(notebook);
    await notebook.page.clickOn('[data-cell="cell-0"] .out-fold button');
    await until(
      "the whole text in a window",
      async () => (await notebook.page.all("region", "Printed output")).length > 0,
    );
    await notebook.page.evaluate(() => {
      const box = document.querySelector('section[aria-label="Printed output"]');
      box?.scrollTo(0, box.scrollHeight);
    });
    await until(
      "its end",
      async () => {
        await notebook.page.evaluate(() => {
          const box = document.querySelector('section[aria-label="Printed output"]');
          box?.scrollTo(0, box.scrollHeight);
        });
        return (await notebook.output("cell-0")).includes("the very end");
      },
      60_000,
    );
    await notebook.says("cell-1", "99,900 not shown");
    await notebook.page.clickOn('[data-cell="cell-1"] .out-fold button');
    await notebook.says("cell-1", `199 <${TAG}`);
    await notebook.says("cell-1", "99,800 not shown");
    await notebook.run("cell-2");
    await notebook.says("cell-2", "'still here'");
    await stage.world.saved("large.ipynb", "still here'\"");
    const kept = stage.world.cellOf("large.ipynb", "cell-1").outputs ?? [];
    expect(kept.length).toBe(100_000);
    expect(JSON.stringify(kept.at(-1))).toContain(`99999 <${TAG}`);
  });
});
