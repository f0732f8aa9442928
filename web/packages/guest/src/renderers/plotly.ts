/// Plotly figures: data, layout, config and frames, as `fig.show()` sends them.

import type Plotly from "plotly.js-dist-min";
import type { PlotlyDataLayoutConfig } from "plotly.js-dist-min";
import address from "plotly.js-dist-min/plotly.min.js?url";
import type { Content } from "../content.js";
import { library } from "../library.js";

/// What the library takes where a figure says nothing; without it the plot would ask the frame, which asks the plot.
const HEIGHT = 450;

export async function renderPlotly(host: HTMLElement, content: Content, signal: AbortSignal): Promise<void> {
  host.classList.add("plotly");
  const { newPlot, purge } = await library<typeof Plotly>(new URL(address, import.meta.url), "Plotly");
  const figure = (await content.json()) as PlotlyDataLayoutConfig;
  const place = document.createElement("div");
  const height = Number(figure.layout?.height);
  place.style.height = `${height > 0 ? height : HEIGHT}px`;
  host.append(place);
  const plot = await newPlot(place, { ...figure, config: { responsive: true, displaylogo: false, ...figure.config } });
  signal.addEventListener("abort", () => purge(plot), { once: true });
}
