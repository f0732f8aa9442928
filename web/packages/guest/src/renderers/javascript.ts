/// A script as an output. As in Jupyter, `element` is where it may draw.

import type { Content } from "../content.js";
import { withExpected } from "../expected.js";

export async function renderJavaScript(host: HTMLElement, content: Content): Promise<void> {
  host.classList.add("jp-RenderedJavaScript");
  const code = await withExpected(content, await content.text());
  // Running an output's script is what this file is for; the frame holds it.
  new Function("element", `${code}\n`).call(host, host);
}
