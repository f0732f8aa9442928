"""Where the values of a JSON text lie in its bytes, and replacing one without touching the others.

Assumes bytes that a JSON parser has accepted; finds ends of values with regular expressions that skip strings and
scalars at C speed and stop only at brackets. Knows how the file is spelled (indent, separators, escapes), so that what
is written new looks like what was there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

_SPACE = re.compile(rb"[ \t\r\n]*")
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_SCALAR = re.compile(rb"[^,\]} \t\r\n]++")
_TO_BRACKET = re.compile(rb'(?:[^"\[\]{}]++|"[^"\\]*+(?:\\.[^"\\]*+)*+")*+', re.DOTALL)
_ESCAPED = re.compile(rb"\\u(?:00[89a-fA-F]|0[1-9a-fA-F]|[1-9a-fA-F])")


class Span(NamedTuple):
    start: int
    end: int


class Member(NamedTuple):
    key: str
    start: int
    """Of the key."""
    value: Span


class Style(NamedTuple):
    indent: bytes | None
    """`None`: everything stands on one line."""
    newline: bytes
    comma: bytes
    """Between two elements, without line end and indent."""
    colon: bytes
    escaped: bool
    """What is not ASCII is written as an escape."""


NBFORMAT = Style(indent=b" ", newline=b"\n", comma=b",", colon=b": ", escaped=False)
"""As nbformat writes."""


def _space(data: bytes, at: int) -> int:
    found = _SPACE.match(data, at)
    assert found is not None
    return found.end()


class Json:
    """A JSON text whose values are looked up by where they begin. No byte is walked over twice."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.start = _space(data, 3 if data.startswith(b"\xef\xbb\xbf") else 0)
        """Where the outermost value begins: after a byte order mark and white space."""
        self._ends: dict[int, int] = {}
        self._elements: dict[int, list[Span]] = {}

    def __getitem__(self, span: Span) -> bytes:
        return self.data[span.start : span.end]

    def end(self, at: int) -> int:
        """Where the value that begins at `at` ends."""
        data = self.data
        first = data[at]
        if first == 0x22:
            found = _STRING.match(data, at)
        elif first not in b"[{":
            found = _SCALAR.match(data, at)
        else:
            end = self._ends.get(at)
            if end is None:
                end = self._ends[at] = self._bracket(at)
            return end
        assert found is not None
        return found.end()

    def _bracket(self, at: int) -> int:
        data = self.data
        depth, at = 1, at + 1
        while depth:
            skipped = _TO_BRACKET.match(data, at)
            assert skipped is not None
            at = skipped.end() + 1
            depth += 1 if data[at - 1] in b"[{" else -1
        return at

    def members(self, at: int) -> list[Member]:
        """Of the object that begins at `at`; keys that occur twice are there twice."""
        data = self.data
        found = []
        here = _space(data, at + 1)
        while data[here] != 0x7D:
            if data[here] == 0x2C:
                here = _space(data, here + 1)
            end = self.end(here)
            value = _space(data, _space(data, end) + 1)
            if data[value] == 0x5B and at == self.start:
                self.elements(value)  # the cells: their ends will be asked for
            after = self.end(value)
            found.append(Member(json.loads(data[here:end]), here, Span(value, after)))
            here = _space(data, after)
        self._ends[at] = here + 1
        return found

    def elements(self, at: int) -> list[Span]:
        """Of the array that begins at `at`."""
        if at in self._elements:
            return self._elements[at]
        data = self.data
        found = []
        here = _space(data, at + 1)
        while data[here] != 0x5D:
            if data[here] == 0x2C:
                here = _space(data, here + 1)
            end = self.end(here)
            found.append(Span(here, end))
            here = _space(data, end)
        self._ends[at] = here + 1
        self._elements[at] = found
        return found


def style_of(text: Json) -> Style:
    """How the file's outermost object is spelled."""
    data = text.data
    found = text.members(text.start)
    if not found:
        return NBFORMAT
    first = found[0]
    lead = data[text.start + 1 : first.start]
    colon = data[text.end(first.start) : first.value.start]
    gap = data[first.value.end : found[1].start] if len(found) > 1 else b","
    comma = gap.partition(b"\n")[0].rstrip(b"\r") if b"\n" in gap else gap
    escaped = data[text.start :].isascii() and _ESCAPED.search(data) is not None
    if b"\n" not in lead:
        return Style(None, b"", comma, colon, escaped)
    return Style(lead.rpartition(b"\n")[2], b"\r\n" if b"\r\n" in lead else b"\n", comma, colon, escaped)


