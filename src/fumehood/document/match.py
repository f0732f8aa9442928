"""Which cell of one version of a notebook is which of another, where ids do not say it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from difflib import SequenceMatcher

from fumehood.document.cells import Cell
from fumehood.document.text import cheap

_WORD = re.compile(r"\w+")
_ALIKE = 0.5


def pair(old: Sequence[Cell], new: Sequence[Cell], similar: bool) -> dict[int, int]:
    """Index in `new` to index in `old`, of cells with the same text and type.

    With `similar` also of cells that stand between the same neighbours and share half of their words, or are the
    only ones there.
    """
    before = [(cell.type, cell.source) for cell in old]
    after = [(cell.type, cell.source) for cell in new]
    if not cheap(before, after):
        return _by_occurrence(before, after)
    pairs: dict[int, int] = {}
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            pairs.update(zip(range(c, d), range(a, b), strict=True))
        elif tag == "replace" and similar:
            pairs.update(_alike(old, new, range(a, b), range(c, d)))
    # What moved: the same content elsewhere.
    taken = set(pairs.values())
    free: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for index in range(len(old) - 1, -1, -1):
        if index not in taken:
            free[before[index]].append(index)
    for index in range(len(new)):
        if index not in pairs and after[index][1] and free[after[index]]:
            pairs[index] = free[after[index]].pop()
    return pairs


def _by_occurrence(before: Sequence[tuple[str, str]], after: Sequence[tuple[str, str]]) -> dict[int, int]:
    free: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for index in range(len(before) - 1, -1, -1):
        free[before[index]].append(index)
    return {index: free[content].pop() for index, content in enumerate(after) if free[content]}


def _alike(old: Sequence[Cell], new: Sequence[Cell], olds: range, news: range) -> dict[int, int]:
    if len(olds) == len(news):
        return dict(zip(news, olds, strict=True))
    pairs: dict[int, int] = {}
    start = olds.start
    for index in news:
        words = Counter(_WORD.findall(new[index].source))
        for candidate in range(start, olds.stop):
            others = Counter(_WORD.findall(old[candidate].source))
            shared = (words & others).total()
            if shared and shared >= _ALIKE * max(words.total(), others.total()):
                pairs[index] = candidate
                start = candidate + 1
                break
    return pairs
