/// What an output's script expects to find in its window, because in Jupyter another cell's output has brought it there:
/// all cells share one window. Here each has its own, so what is expected is brought when it is asked for.

import type { Content } from "./content.js";

/// Beside the script of a plot, these say that it needs BokehJS, and what Panel adds to it.
const BOKEH = ["application/vnd.bokehjs_exec.v0+json", "application/vnd.holoviews_exec.v0+json"];
/// The script's own text, cheap to look for in what is megabytes of data.
const REQUIRE = /\b(?:require|requirejs)\s*(?:\(\s*\[|\.\s*config\s*\()|\bdefine\s*\(\s*['"[]/;

/// The script, or the markup with it, that is to run; where something is to come before it, a promise of it.
export function withExpected(content: Content, text: string): string | Promise<string> {
  const bokeh = BOKEH.some((type) => type in content.options);
  return bokeh || REQUIRE.test(text) ? brought(text, bokeh) : text;
}

async function brought(text: string, bokeh: boolean): Promise<string> {
  if (REQUIRE.test(text)) (await import("./require.js")).install();
  return bokeh ? (await import("./bokeh/bring.js")).bring(text) : text;
}
