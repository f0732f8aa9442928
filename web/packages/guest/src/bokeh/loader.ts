/// The outputs of `output_notebook()` and of `extension()`, which bring BokehJS into Jupyter's one window. Nothing of them
/// runs: a frame that needs BokehJS gets it (`bring`).

import type { Content } from "../content.js";

export async function renderLoader(host: HTMLElement, content: Content): Promise<void> {
  host.classList.add("loader");
  const [, said] = /getElementById\(["']([\w-]+)["']\)/.exec(await content.text()) ?? [];
  const line = said === undefined ? null : document.getElementById(said);
  if (line !== null) line.textContent = "BokehJS comes with fumehood.";
}
