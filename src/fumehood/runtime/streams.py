"""The text of one stream output: what was printed, as a terminal would show it.

Pure. Carriage returns and backspaces are resolved as they come; the room (design, section 4) is told the difference
in patches, and what is older than `limits.STREAM_OPEN_TEXT` characters is sealed into blobs, so that memory stays the
same however much is printed. Text without `\\r` and `\\b` is kept to the byte. Cost follows what was printed since the
last time, not what was printed before.

A column is a character; colour sequences take none. Erasing (`ESC [ K`, `ESC [ 2 K`) is obeyed only inside a line that
is being rewritten, where it would otherwise leave rests of the older text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from fumehood.core import limits

_CONTROL = re.compile(r"\r+\n|\n|\r+|\x08+")
_ESCAPE = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")
_ERASE = re.compile(r"\x1b\[[012]?K")
_ESCAPE_AT_END = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]\Z")
_ESCAPES_KEPT = 8
"""Colour sequences kept before the rest of a line whose beginning was overwritten; more is an attack, not a colour."""


class Patch(NamedTuple):
    """The open text from character `at` on is now `text`."""

    at: int
    text: str


class Seal(NamedTuple):
    """The first `chars` characters of the open text are `data` and do not change any more."""

    chars: int
    data: bytes


def overlay(line: str, column: int, text: str) -> tuple[str, int]:
    """`text` (no line end, no control) written over `line` from index `column` on, and the index after it."""
    rest = line[column:]
    if not rest:
        return line + text, len(line) + len(text)
    if "\x1b" not in text and "\x1b" not in rest:
        return line[:column] + text + rest[len(text) :], column + len(text)
    erased = bool(_ERASE.search(text))
    text = _ERASE.sub("", text)
    end = column + len(text)
    if erased:
        return line[:column] + text, end
    if (wiped := rest.rfind("\x1b[2K")) >= 0:
        rest = rest[wiped + 4 :]
    width = len(_ESCAPE.sub("", text))
    kept: list[str] = []
    position = 0
    while position < len(rest):
        if escape := _ESCAPE.match(rest, position):
            kept.append(escape.group())
            position = escape.end()
        elif width > 0:
            width -= 1
            position += 1
        else:
            break
    tail = rest[position:]
    if not _ESCAPE.sub("", tail):
        return line[:column] + text, end
    return line[:column] + text + "".join(kept[-_ESCAPES_KEPT:]) + tail, end


def step_back(line: str, column: int, count: int) -> int:
    """The index `count` characters before `column`, not before the line's start."""
    if "\x1b" not in line:
        return max(0, column - count)
    while count > 0 and column > 0:
        escape = _ESCAPE_AT_END.search(line[max(0, column - 32) : column])
        if escape:
            column -= len(escape.group())
        else:
            column -= 1
            count -= 1
    return column


class StreamText:
    """The open text is `_done` (whole lines), then `_line`, which the cursor is in."""

    def __init__(self) -> None:
        self._done: list[str] = []
        self._done_chars = 0
        self._line = ""
        self._column = 0
        self._same = 0
        self._told = 0

    @property
    def text(self) -> str:
        """The open text: all of it where `changes` is never called."""
        return "".join([*self._done, self._line])

    @property
    def kept(self) -> int:
        """Characters in memory."""
        return self._done_chars + len(self._line)

    @property
    def untold(self) -> int:
        """Characters that the room would be told by `changes` now, about."""
        return self._done_chars + len(self._line) - self._same

    @property
    def changed(self) -> bool:
        return self._same < self._told or self._done_chars + len(self._line) > self._same

    def feed(self, text: str) -> None:
        if "\r\n" in text:
            text = text.replace("\r\n", "\n")
        if "\r" not in text and "\x08" not in text and self._column == len(self._line):
            end = text.rfind("\n") + 1
            if end:
                self._finish_line(self._line + text[:end])
                self._line = text[end:]
            else:
                self._line += text
            self._column = len(self._line)
            return
        position = 0
        for control in _CONTROL.finditer(text):
            if control.start() > position:
                self._put(text[position : control.start()])
            kind = control.group()
            if kind[-1] == "\n":
                self._finish_line(self._line + "\n")
                self._line = ""
                self._column = 0
            elif kind[0] == "\r":
                self._column = 0
            else:
                self._column = step_back(self._line, self._column, len(kind))
            position = control.end()
        if position < len(text):
            self._put(text[position:])

    def _finish_line(self, text: str) -> None:
        self._done.append(text)
        self._done_chars += len(text)

    def _put(self, text: str) -> None:
        if self._column < len(self._line):
            self._same = min(self._same, self._done_chars + self._column)
        self._line, self._column = overlay(self._line, self._column, text)

    def changes(self) -> Iterator[Patch | Seal]:
        """What the room does not know yet, piece by piece. At the end it knows all; nothing is written meanwhile."""
        text = "".join([*self._done, self._line])
        base = 0
        start = self._same
        told = self._told
        while True:
            until = min(len(text), base + limits.STREAM_OPEN_TEXT)
            if start < until or told > until - base:
                yield Patch(start - base, text[start:until])
            if until == len(text):
                break
            cut = text.rfind("\n", base, until) + 1 or until
            yield Seal(cut - base, text[base:cut].encode("utf-8", "replace"))
            told = until - cut
            base, start = cut, until
        if base:
            text = text[base:]
            lost = max(0, base - self._done_chars)
            self._column = max(0, self._column - lost)
            self._line = self._line[lost:]
            self._done_chars = max(0, self._done_chars - base)
        self._done = [text[: self._done_chars]] if self._done_chars else []
        self._same = self._told = len(text)
