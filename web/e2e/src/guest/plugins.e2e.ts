/// Charts, maps, diagrams and tables in the sealed page, in real browsers, as the libraries of Python send them.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { GuestOutput } from "@fumehood/bridge";
import { beforeAll, describe, expect, test } from "vitest";
import type { Frame } from "../drivers";
import { until } from "../page";
import { NOTEBOOKS } from "../world";
import type { Framing } from "./framing";
import RECORDED from "./recorded/bokeh.json";
import { inGuests } from "./seat";

const ROOT = resolve(fileURLToPath(new URL("../../../..", import.meta.url)));

/// What a kernel would send, made by the real libraries.
function python(code: string): string {
  return execFileSync(join(ROOT, ".venv", "bin", "python"), ["-c", code], {
    encoding: "utf8",
    env: { ...process.env, PYTHONPATH: join(ROOT, "src") },
    maxBuffer: 64 * 1024 * 1024,
  });
}

const MAP = {
  type: "FeatureCollection",
  features: [
    {
      type: "Feature",
      properties: { name: "<b>Here</b>" },
      geometry: { type: "Point", coordinates: [8.5, 47.4] },
    },
    {
      type: "Feature",
      properties: {},
      geometry: {
        type: "Polygon",
        coordinates: [
          [
            [8, 47],
            [9, 47],
            [9, 48],
            [8, 47],
          ],
        ],
      },
    },
  ],
};

