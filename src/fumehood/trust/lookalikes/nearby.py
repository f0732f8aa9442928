"""A name that nobody has, one slip away from a name that somebody has: found by trying the slips.

The names beyond the ranked ones are not in the file, only their hashes are. So a slip is undone letter by letter, and
asked for. Only the slips that are common in published malware are tried, and a name's hash is a sum over its letters,
so that no name is spelled out in vain: all of it has to fit into the time of a look.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from fumehood.trust.lookalikes import scoring
from fumehood.trust.lookalikes.edits import between
from fumehood.trust.lookalikes.index import Index
from fumehood.trust.lookalikes.layout import KNOWN_MODULUS

SHORTEST: Final = 6
"""Shorter names are near to some other one whatever they are."""
LONGEST: Final = 24
_OFTEN: Final = b"aeir"
"""Letters that are looked for where one may be missing."""
_VOWELS: Final = b"aeiou"


class Nearby(NamedTuple):
    name: str
    points: float
    reasons: tuple[str, ...]


def nearest(index: Index, name: str) -> Nearby | None:
    """Of a normal name that nobody has."""
    if not SHORTEST <= len(name) <= LONGEST:
        return None
    best: Nearby | None = None
    plain = name.encode("ascii")
    for value, at, cut, put in _undone(plain):
        if not index.has_hash(value % KNOWN_MODULUS):
            continue
        tried = (plain[:at] + put + plain[at + cut :]).decode("ascii")
        edits = between(name, tried)
        if edits and tried[0] != "-" != tried[-1]:
            points = scoring.points([edit.kind for edit in edits], tried, scoring.UNLISTED, name[0] == tried[0])
            if best is None or points > best.points:
                best = Nearby(tried, points, tuple(f"{edit.kind}: {edit.said}" for edit in edits))
    return best


def _undone(plain: bytes) -> Iterator[tuple[int, int, int, bytes]]:
    """The hashes of what may have been meant, before the modulus: where, how many letters go, which come."""
    whole = int.from_bytes(plain, "little")
    for at, letter in enumerate(plain):
        bits = 8 * at
        here = 1 << bits
        before = whole & (here - 1)
        behind = whole >> bits
        shifted = before + (behind << bits + 8)
        yield before + (behind >> 8 << bits), at, 1, b""
        yield shifted + letter * here, at, 0, plain[at : at + 1]
        if at + 1 < len(plain) and plain[at + 1] != letter:
            other = plain[at + 1]
            yield whole + (other - letter) * here + (letter - other) * (here << 8), at, 2, bytes((other, letter))
        if letter in _VOWELS:
            for other in _VOWELS:
                if other != letter:
                    yield whole + (other - letter) * here, at, 1, bytes((other,))
        for other in _OFTEN:
            yield shifted + other * here, at, 0, bytes((other,))
    for other in _OFTEN:
        yield whole + (other << 8 * len(plain)), len(plain), 0, bytes((other,))
