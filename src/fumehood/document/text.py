"""Edits of a text as splices: what a person's peers see of a changed source is the change, never a new text.

Offsets here are code points; `byte_offset` turns one into the UTF-8 offset that pycrdt counts in.
"""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import NamedTuple

_LINES = 2_000
"""Above it, a line diff may take seconds; one splice does as well."""


class Splice(NamedTuple):
    at: int
    delete: int
    insert: str


def byte_offset(text: str, at: int) -> int:
    return at if text.isascii() else len(text[:at].encode())


def _shared_start(one: str, other: str) -> int:
    """How many characters both begin with; by halving, because comparing slices is a memcmp."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _shared_end(one: str, other: str, limit: int) -> int:
    low, high = 0, limit
    while low < high:
        middle = (low + high + 1) // 2
        if one[len(one) - middle : len(one) - low] == other[len(other) - middle : len(other) - low]:
            low = middle
        else:
            high = middle - 1
    return low


def _trim(old: str, new: str, at: int) -> Splice | None:
    """The one splice that makes `new` of `old`, without what they share at their ends."""
    if old == new:
        return None
    start = _shared_start(old, new)
    end = _shared_end(old, new, min(len(old), len(new)) - start)
    return Splice(at + start, len(old) - start - end, new[start : len(new) - end])


def _common_ends(old: list[str], new: list[str]) -> tuple[int, int]:
    shorter = min(len(old), len(new))
    start = 0
    while start < shorter and old[start] == new[start]:
        start += 1
    end = 0
    while end < shorter - start and old[-1 - end] == new[-1 - end]:
        end += 1
    return start, end


def splices(old: str, new: str) -> list[Splice]:
    """Splices that make `new` of `old`, last one first, so that applying one does not move the next.

    Lines that both have stay untouched, so that what somebody types into them meanwhile is kept where it is.
    """
    old_lines, new_lines = old.splitlines(keepends=True), new.splitlines(keepends=True)
    start, end = _common_ends(old_lines, new_lines)
    old_mid, new_mid = old_lines[start : len(old_lines) - end], new_lines[start : len(new_lines) - end]
    at = sum(map(len, old_lines[:start]))
    if len(old_mid) * len(new_mid) <= 1 or len(old_mid) > _LINES or len(new_mid) > _LINES:
        one = _trim("".join(old_mid), "".join(new_mid), at)
        return [one] if one else []
    found: list[Splice] = []
    positions = [at]
    for line in old_mid:
        positions.append(positions[-1] + len(line))
    for tag, a, b, c, d in SequenceMatcher(None, old_mid, new_mid, autojunk=False).get_opcodes():
        if tag != "equal" and (one := _trim("".join(old_mid[a:b]), "".join(new_mid[c:d]), positions[a])):
            found.append(one)
    return found[::-1]
