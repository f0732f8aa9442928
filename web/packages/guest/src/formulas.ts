/// Formulas of an exported notebook, in the page itself: KaTeX makes the elements and is trusted with nothing, as in the
/// notebook (docs/decisions/0013). Not part of the sealed page, which never loads it.

import "katex/dist/katex.min.css";
import katex from "katex";

const TEX_CHARS = 3000;

/// Makes formulas of one text: what `\newcommand` says in one holds for the next. Throws what KaTeX throws.
export function typesetter(): (place: HTMLElement, tex: string, display: boolean) => void {
  const macros = {};
  return (place, tex, displayMode) => {
    if (tex.length > TEX_CHARS) throw new RangeError("The formula is too long.");
    katex.render(tex, place, {
      displayMode,
      macros,
      globalGroup: true,
      throwOnError: true,
      strict: "ignore",
      trust: false,
      maxExpand: 200,
      maxSize: 20,
    });
  };
}
