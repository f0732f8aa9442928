"""Whom a name may be taken for: candidates from the index, each with the kinds of likeness and their points."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from fumehood.trust.lookalikes import forms, layout, scoring
from fumehood.trust.lookalikes.edits import Edit, between
from fumehood.trust.lookalikes.index import Index


class Likeness(NamedTuple):
    number: int
    points: float
    reasons: tuple[str, ...]


# fmt: off
_AFFIXES: Final = (
    "python", "py", "python3", "py3", "lib", "libs", "dev", "utils", "util", "tool", "tools", "api", "sdk",
    "client", "core", "new", "pro", "plus", "official", "secure", "security", "safe", "fast", "easy",
    "simple", "helper", "helpers", "module", "package", "pkg", "install", "installer", "update", "updated",
    "latest", "stable", "fixed", "fix", "patch", "patched", "the", "my", "real", "original", "test", "tests",
    "demo", "src", "async", "aio", "toolkit", "extra", "extras", "addon",
)
# fmt: on


def found(index: Index, name: str) -> Iterator[Likeness]:
    """Of a normal name that is not a target itself."""
    plain = name.encode("ascii")
    yield from _letters(index, name, plain)
    yield from _forms(index, name)
    words = name.split("-")
    if len(words) > 1:
        yield from _words(index, name, words)
    yield from _affixed(index, name, words)


def _letters(index: Index, name: str, plain: bytes) -> Iterator[Likeness]:
    if len(name) > 2 + _LONGEST:
        return
    keys = {plain} | layout.once(plain)
    if layout.TWICE_FROM - 1 <= len(name) <= layout.TWICE_TO + 1:
        keys |= layout.twice(plain)
    for number in index.owners(*keys):
        target = index.name(number)
        if len(target) < layout.SHORTEST or target == name:
            continue
        edits = between(name, target)
        if edits:
            yield _slipped(index, number, name, target, edits)


_LONGEST: Final = 60
"""Letters of the longest target, with room."""


def _forms(index: Index, name: str) -> Iterator[Likeness]:
    squeezed = forms.squeezed(name)
    for number in index.owners(layout.SQUEEZED + squeezed.encode()):
        target = index.name(number)
        if target != name and forms.squeezed(target) == squeezed:
            yield _of_kind(index, number, name, target, "separator", "the same letters, other separators")
    skeleton = forms.skeleton(name)
    for number in index.owners(layout.SKELETON + skeleton.encode()):
        target = index.name(number)
        if forms.squeezed(target) != squeezed and forms.skeleton(target) == skeleton:
            yield _of_kind(index, number, name, target, "homoglyph", "the same to a quick eye")
    stem = forms.stem(name)
    if stem == name or len(stem) < layout.SHORTEST:
        return
    for number in index.owners(layout.STEM + stem.encode()):
        target = index.name(number)
        if target != name and forms.stem(target) == stem:
            yield _of_kind(index, number, name, target, "version", "another number at its end")


def _words(index: Index, name: str, words: list[str]) -> Iterator[Likeness]:
    ordered = forms.ordered(name)
    for number in index.owners(layout.WORDS + ordered.encode()):
        target = index.name(number)
        if target != name and forms.ordered(target) == ordered:
            yield _of_kind(index, number, name, name, "order", "the same words in another order")
    for gap in layout.gaps(words):
        for number in index.owners(layout.GAP + gap):
            target = index.name(number)
            theirs = target.split("-")
            if len(theirs) != len(words):
                continue
            others = [(a, b) for a, b in zip(words, theirs, strict=True) if a != b]
            edits = between(*others[0]) if len(others) == 1 and len(others[0][1]) >= 4 else None
            if edits:
                yield _slipped(index, number, name, target, edits)
    for at in range(1, len(words)):
        for core, added in ((words[:at], words[at:]), (words[at:], words[:at])):
            said = "-".join(core)
            found = index.number(said) if len(said) > 3 else None
            if found is not None and (index.rank(found) or scoring.UNRANKED) <= _FAMOUS:
                yield _of_kind(index, found, said, said, "word", f"'{'-'.join(added)}' added")


def _affixed(index: Index, name: str, words: list[str]) -> Iterator[Likeness]:
    """A well-known name with a word of no meaning before or behind it."""
    for core, affix in _cores(name, words):
        number = index.number(core)
        if number is not None and index.kind(number) != layout.STANDARD and len(core) >= 4:
            rank = index.rank(number)
            if rank is None or rank <= _FAMOUS:
                yield _of_kind(index, number, core, core, "affix", f"'{affix}' added")


_FAMOUS: Final = 1000


def _slipped(index: Index, number: int, name: str, target: str, edits: tuple[Edit, ...]) -> Likeness:
    kinds = [edit.kind for edit in edits]
    return Likeness(
        number, _points(index, number, name, target, kinds), tuple(f"{edit.kind}: {edit.said}" for edit in edits)
    )


def _of_kind(index: Index, number: int, name: str, target: str, kind: str, said: str) -> Likeness:
    return Likeness(number, _points(index, number, name, target, (kind,)), (f"{kind}: {said}",))


def _points(index: Index, number: int, name: str, target: str, kinds: Sequence[str]) -> float:
    # What is meant counts: `opencv` is as well known as `opencv-python`.
    meant = index.meant(number)
    rank = None if meant is None else index.rank(meant)
    points = scoring.points(kinds, target, rank, name[0] == target[0])
    return points if index.kind(number) in (layout.PACKAGE, layout.VOUCHED) else points + scoring.OTHERWISE


def _cores(name: str, words: list[str]) -> Iterator[tuple[str, str]]:
    for affix in _AFFIXES:
        if name.startswith(affix):
            yield name[len(affix) :].lstrip("-"), affix
        if name.endswith(affix):
            yield name[: -len(affix)].rstrip("-"), affix
