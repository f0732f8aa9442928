/// Where there is mathematics in a text, by the marks that notebooks use.
/// Page and frame find the same formulas.

export interface Maths {
  readonly tex: string;
  readonly display: boolean;
  /// Behind the closing mark.
  readonly end: number;
}

interface Mark {
  readonly open: string;
  readonly close: string;
  readonly display: boolean;
}

const DOLLARS: readonly Mark[] = [
  { open: "$$", close: "$$", display: true },
  { open: "$", close: "$", display: false },
];
/// Markdown takes one backslash away.
export const IN_MARKDOWN: readonly Mark[] = [
  ...DOLLARS,
  { open: "\\\\[", close: "\\\\]", display: true },
  { open: "\\\\(", close: "\\\\)", display: false },
];
export const IN_LATEX: readonly Mark[] = [
  ...DOLLARS,
  { open: "\\[", close: "\\]", display: true },
  { open: "\\(", close: "\\)", display: false },
];

const BEGIN = /\\begin\{([a-zA-Z]{1,30}\*?)\}/y;
/// Longer than any formula; keeps a text full of dollars from being searched to its end for each.
const LONGEST = 20_000;

/// The formula that begins exactly at `at`.
export function mathsAt(text: string, at: number, marks: readonly Mark[]): Maths | null {
  BEGIN.lastIndex = at;
  const environment = BEGIN.exec(text)?.[1];
  if (environment !== undefined) return enclosed(text, at, environment);
  const mark = marks.find(({ open }) => text.startsWith(open, at));
  if (!mark) return null;
  const from = at + mark.open.length;
  const close = closing(text, from, mark);
  if (close < 0) return null;
  const tex = text.slice(from, close);
  const end = close + mark.close.length;
  if (tex.trim() === "" || (!mark.display && /\n\s*\n/.test(tex))) return null;
  // "costs $5 and $6": no formula ends before a digit.
  if (mark.close === "$" && /[0-9]/.test(text.charAt(end))) return null;
  return { tex, display: mark.display, end };
}

function closing(text: string, from: number, { close }: Mark): number {
  const until = Math.min(text.length, from + LONGEST);
  for (let at = from; at < until; at++) {
    if (text.startsWith(close, at)) return at;
    if (text[at] === "\\") at++;
  }
  return -1;
}

/// `\begin{x} … \end{x}`, with the same environment inside itself.
function enclosed(text: string, at: number, name: string): Maths | null {
  const [open, close] = [`\\begin{${name}}`, `\\end{${name}}`];
  let depth = 0;
  for (let place = at; place < Math.min(text.length, at + LONGEST); place++) {
    if (text.startsWith(open, place)) depth++;
    else if (text.startsWith(close, place) && --depth === 0) {
      const end = place + close.length;
      return { tex: text.slice(at, end), display: true, end };
    }
  }
  return null;
}
