/// Charts, maps, diagrams and tables that cells make: from the kernel over the daemon into the frames of one page. What
/// each renderer does by itself is in `guest/plugins`, in every engine.

import { join } from "node:path";
import { expect, test } from "vitest";
import type { Frame } from "../drivers";
import { NotebookPage } from "../notebook";
import { until } from "../page";
import { inOneBrowser } from "../stage";

const bundle = (mime: string, value: string) =>
  `from IPython.display import display\ndisplay({"${mime}": ${value}, "text/plain": "as text"}, raw=True)`;

/// A cell's source, and what its frame has when it is drawn.
const CHARTS: readonly (readonly [string, string, number])[] = [
  [
    [
      "import altair as alt, pandas as pd",
      'alt.renderers.enable("mimetype")',
      'data = pd.DataFrame({"x": [1, 2, 3], "y": [3, 1, 2]})',
      'alt.Chart(data).mark_point().encode(x="x", y="y")',
    ].join("\n"),
    ".output.vega .mark-symbol path",
    3,
  ],
  [
    bundle(
      "application/vnd.plotly.v1+json",
      '{"data": [{"type": "bar", "x": ["a", "b"], "y": [1, 2]}], "layout": {"height": 300}}',
    ),
    ".output.plotly .bars path",
    2,
  ],
  [
    bundle("application/geo+json", '{"type": "Point", "coordinates": [8.5, 47.4]}'),
    ".leaflet-overlay-pane path, .leaflet-marker-pane > *",
    1,
  ],
  [bundle("text/vnd.mermaid", '"graph LR\\n  A[Start] --> B[End]"'), ".mermaid-diagram svg .node", 2],
  [
    'import pandas as pd\npd.DataFrame({"number": [n * 1.5 for n in range(5000)]})',
    ".data-table tbody tr:nth-child(6)",
    1,
  ],
];

const count = (frame: Frame, css: string): Promise<number> =>
  frame.evaluate((wanted: string) => document.querySelectorAll(wanted).length, css).catch(() => 0);

inOneBrowser("charts", (stage) => {
  const drawn = (notebook: NotebookPage, css: string, least: number): Promise<Frame> =>
    until(`${css} in a frame`, async () => {
      for (const frame of await notebook.guests()) if ((await count(frame, css)) >= least) return frame;
      return null;
    });

  test("of five kinds are drawn in their frames when their cells run, and again when the page is loaded anew", async () => {
    const path = stage.world.notebook(
      "charts.ipynb",
      CHARTS.map(([source]) => source),
    );
    const notebook = await NotebookPage.open(stage.world, stage.browser, path);
    for (const [index, [, css, least]] of CHARTS.entries()) {
      await notebook.run(`cell-${index}`);
      await notebook.finished(`cell-${index}`);
      await notebook.page.box(`${notebook.cell(`cell-${index}`)} .guest-host`);
      await drawn(notebook, css, least);
      if (process.env.HOOD_PICTURES !== undefined)
        await notebook.page.tab.screenshot(join(process.env.HOOD_PICTURES, `chart-${index}.png`));
    }
    expect(await notebook.page.text()).not.toContain("Blocked");
    expect(await notebook.page.text()).not.toContain("Not shown");
    // What is saved is a run's here, and its frames are as before.
    await notebook.reload();
    for (const [index, [, css, least]] of CHARTS.entries()) {
      await notebook.page.box(`${notebook.cell(`cell-${index}`)} .guest-host`);
      await drawn(notebook, css, least);
    }
    // Each stands in its own cell's frame, beside nothing of another's.
    for (const frame of await notebook.guests()) {
      const kinds = await Promise.all(CHARTS.map(([, css]) => count(frame, css)));
      expect(kinds.filter((found) => found > 0)).toHaveLength(1);
    }
  });
});
