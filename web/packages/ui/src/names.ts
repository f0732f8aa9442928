/// Names that others chose, as they are: what cannot be seen, or turns the text around it, is shown as its number. So
/// `report[turn]gpj.ipynb` does not read as a picture.

/// Control and format characters, line and paragraph separators, halves of pairs. Two joiners that scripts are written
/// with stay, and so does the emoji's variation selector, which is none of these.
const UNSEEN = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

export function visible(name: string): string {
  return name.replace(UNSEEN, mark);
}

/// The same for text of several lines: line ends and tabs are seen well enough.
export function visibleLines(text: string): string {
  return text.replace(UNSEEN, (letter) => (letter === "\n" || letter === "\t" ? letter : mark(letter)));
}

function mark(letter: string): string {
  const point = letter.codePointAt(0) ?? 0;
  return `⟨U+${point.toString(16).toUpperCase().padStart(4, "0")}⟩`;
}
