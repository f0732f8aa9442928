/// Plotly figures: data, layout, config and frames, as `fig.show()` sends them.

import { newPlot, type PlotlyDataLayoutConfig, purge } from "plotly.js-dist-min";
import type { Content } from "../content.js";

/// What the library takes where a figure says nothing; without it the plot would ask the frame, which asks the plot.
const HEIGHT = 450;

export async function renderPlotly(host: HTMLElement, content: Content, signal: AbortSignal): Promise<void> {
  host.classList.add("plotly");
  const figure = (await content.json()) as PlotlyDataLayoutConfig;
  const place = document.createElement("div");
  const height = Number(figure.layout?.height);
  place.style.height = `${height > 0 ? height : HEIGHT}px`;
  host.append(place);
  const plot = await newPlot(place, { ...figure, config: { responsive: true, displaylogo: false, ...figure.config } });
  signal.addEventListener("abort", () => purge(plot), { once: true });
}
