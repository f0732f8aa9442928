"""Where there is mathematics in a text, by the marks that notebooks use: the same as the page finds
(`web/packages/bridge/src/maths.ts`), and as rules for Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from fumehood.document.html.markup import Element, Node, element

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline


class Maths(NamedTuple):
    tex: str
    display: bool
    end: int
    """Behind the closing mark."""


Marks = tuple[tuple[str, str, bool], ...]
_DOLLARS: Final = (("$$", "$$", True), ("$", "$", False))
IN_MARKDOWN: Final[Marks] = (*_DOLLARS, ("\\\\[", "\\\\]", True), ("\\\\(", "\\\\)", False))
"""Markdown takes one backslash away."""
IN_LATEX: Final[Marks] = (*_DOLLARS, ("\\[", "\\]", True), ("\\(", "\\)", False))
_BEGIN: Final = re.compile(r"\\begin\{([a-zA-Z]{1,30}\*?)\}")
_LONGEST: Final = 20_000
_BLOCK: Final = re.compile(r"\$\$|\\begin|\\\\\[")
_PARAGRAPHS: Final = re.compile(r"\n\s*\n")


def at(text: str, start: int, marks: Marks) -> Maths | None:
    """The formula that begins exactly at `start`."""
    if begun := _BEGIN.match(text, start):
        return _enclosed(text, start, begun[1])
    mark = next((one for one in marks if text.startswith(one[0], start)), None)
    if mark is None:
        return None
    opening, closing, display = mark
    begin = start + len(opening)
    close = _close(text, begin, closing)
    if close is None:
        return None
    tex, end = text[begin:close], close + len(closing)
    if not tex.strip() or (not display and _PARAGRAPHS.search(tex)):
        return None
    # "costs $5 and $6": no formula ends before a digit.
    if closing == "$" and text[end : end + 1] in tuple("0123456789"):
        return None
    return Maths(tex, display, end)


def _close(text: str, begin: int, closing: str) -> int | None:
    place, until = begin, min(len(text), begin + _LONGEST)
    while place < until:
        if text.startswith(closing, place):
            return place
        place += 2 if text[place] == "\\" else 1
    return None


def _enclosed(text: str, start: int, name: str) -> Maths | None:
    """`\\begin{x} … \\end{x}`, with the same environment inside itself."""
    opening, closing = f"\\begin{{{name}}}", f"\\end{{{name}}}"
    depth = 0
    for found in re.finditer(rf"{re.escape(opening)}|{re.escape(closing)}", text[start : start + _LONGEST]):
        depth += 1 if found[0] == opening else -1
        if depth == 0:
            end = start + found.end()
            return Maths(text[start:end], True, end)
    return None


def formula(found: Maths, source: str) -> Element:
    """Its source, until the page's script draws it there."""
    tag, class_ = ("div", "maths display") if found.display else ("span", "maths")
    return element(tag, source, class_=class_, data_tex=found.tex)


def latex(text: str) -> Iterator[Node]:
    """A LaTeX output: text with formulas in it; without any mark, one formula."""
    text = text.strip()
    shown: list[Node] = []
    begin = place = 0
    while place < len(text):
        found = at(text, place, IN_LATEX) if text[place] in "$\\" else None
        if found is None:
            place += 1
            continue
        shown += [text[begin:place], formula(found, text[place : found.end])]
        begin = place = found.end
    if not shown:
        yield formula(Maths(text, True, len(text)), text)
        return
    yield from shown
    yield text[begin:]


def enable(markdown: MarkdownIt) -> MarkdownIt:
    markdown.inline.ruler.before("escape", "maths", _inline)
    markdown.block.ruler.before("fence", "maths", _block, {"alt": ["paragraph", "blockquote", "list"]})
    return markdown


def _inline(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] not in "$\\":
        return False
    found = at(state.src, state.pos, IN_MARKDOWN)
    if found is None or found.end > state.posMax:
        return False
    if not silent:
        token = state.push("maths", "", 0)
        token.content = state.src[state.pos : found.end]
        token.meta = {"maths": found}
    state.pos = found.end
    return True


def _block(state: StateBlock, line: int, last: int, silent: bool) -> bool:
    """A display formula that has its lines for itself: nothing in them is a list or a heading."""
    begin = state.bMarks[line] + state.tShift[line]
    if state.is_code_block(line) or not _BLOCK.match(state.src, begin):
        return False
    found = at(state.src, begin, IN_MARKDOWN)
    if found is None or not found.display:
        return False
    end = line
    while end < last and state.eMarks[end] < found.end:
        end += 1
    if end >= last or state.src[found.end : state.eMarks[end]].strip():
        return False
    if not silent:
        token = state.push("maths", "", 0)
        token.block = True
        token.content = state.src[begin : found.end]
        token.meta = {"maths": found}
        token.map = [line, end + 1]
        state.line = end + 1
    return True
