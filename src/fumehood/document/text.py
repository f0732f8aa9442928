"""Edits of a text as splices: what a person's peers see of a changed source is the change, never a new text.

Offsets here are code points; `byte_offset` turns one into the UTF-8 offset that pycrdt counts in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

_WORK = 1_000_000
"""Pairs of equal lines that a diff may look at; above it, it could take seconds."""


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


def cheap(old: Sequence[Hashable], new: Sequence[Hashable]) -> bool:
    """Whether `difflib` can compare them in a blink: its work grows with the pairs of equal elements."""
    counts = Counter(old)
    return len(old) + len(new) + sum(counts[one] for one in new) <= _WORK


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
    if len(old_mid) * len(new_mid) <= 1 or not cheap(old_mid, new_mid):
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


class Combined(NamedTuple):
    text: str
    clean: bool
    """False where both changed the same lines in different ways: there, the text has theirs."""


def combine(base: str, ours: str, theirs: str) -> Combined:
    """What both made of the base, line by line (diff3)."""
    if ours in (base, theirs):
        return Combined(theirs, True)
    if theirs == base:
        return Combined(ours, True)
    o, a, b = (text.splitlines(keepends=True) for text in (base, ours, theirs))
    if not (cheap(o, a) and cheap(o, b)):
        return Combined(theirs, False)
    in_a, in_b = _kept(o, a), _kept(o, b)
    out: list[str] = []
    clean = True
    at_o = at_a = at_b = 0
    for o_next in [line for line in range(len(o)) if line in in_a and line in in_b] + [len(o)]:
        a_next, b_next = in_a.get(o_next, len(a)), in_b.get(o_next, len(b))
        # Between two lines that both kept: what each of the three has there.
        was, one, other = o[at_o:o_next], a[at_a:a_next], b[at_b:b_next]
        if other == was:
            out += one
        else:
            out += other
            clean = clean and one in (was, other)
        if o_next < len(o):
            out.append(o[o_next])
        at_o, at_a, at_b = o_next + 1, a_next + 1, b_next + 1
    return Combined("".join(out), clean)


def _kept(old: list[str], new: list[str]) -> dict[int, int]:
    """Which lines of `old` are still in `new`, and where."""
    return {
        block.a + step: block.b + step
        for block in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
        for step in range(block.size)
    }
