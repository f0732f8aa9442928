/// What an output's script expects to find in its window, because in Jupyter another cell's output has brought it there:
/// all cells share one window. Here each has its own, so what is expected is brought when it is asked for.

import type { Content } from "./content.js";

/// Beside the script of a plot, these say that it needs BokehJS, and what Panel adds to it.
const BOKEH = ["application/vnd.bokehjs_exec.v0+json", "application/vnd.holoviews_exec.v0+json"];
/// The script's own text, cheap to look for in what is megabytes of data.
const REQUIRE = /\b(?:require|requirejs)\s*(?:\(\s*\[|\.\s*config\s*\()|\bdefine\s*\(\s*['"[]/;

interface Expected {
  readonly bokeh: boolean;
  readonly vega: boolean;
  readonly require: boolean;
}

function expectedBy(content: Content, text: string): Expected {
  // Altair's script, which takes Vega from the window, unless it finds RequireJS there.
  const vega = text.includes("vegaEmbed") && text.includes("define.amd");
  return {
    bokeh: BOKEH.some((type) => type in content.options),
    vega,
    require: !vega && REQUIRE.test(text),
  };
}

/// The script, or the markup with it, that is to run; where something is to come before it, a promise of it.
export function withExpected(content: Content, text: string): string | Promise<string> {
  const expected = expectedBy(content, text);
  return Object.values(expected).includes(true) ? brought(text, expected) : text;
}

async function brought(text: string, expected: Expected): Promise<string> {
  if (expected.require) (await import("./require.js")).install();
  if (expected.vega) (await import("./vega.js")).bring(text);
  return expected.bokeh ? (await import("./bokeh/bring.js")).bring(text) : text;
}