def dump(value: Any, style: Style, level: int) -> bytes:
    """A JSON value in the file's style, as it stands `level` levels deep."""
    if style[1:] == NBFORMAT[1:] and style.indent and not style.indent.strip(b" "):
        try:
            compact = msgspec.json.encode(value)
            text = msgspec.json.format(compact, indent=len(style.indent))
            return text.replace(b"\n", b"\n" + style.indent * level)
        except (UnicodeEncodeError, OverflowError, ValueError):
            pass  # what only Python's json spells: lone surrogates, integers above 64 bits
    indent = style.indent.decode() if style.indent is not None else None
    separators = (style.comma.decode(), style.colon.decode())
    written = json.dumps(value, indent=indent, separators=separators, ensure_ascii=style.escaped)
    try:
        data = written.encode()
    except UnicodeEncodeError:
        data = json.dumps(value, indent=indent, separators=separators).encode()
    if style.indent is None:
        return data
    return data.replace(b"\n", style.newline + style.indent * level)


def _line(style: Style, level: int) -> bytes:
    return b"" if style.indent is None else style.newline + style.indent * level


def edit_object(text: Json, at: int, edits: Mapping[str, bytes | None], style: Style, level: int) -> bytes:
    """The object that begins at `at` with some members set (to a value's bytes) or removed (`None`).

    `level` is that of the object's members. What is not named keeps its bytes, with the white space around it. A new
    member stands where the alphabet puts it, as nbformat sorts, or last where the object is not sorted.
    """
    data, old, end = text.data, text.members(at), text.end(at)
    keys = [member.key for member in old]
    last = {key: place for place, key in enumerate(keys)}
    if all(edits[key] is not None and key in last for key in edits):
        pieces, done = [], at
        for place, member in enumerate(old):
            # Of a key that occurs twice, the last one counts, here as in every parser.
            if (new := edits.get(member.key)) is not None and last[member.key] == place:
                pieces += [data[done : member.value.start], new]
                done = member.value.end
        return b"".join([*pieces, data[done:end]])
    kept: list[tuple[str, bytes]] = []
    for place, member in enumerate(old):
        new = edits.get(member.key, b"")
        if new is not None:
            value = new if new and last[member.key] == place else data[member.value.start : member.value.end]
            kept.append((member.key, data[member.start : member.value.start] + value))
    in_order = keys == sorted(keys)
    for key, new in edits.items():
        if new is not None and key not in last:
            spelled = dump(key, style, 0) + style.colon + new
            place = next((i for i, (other, _) in enumerate(kept) if other > key), len(kept)) if in_order else len(kept)
            kept.insert(place, (key, spelled))
    if not kept:
        return b"{}"
    lead = data[at : old[0].start] if old else b"{" + _line(style, level)
    tail = data[old[-1].value.end : end] if old else _line(style, level - 1) + b"}"
    gap = data[old[0].value.end : old[1].start] if len(old) > 1 else style.comma + _line(style, level)
    return lead + gap.join(member for _, member in kept) + tail


def edit_array(text: Json, at: int, items: Sequence[Span | bytes], style: Style, level: int) -> bytes:
    """The array that begins at `at` with these elements: spans of its own, or new bytes. `level` is the elements'.

    Two elements that followed one another keep what stood between them.
    """
    if not items:
        return b"[]"
    data, old, end = text.data, text.elements(at), text.end(at)
    place = {span: index for index, span in enumerate(old)}
    lead = data[at : old[0].start] if old else b"[" + _line(style, level)
    tail = data[old[-1].end : end] if old else _line(style, level - 1) + b"]"
    gap = data[old[0].end : old[1].start] if len(old) > 1 else style.comma + _line(style, level)
    pieces = [lead]
    before: int | None = None
    for number, item in enumerate(items):
        here = place.get(item) if isinstance(item, Span) else None
        if number:
            follows = before is not None and here == before + 1
            pieces.append(data[old[here - 1].end : old[here].start] if follows and here else gap)
        pieces.append(data[item.start : item.end] if isinstance(item, Span) else item)
        before = here
    pieces.append(tail)
    return b"".join(pieces)