inGuests((seat) => {
  const notes = () => seat().notes();
  const show = (data: GuestOutput["data"], metadata: GuestOutput["metadata"] = {}) => showAll([{ data, metadata }]);
  const showAll = (outputs: readonly Pick<GuestOutput, "data" | "metadata">[]): Promise<Frame> =>
    seat().show(...outputs.map((one, index) => ({ id: String(index), ...one })));
  const count = (frame: Frame, selector: string): Promise<number> =>
    frame.evaluate((wanted: string) => document.querySelectorAll(wanted).length, selector);
  const textOf = (frame: Frame, selector: string): Promise<string> =>
    frame.evaluate((wanted: string) => document.querySelector(wanted)?.textContent ?? "", selector);

  test("draws an Altair chart, and again in dark colours", async () => {
    const chart = python(`
import altair as alt, pandas as pd
print(alt.Chart(pd.DataFrame({"x": [1, 2, 3], "y": [3, 1, 2]})).mark_point().encode(x="x", y="y").to_json())`);
    const frame = await show({ "application/vnd.vegalite.v6+json": chart, "text/plain": "alt.Chart(...)" });
    await until("three points", async () => (await count(frame, ".output.vega .mark-symbol path")) === 3);
    expect((await notes()).failed).toEqual([]);
    await seat().tab.evaluate(() => (window as unknown as { framing: Framing }).framing.theme(true));
    await until("the chart stands on the page's own paper", () =>
      frame.evaluate(
        () => document.querySelector<SVGElement>(".vega-embed svg")?.style.backgroundColor === "transparent",
      ),
    );
  });

  test("draws Altair's charts that come as HTML, which would fetch their libraries, without a network", async () => {
    const fresh = python(`
import altair as alt, pandas as pd
alt.renderers.enable("html")
print(alt.Chart(pd.DataFrame({"x": [1, 2, 3], "y": [3, 1, 2]})).mark_point().encode(x="x", y="y")._repr_mimebundle_()["text/html"])`);
    const { cells } = JSON.parse(readFileSync(join(NOTEBOOKS, "altair-scatter-charts.ipynb"), "utf8")) as {
      cells: readonly { outputs?: readonly { data?: Record<string, readonly string[]> }[] }[];
    };
    const saved = cells
      .flatMap((cell) => cell.outputs ?? [])
      .map((output) => [output.data?.["text/html"] ?? ""].flat().join(""))
      .filter((html) => html.includes("vegaEmbed"));
    expect(saved.length).toBeGreaterThan(5);
    for (const html of [fresh, saved[0] ?? ""]) {
      const before = seat().stage.strays.length;
      const frame = await show({ "text/html": html, "text/plain": "alt.Chart(...)" });
      await until("the chart", async () => (await count(frame, ".vega-embed :is(svg, canvas).marks")) === 1);
      expect(await notes()).toMatchObject({ failed: [], blocked: [] });
      expect(seat().stage.strays.length).toBe(before);
    }
  });

  test("draws a Plotly figure as high as it wants to be", async () => {
    const figure = {
      data: [{ type: "bar", x: ["a", "b"], y: [1, 2] }],
      layout: { height: 300, title: { text: "<i>T</i>" } },
    };
    const frame = await show({ "application/vnd.plotly.v1+json": JSON.stringify(figure), "text/html": "no" });
    await until("the bars", async () => (await count(frame, ".output.plotly .bars path")) === 2);
    expect(await frame.evaluate(() => document.querySelector(".plotly > div")?.clientHeight)).toBe(300);
    expect((await notes()).failed).toEqual([]);
  });

  test("shows GeoJSON on a map that asks no server, with properties as text", async () => {
    const before = seat().stage.strays.length;
    const frame = await show({ "application/geo+json": JSON.stringify(MAP) });
    await until("two shapes", async () => (await count(frame, ".leaflet-overlay-pane path")) === 2);
    await frame.evaluate(() => {
      const point = document.querySelector(".leaflet-overlay-pane path:last-child, .leaflet-overlay-pane path");
      for (const path of document.querySelectorAll(".leaflet-overlay-pane path"))
        path.dispatchEvent(new MouseEvent("click", { bubbles: true }));
      return point !== null;
    });
    await until("its properties", async () => (await textOf(frame, ".leaflet-popup-content")).includes("<b>Here</b>"));
    expect(seat().stage.strays.length).toBe(before);
    expect((await notes()).blocked).toEqual([]);
  });

  test("draws a Mermaid diagram, without the markup of its labels", async () => {
    const text = 'graph LR\n  A["<img src=x onerror=alert(1)>Start"] --> B[End]';
    const frame = await show({ "text/vnd.mermaid": text });
    await until("two nodes", async () => (await count(frame, ".mermaid-diagram svg .node")) === 2);
    expect(await count(frame, ".mermaid-diagram img[onerror]")).toBe(0);
  });

  test("says what is wrong in a diagram", async () => {
    const frame = await show({ "text/vnd.mermaid": "graph LR\n A --> --> B" });
    await until("the reason", async () => (await textOf(frame, ".fh-failure")).includes("cannot be shown"));
  });

  test("draws the diagrams in Markdown, and says what is wrong in one of them", async () => {
    const frame = await show({
      "text/markdown": "# Flow\n\n```mermaid\ngraph LR\n A --> B\n```\n\n```mermaid\ngraph LR\n A --> --> <b>\n```\n",
    });
    await until("two nodes", async () => (await count(frame, ".markdown .mermaid-diagram svg .node")) === 2);
    expect(await textOf(frame, "h1")).toBe("Flow");
    await until("the reason", async () => (await notes()).failed.some((one) => one.includes("Mermaid")));
    expect(await textOf(frame, "pre")).toContain("A --> --> <b>");
  });

  /// In all shadow trees.
  const within = (frame: Frame, selector: string): Promise<number> =>
    frame.evaluate((wanted: string) => {
      const roots: ParentNode[] = [document];
      let found = 0;
      for (let root = roots.pop(); root !== undefined; root = roots.pop()) {
        found += root.querySelectorAll(wanted).length;
        for (const element of root.querySelectorAll("*")) if (element.shadowRoot) roots.push(element.shadowRoot);
      }
      return found;
    }, selector);

  test("draws a plot of Bokeh whose loader is another cell's, and asks nobody", async () => {
    const before = seat().stage.strays.length;
    const frame = await showAll(RECORDED.plot as unknown as GuestOutput[]);
    await until("the plot", async () => (await within(frame, "canvas")) > 0);
    await until(
      "its tools",
      async () => (await within(frame, ".bk-OnOffButton, .bk-ClickButton, [class*=Button]")) > 3,
    );
    expect((await notes()).failed).toEqual([]);
    expect((await notes()).blocked).toEqual([]);
    expect(seat().stage.strays.length).toBe(before);
  });

  test("runs no loader of Bokeh, and says that there is no need for it", async () => {
    const frame = await showAll(RECORDED.load as unknown as GuestOutput[]);
    await until("the line", async () => (await textOf(frame, "#outputs")).includes("BokehJS comes with fumehood."));
    expect((await notes()).blocked).toEqual([]);
    expect(await frame.evaluate(() => "Bokeh" in window)).toBe(false);
  });

  test("draws what HoloViews shows, whose script waits for Panel", async () => {
    const frame = await showAll(RECORDED.holoviews as unknown as GuestOutput[]);
    await until("the plot", async () => (await within(frame, "canvas")) > 0);
    expect((await notes()).blocked).toEqual([]);
  });

  test("draws what Panel shows, with its styles, and asks nobody", async () => {
    const before = seat().stage.strays.length;
    const frame = await showAll(RECORDED.panel as unknown as GuestOutput[]);
    await until("a slider", async () => (await within(frame, ".noUi-handle")) === 1);
    expect((await notes()).blocked).toEqual([]);
    expect(seat().stage.strays.length).toBe(before);
  });

  test("says what was kept from a page inside an output, and leaves its kind of page as it is", async () => {
    const inner =
      "<!DOCTYPE html><p>inside</p><img src='https://tiles.example.org/1.png'><script>parent.postMessage(document.compatMode, '*')</script>";
    const frame = await show({ "text/html": `<iframe srcdoc="${inner}"></iframe>` });
    await until("what was blocked", async () =>
      (await notes()).blocked.some((one) => JSON.stringify(one).includes("tiles.example.org")),
    );
    expect(
      await frame.evaluate(() =>
        document.querySelector<HTMLIFrameElement>("iframe")?.srcdoc.startsWith("<!DOCTYPE html><script>"),
      ),
    ).toBe(true);
  });

  test("gives a script that was made for the classic notebook its require, and no other script", async () => {
    const script = `define("a", ["b"], (b) => b + 1); define("b", [], () => 1);
      require(["a"], (a) => { document.getElementById("place").textContent = "a is " + a; });`;
    const frame = await show({ "text/html": `<p id="place"></p><script>${script}</script>` });
    await until("what it required", async () => (await textOf(frame, "#place")) === "a is 2");
    const other = await show({ "text/html": `<p id="place"></p><script>place.textContent = typeof define;</script>` });
    await until("no define", async () => (await textOf(other, "#place")) === "undefined");
  });

  describe("a long DataFrame", () => {
    let table: GuestOutput["data"];
    beforeAll(() => {
      const arrow = python(`
import pandas as pd
from fumehood.kernels.frames import of_pandas
frame = pd.DataFrame({"number": [float(n % 1000) for n in range(5000)], "<b>name</b>": [f"cell {n}" for n in range(5000)]})
print(of_pandas(frame), end="")`);
      table = {
        "application/vnd.apache.arrow.stream": seat().stage.put(Buffer.from(arrow, "base64")),
        "text/html": "<p>the short one</p>",
      };
    });

    test("has only the rows in view in the document", async () => {
      const frame = await show(table);
      await until("rows", async () => (await count(frame, ".data-table tbody tr")) > 5);
      expect(await count(frame, ".data-table tbody tr")).toBeLessThan(60);
      expect(await textOf(frame, ".table-head [role=status]")).toBe("5,000 rows × 2 columns");
      expect(await textOf(frame, ".data-table thead")).toContain("<b>name</b>");
    });

    test("is sorted by a press on a column's name and filtered by a text", async () => {
      const frame = await show(table);
      const first = () =>
        frame.evaluate(() =>
          [...(document.querySelector(".data-table tbody tr")?.children ?? [])].map((cell) => cell.textContent),
        );
      await until("rows", async () => (await first()).includes("cell 0"));
      const press = () =>
        frame.evaluate(() => {
          const column = [...document.querySelectorAll<HTMLElement>(".data-table thead th")].find((each) =>
            each.textContent?.startsWith("number"),
          );
          column?.focus();
          column?.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
        });
      await press();
      await press();
      await until("the greatest first", async () => (await first()).includes("999"));
      await frame.evaluate(() => {
        const field = document.querySelector<HTMLInputElement>(".table-head input");
        if (!field) return;
        field.value = "cell 123";
        field.dispatchEvent(new Event("input"));
      });
      await until("those that are wanted", async () =>
        (await textOf(frame, ".table-head [role=status]")).startsWith("11 of 5,000 rows"),
      );
    });
  });
});
