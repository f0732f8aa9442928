import type { Case, Sign } from "../types";

const saved = (file: string, signs: readonly Sign[], more: Partial<Case> = {}): Case => ({
  name: `saved: ${file}`,
  group: "Saved notebooks, opened and not run",
  saved: file,
  signs,
  colours: 3,
  ...more,
});

export const SAVED: readonly Case[] = [
  saved("altair-scatter-charts.ipynb", [{ css: ".vega-embed canvas, .vega-embed svg" }]),
  saved("anndata-getting-started.ipynb", [{ css: "table.dataframe" }]),
  saved("anndata-read-lazy.ipynb", [{ css: ".xr-wrap" }]),
  saved("anywidget-counter.ipynb", [{ css: ".counter-button" }]),
  saved("benchmarks-all-html-elements.ipynb", [{ css: "#outputs *" }]),
  saved("ipywidgets-widget-basics.ipynb", [{ css: ".noUi-handle" }], {
    verdict: "does not work",
    why: "The file keeps no state of its widgets: they are text until the cells are run.",
  }),
  saved("ipywidgets-widget-events.ipynb", [{ css: "input, button" }], {
    verdict: "does not work",
    why: "The file keeps no state of its widgets: they are text until the cells are run.",
  }),
  saved("scanpy-basic-scrna-tutorial.ipynb", [{ css: ".outputs img" }], { plain: true, colours: 6 }),
  saved("scanpy-paga-paul15.ipynb", [{ css: ".outputs img" }], { plain: true, colours: 6 }),
];
