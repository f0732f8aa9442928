"""Fractional keys: where a cell stands, as a string that sorts, so that moving a cell touches that cell alone.

A key is a fraction between 0 and 1, written in base 62 with the digits in ASCII order and without zeros at its end;
string comparison is its order, in Python and in JavaScript. Cells with equal keys stand in the order of their ids.
Keys carry random jitter, so that two peers who insert at the same place at the same time get different ones.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
LONG = 48
"""A key that would be longer is a reason to space its neighbourhood anew."""
VALID = re.compile(r"[0-9A-Za-z]{0,199}[1-9A-Za-z]\Z")

_BASE = len(DIGITS)
_VALUE = {digit: value for value, digit in enumerate(DIGITS)}
_ROOM = _BASE**3
"""So many free places there must be between two keys. At a quarter of them one is drawn, at an end of the notebook
of 2,000: that two peers draw the same is rare, and does no harm but that their two cells stand in the order of ids."""

Random = Callable[[int], int]
"""`secrets.randbelow`, or a seeded one in tests."""


def _number(key: str, width: int) -> int:
    number = 0
    for digit in key:
        number = number * _BASE + _VALUE[digit]
    return number * int(_BASE ** (width - len(key)))


def _text(number: int, width: int) -> str:
    digits = []
    for _ in range(width):
        number, digit = divmod(number, _BASE)
        digits.append(DIGITS[digit])
    return "".join(reversed(digits)).rstrip("0")


def between(low: str | None, high: str | None, random: Random = secrets.randbelow) -> str | None:
    """A key strictly between two others; `None` stands for an end of the notebook.

    Returns `None` where there is nothing between them: equal or reversed keys, which only a concurrent insert that
    drew the same key or a foreign program can leave behind.
    """
    width = max(len(low or ""), len(high or ""), 1)
    while True:
        bottom = _number(low or "", width)
        top = _number(high, width) if high is not None else int(_BASE**width)
        gap = top - bottom
        if gap <= 0:
            return None
        if gap >= _ROOM:
            break
        width += 1
    # At an end of the notebook a small step, so that a thousand cells written one below the other keep short keys.
    step = min(gap // 4, _ROOM if low is not None and high is not None else _BASE**2)
    step = step // 2 + random(step // 2) + 1
    # Else near the lower one: people write downwards, and the space above is what they will need.
    return _text(top - step if low is None and high is not None else bottom + step, width)


def spread(low: str | None, high: str | None, count: int) -> list[str] | None:
    """`count` keys in order, evenly spaced between two others; `None` where there is nothing between them."""
    width = max(len(low or ""), len(high or ""), 1)
    while True:
        bottom = _number(low or "", width)
        top = _number(high, width) if high is not None else int(_BASE**width)
        if top - bottom <= 0:
            return None
        step = (top - bottom) // (count + 1)
        if step >= _BASE**2:
            return [_text(bottom + step * (index + 1), width) for index in range(count)]
        width += 1
