/// Vega and Vega-Lite charts, as Altair makes them. Data by address is fetched under the frame's policy, like everything.

import embed, { type EmbedOptions, type VisualizationSpec } from "vega-embed";
import type { Content } from "../content.js";
import { isDark, onTheme } from "../scheme.js";

const ACTIONS = { export: true, source: false, compiled: false, editor: false };

export async function renderVega(host: HTMLElement, content: Content, signal: AbortSignal): Promise<void> {
  host.classList.add("vega");
  const spec = (await content.json()) as VisualizationSpec;
  const given = content.options.embed_options;
  const place = document.createElement("div");
  host.append(place);
  let finish: (() => void) | null = null;
  const draw = async (): Promise<void> => {
    finish?.();
    const options: EmbedOptions = {
      mode: content.mime.includes("vegalite") ? "vega-lite" : "vega",
      actions: ACTIONS,
      // A chart stands on the notebook's own paper, unless it says which it wants.
      ...(isDark() ? { theme: "dark", config: { background: "transparent" } } : {}),
      ...(typeof given === "object" ? given : {}),
    };
    finish = (await embed(place, structuredClone(spec), options)).finalize;
    if (signal.aborted) finish();
  };
  await draw();
  onTheme(signal, () => void draw().catch(() => undefined));
  signal.addEventListener("abort", () => finish?.(), { once: true });
}
