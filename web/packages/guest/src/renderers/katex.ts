/// KaTeX, its style sheet and its fonts.

import "katex/dist/katex.min.css";
import katex from "katex";

/// Makes formulas of one output: what `\newcommand` says in one holds for the next.
export function typesetter(): (tex: string, display: boolean) => string {
  const macros = {};
  return (tex, displayMode) =>
    katex.renderToString(tex, {
      displayMode,
      macros,
      globalGroup: true,
      throwOnError: false,
      strict: "ignore",
      maxExpand: 1000,
      maxSize: 100,
    });
}
