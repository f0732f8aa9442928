"""How one name became another: the slips of a hand, by their kind.

At most two slips are told; whatever is further apart is not alike in its letters.
"""

from __future__ import annotations

from typing import Final, NamedTuple

_ROWS: Final = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")
_VOWELS: Final = frozenset("aeiouy")
_LOOKS: Final = frozenset(
    frozenset(pair) for pair in ("0o", "1l", "1i", "il", "5s", "2z", "8b", "3e", "4a", "vw", "gq", "9g")
)


def _neighbours() -> dict[str, str]:
    found: dict[str, str] = {}
    for number, row in enumerate(_ROWS):
        for at, letter in enumerate(row):
            beside = row[at + 1 : at + 2]
            if number + 1 < len(_ROWS):
                below = _ROWS[number + 1]
                beside += below[max(0, at - 1) : at + 1]
            for other in beside:
                found[letter] = found.get(letter, "") + other
                found[other] = found.get(other, "") + letter
    return found


NEIGHBOURS_OF: Final = _neighbours()
"""The keys beside each key."""


class Edit(NamedTuple):
    kind: str
    """`swap`, `double`, `neighbour`, `omission`, `insertion`, `homoglyph`, `vowel`, `substitution`, `separator`,
    `plural`, `version`"""
    said: str
    """Which letters, in plain words."""
    at: int
    """In the target: where a quick eye looks first weighs more."""


def between(name: str, target: str) -> tuple[Edit, ...] | None:
    """What turns `target` into `name`; None if that takes more than two slips."""
    start = 0
    shorter = min(len(name), len(target))
    while start < shorter and name[start] == target[start]:
        start += 1
    end = 0
    while end < shorter - start and name[-1 - end] == target[-1 - end]:
        end += 1
    ours, theirs = name[start : len(name) - end], target[start : len(target) - end]
    if abs(len(ours) - len(theirs)) > 2:
        return None
    if (len(ours) <= 1 and len(theirs) <= 1) or (len(ours) == 2 and ours == theirs[::-1]):
        return (_edit(ours, theirs, target, name, start),)
    steps = _steps(ours, theirs)
    return None if steps is None else tuple(_edit(a, b, target, name, start + at) for a, b, at in steps)


def _steps(ours: str, theirs: str) -> list[tuple[str, str, int]] | None:
    """The two steps from `theirs` to `ours`, which differ at both ends: one at the first letter, one at the last."""
    for a, b in _ONES:
        if not _fits(ours, theirs, a, b):
            continue
        rest, left = ours[a:], theirs[b:]
        same = 0
        while same < min(len(rest), len(left)) and rest[same] == left[same]:
            same += 1
        rest, left = rest[same:], left[same:]
        for c, d in _ONES:
            if len(rest) == c and len(left) == d and _fits(rest, left, c, d):
                return [(ours[:a], theirs[:b], 0), (rest, left, b + same)]
    return None


_ONES: Final = ((2, 2), (1, 1), (0, 1), (1, 0))
"""How many letters of the name and of the target one slip takes: swap, another letter, omission, insertion."""


def _fits(ours: str, theirs: str, a: int, b: int) -> bool:
    if len(ours) < a or len(theirs) < b:
        return False
    return a < 2 or (ours[0] == theirs[1] and ours[1] == theirs[0] and ours[0] != ours[1])


def _edit(ours: str, theirs: str, target: str, name: str, at: int) -> Edit:
    if len(ours) == 2:
        return Edit("swap", f"'{ours}' for '{theirs}'", at)
    if "-" in (ours, theirs):
        if not ours or not theirs:
            return Edit("separator", "one more '-'" if ours else "a '-' is missing", at)
        return Edit("separator", f"'{ours}' for '{theirs}'", at)
    if not theirs:
        return _more(ours, target, at)
    if not ours:
        return _less(theirs, target, at)
    if ours.isdigit() and theirs.isdigit():
        return Edit("version", f"{ours} for {theirs}", at)
    pair = frozenset((ours, theirs))
    said = f"'{ours}' for '{theirs}'"
    if pair in _LOOKS:
        return Edit("homoglyph", said, at)
    if theirs in NEIGHBOURS_OF.get(ours, ""):
        return Edit("neighbour", said, at)
    if pair <= _VOWELS:
        return Edit("vowel", said, at)
    return Edit("substitution", said, at)


def _more(letter: str, target: str, at: int) -> Edit:
    last = at >= len(target)
    if letter.isdigit():
        return Edit("version", f"one more {letter}", at)
    if letter == "s" and target[at - 1 : at] != "s" and (last or target[at] == "-"):
        return Edit("plural", "one more 's'", at)
    if letter in target[max(0, at - 1) : at + 1]:
        return Edit("double", f"'{letter}' twice", at)
    return Edit("insertion", f"one more '{letter}'", at)


def _less(letter: str, target: str, at: int) -> Edit:
    if letter.isdigit():
        return Edit("version", f"the {letter} is missing", at)
    if letter == "s" and (at + 1 == len(target) or target[at + 1] == "-"):
        return Edit("plural", "the 's' is missing", at)
    beside = target[max(0, at - 1) : at] + target[at + 1 : at + 2]
    if letter in beside:
        return Edit("double", f"'{letter}' once", at)
    return Edit("omission", f"'{letter}' is missing", at)
