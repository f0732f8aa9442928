/// The headings of Markdown, as far as an outline needs them: `#` lines and underlined ones, outside of code blocks.
/// Pure. The text is anybody's; it comes out as plain text.

export interface Heading {
  readonly level: number;
  readonly text: string;
  /// From 0.
  readonly line: number;
}

/// No more of one cell are listed.
const HEADINGS = 200;
const TEXT = 200;
/// Characters of a line that are read for that.
const READ = 1000;

export function headings(source: string): readonly Heading[] {
  const found: Heading[] = [];
  let fence = "";
  let before = "";
  const lines = source.split("\n");
  for (let line = 0; line < lines.length && found.length < HEADINGS; line++) {
    const text = lines[line] ?? "";
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(text)?.[1];
    if (mark !== undefined && fence === "") fence = mark;
    else if (mark?.startsWith(fence) && text.trim() === mark) fence = "";
    else if (fence === "") {
      const hashes = /^ {0,3}(#{1,6})(?=[ \t]|$)/.exec(text);
      const underline = /^ {0,3}(=+|-+)[ \t]*$/.exec(text);
      if (hashes !== null) push(found, hashes[1]?.length ?? 1, behind(text, hashes[0].length), line);
      else if (underline !== null && before.trim() !== "" && !/^ {0,3}([>#*+-]|\d+[.)])/.test(before))
        push(found, underline[1]?.startsWith("=") ? 1 : 2, before.trim(), line - 1);
    }
    before = fence === "" ? text : "";
  }
  return found;
}

/// What stands behind the marks, without those that close the line. In steps, because one expression for all of it takes
/// the third power of a hostile line's length.
function behind(text: string, marks: number): string {
  const rest = text.slice(marks).trim();
  return /^#+$/.test(rest) ? "" : rest.replace(/[ \t]#+$/, "");
}

function push(found: Heading[], level: number, text: string, line: number): void {
  const plain = plainText(text.slice(0, READ)).slice(0, TEXT);
  if (plain !== "") found.push({ level, text: plain, line });
}

/// Without the marks of emphasis, code, links and images.
function plainText(text: string): string {
  return text
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/<[^>]{0,200}>/g, "")
    .replace(/(\*\*|__|\*|`|~~)/g, "")
    .replace(/\\([\\`*_{}[\]()#+\-.!~|])/g, "$1")
    .trim();
}
