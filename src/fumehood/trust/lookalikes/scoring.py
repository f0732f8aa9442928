"""How much a likeness weighs: the kind of slip, how well known the other name is, how long it is, and whether anybody
has this one.

The numbers were set on the tuning half of tests/trust/lookalikes/data and on random names of the list; the other half
was looked at once, at the end (docs/decisions/0025).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log10
from typing import Final

from fumehood.trust.lookalikes.edits import Edit

STOP: Final = 0.8
WARN: Final = 0.5

KINDS: Final = {
    "swap": 1.0,
    "double": 0.97,
    "homoglyph": 0.95,
    "separator": 0.9,
    "omission": 0.9,
    "neighbour": 0.9,
    "vowel": 0.9,
    "insertion": 0.85,
    "substitution": 0.8,
    "plural": 0.8,
    "version": 0.6,
    "order": 0.85,
    "affix": 0.6,
    "word": 0.6,
    "imported": 0.9,
    "spoken": 0.85,
    "standard": 0.6,
}


def slips(edits: Sequence[Edit], length: int) -> float:
    """Of letters: one is likely a slip in any name of some length, two only in a long one."""
    weight = 1.0
    for edit in edits:
        weight *= KINDS[edit.kind]
    if len(edits) == 1:
        return weight * _ONE[min(length, len(_ONE) - 1)]
    return weight * _TWO[min(length, len(_TWO) - 1)]


_ONE: Final = (0.0, 0.0, 0.0, 0.3, 0.45, 0.7, 0.85, 0.95, 1.0)
_TWO: Final = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.5, 0.7, 0.8, 0.85, 0.9)


def fame(rank: int | None) -> float:
    """1 for the best known, 0.75 at the end of the list and for what has no rank."""
    return 1.0 if not rank or rank <= 100 else 1.0 - 0.115 * (log10(rank) - 2.0)


def weighed(likeness: float, rank: int | None, known: bool) -> float:
    score = likeness * fame(rank)
    if not known:
        # Nobody had this name on the day of the list: it is new, or it never was.
        score = score + (1.0 - score) * 0.4 if score > 0.3 else score
    return round(min(score, 1.0), 3)
