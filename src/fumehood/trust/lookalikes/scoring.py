"""How much a likeness weighs: the kind of slip, how long and how well known the other name is, and whether anybody has
this one.

Points, as in a logistic model: they add up, and 0 of them is a score of 0.5. They were set on the tuned part of the
names in tests/trust/lookalikes/data against random names of the list (a regression, then rounded by hand: decision
0025), as if every name was known. That nobody has a name is said by the index, and weighs afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log10
from typing import Final, NamedTuple

STOP: Final = 0.8
WARN: Final = 0.5
TOLD: Final = 0.15
"""Below it a likeness is not worth a word."""


class Points(NamedTuple):
    alone: float
    paired: float
    """As one of two slips."""


KINDS: Final = {
    "swap": Points(4.9, 0.8),
    "double": Points(4.5, 0.3),
    "omission": Points(3.1, -1.3),
    "plural": Points(1.7, 0.8),
    "insertion": Points(1.2, -1.1),
    "neighbour": Points(1.0, -0.9),
    "vowel": Points(0.5, -0.6),
    "homoglyph": Points(1.5, -0.5),
    "separator": Points(-0.8, 0.3),
    "substitution": Points(-1.0, -1.6),
    "order": Points(-0.8, -0.8),
    "version": Points(-2.0, -1.5),
    "affix": Points(-3.5, -3.5),
    "word": Points(-5.0, -5.0),
}
START: Final = 2.25
LETTER: Final = 0.48
LETTERS: Final = (5, 16)
"""Fewer than these count as that many, and so do more."""
DECADE: Final = -1.8
"""For each factor of ten in rank."""
FIRST: Final = -1.6
"""Another first letter: the eye looks there."""
UNRANKED: Final = 15_000
UNLISTED: Final = 100_000
"""What counts as the rank of a name that somebody has, and no more is known."""
OTHERWISE: Final = -1.0
"""A name that a package has only in people's mouths."""
UNKNOWN: Final = 2.5


def points(kinds: Sequence[str], target: str, rank: int | None, same_start: bool) -> float:
    total = KINDS[kinds[0]].alone if len(kinds) == 1 else sum(KINDS[kind].paired for kind in kinds)
    total += START + LETTER * max(LETTERS[0], min(len(target), LETTERS[1])) + DECADE * log10(rank or UNRANKED)
    return total if same_start else total + FIRST


def score(total: float, known: bool) -> float:
    return round(1.0 / (1.0 + exp(-(total if known else total + UNKNOWN))), 3)
