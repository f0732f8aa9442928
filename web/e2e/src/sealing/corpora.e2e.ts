import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { NotebookPage } from "../notebook";
import { pause, until } from "../page";
import { inOneBrowser } from "../stage";
import { html } from "../world";
import { markdown, markup } from "./payloads";

/// As much of the collection as must work where nothing stands against it, without anybody's click.
const BITES = 15;
const LATER_MS = 1000;

inOneBrowser("the collections of attacks by markup", (stage) => {
  let server: Server;
  let url = "";
  beforeAll(async () => {
    server = createServer((_request, response) => {
      response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" });
      response.end("<!doctype html><title>a page that shows markup</title><body>");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const bound = server.address();
    url = `http://127.0.0.1:${typeof bound === "object" ? bound?.port : 0}/`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  test("work in a page that takes markup", async () => {
    const tab = await stage.browser.open(url);
    try {
      await tab.evaluate(
        (payloads: readonly string[]) => {
          for (const payload of payloads) {
            const place = document.createElement("div");
            document.body.append(place);
            place.innerHTML = payload;
          }
        },
        markup("0").map((payload, index) => payload.replaceAll("=0", `="(window.owned??=[]).push(${index})"`)),
      );
      await until("enough of them acted", async () => (await tab.evaluate(owned)) >= BITES);
    } finally {
      await tab.close();
    }
  });

  test("come to nothing in Markdown cells", async () => {
    const cells = markdown("top.owned=1").map((source) => ({ type: "markdown" as const, source }));
    const path = stage.world.notebook("markdown.ipynb", cells);
    const notebook = await NotebookPage.open(stage.world, stage.browser, path);
    for (const { id } of await notebook.cells()) {
      await notebook.page.box(notebook.cell(id));
    }
    await nothing(notebook);
  });

  test("come to nothing in HTML and Markdown outputs", async () => {
    const all = markup("top.owned=1");
    const output = (mime: string, text: string) => ({
      output_type: "display_data",
      data: { [mime]: text },
      metadata: {},
    });
    const path = stage.world.notebook("outputs.ipynb", [
      { source: "html", outputs: [html("<p>first</p>"), ...all.map((payload) => html(payload))] },
      { source: "markdown", outputs: markdown("top.owned=1").map((text) => output("text/markdown", text)) },
      {
        source: "svg",
        outputs: all.map((payload) =>
          output("image/svg+xml", `<svg xmlns="http://www.w3.org/2000/svg">${payload}</svg>`),
        ),
      },
      { source: "latex", outputs: all.map((payload) => output("text/latex", `$${payload}$`)) },
    ]);
    const notebook = await NotebookPage.open(stage.world, stage.browser, path);
    await notebook.guest("first");
    for (const { id } of await notebook.cells()) {
      await notebook.page.box(notebook.cell(id));
    }
    await nothing(notebook);
  });

  test("come to nothing as names and values of a DataFrame, in its table and where it is cut off", async () => {
    const names = markup("top.owned=1");
    const path = stage.world.notebook("frame.ipynb", [
      `names = ${JSON.stringify(names)}`,
      [
        "import pandas as pd",
        "frame = pd.DataFrame({name: [name] * 200 for name in names}, index=pd.Index(names[:1] * 200, name=names[1]))",
        "frame",
      ].join("\n"),
      // The text that pandas itself makes of it, which escapes nothing when it is told so.
      "from IPython.display import HTML\nHTML(frame.head(2).to_html(escape=False))",
    ]);
    const notebook = await NotebookPage.open(stage.world, stage.browser, path);
    await notebook.run("cell-0");
    await notebook.run("cell-1");
    const table = await notebook.guest("200 rows");
    expect(await table.evaluate(strange)).toEqual([]);
    expect(await table.evaluate(() => document.querySelector("thead")?.textContent ?? "")).toContain("<img src=x");
    await notebook.run("cell-2");
    await notebook.finished("cell-2");
    await notebook.page.box(notebook.cell("cell-2"));
    const cut = await until("the other one", async () => {
      for (const frame of await notebook.guests())
        if (await frame.evaluate(() => document.querySelector("table.dataframe") !== null)) return frame;
      return null;
    });
    // Here it is the frame's own markup, as its author wanted it, and it ends at the frame.
    await until("its own acts", async () => (await cut.evaluate(strange)).length > 0);
    await nothing(notebook);
  });

  /// Runs in a frame whose renderer makes elements of its own only.
  const strange = () =>
    [...document.querySelectorAll("#outputs *")]
      .filter(
        (element) =>
          ["img", "svg", "script", "iframe", "object", "embed", "form", "math", "video"].includes(element.localName) ||
          [...element.attributes].some(({ name }) => name.startsWith("on")),
      )
      .map((element) => element.outerHTML.slice(0, 80));
  const owned = () => {
    const { owned: by } = window as unknown as { owned?: readonly number[] };
    return new Set(by ?? []).size;
  };
  const nothing = async (notebook: NotebookPage) => {
    await pause(LATER_MS);
    const seen = await notebook.page.evaluate(() => ({
      owned: (window as unknown as { owned?: unknown }).owned ?? null,
      handlers: [...document.querySelectorAll("*")].filter((element) =>
        [...element.attributes].some(({ name }) => name.startsWith("on") || name === "srcdoc"),
      ).length,
      links: [...document.querySelectorAll("a[href]")]
        .map((link) => link.getAttribute("href") ?? "")
        .filter((href) => !/^(https?:|mailto:|#)/.test(href)),
      strange: document.querySelectorAll("object, embed, base, style, template, marquee, math[href], form[action]")
        .length,
      scripts: [...document.scripts].filter(({ src }) => !src.startsWith(`${location.origin}/assets/`)).length,
    }));
    expect(seen).toEqual({ owned: null, handlers: 0, links: [], strange: 0, scripts: 0 });
    expect(notebook.page.tab.dialogs).toBe(0);
  };
});
