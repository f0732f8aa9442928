"""HTTP's `Range` and conditional headers, for one representation that never changes (RFC 9110, sections 13 and 14)."""

from __future__ import annotations

import re
from typing import Final, Literal, NamedTuple

_RANGE: Final = re.compile(r"bytes=[ \t]*([0-9]{0,20})-([0-9]{0,20})[ \t]*\Z", re.ASCII)
_TAG: Final = re.compile(r'(?:W/)?"[\x21\x23-\x7e]*"')


class Span(NamedTuple):
    start: int
    end: int
    """One past the last byte."""


def parse_range(header: str | None, size: int) -> Span | Literal["unsatisfiable"] | None:
    """The one range that is asked for. None, the whole, where it is none, malformed, or several."""
    if header is None or (found := _RANGE.match(header)) is None:
        return None
    first, last = found.groups()
    if not first:
        if not last:
            return None
        length = min(int(last), size)
        return Span(size - length, size) if length else "unsatisfiable"
    start = int(first)
    if last and int(last) < start:
        return None
    if start >= size:
        return "unsatisfiable"
    return Span(start, min(int(last) + 1, size) if last else size)


def matches(header: str | None, tag: str) -> bool:
    """Whether an `If-None-Match` names `tag` (an entity tag with its quotes); compared weakly, as it must be."""
    if header is None:
        return False
    return header.strip() == "*" or any(found.removeprefix("W/") == tag for found in _TAG.findall(header))


def range_still_valid(if_range: str | None, tag: str) -> bool:
    """Whether a range may be answered as one; a date never matches, we give none."""
    return if_range is None or if_range.strip() == tag
