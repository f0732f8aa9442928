"""Whom a name may be taken for: candidates from the index, each with the kind of likeness and its weight."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from fumehood.trust.lookalikes import forms, layout, scoring
from fumehood.trust.lookalikes.edits import between
from fumehood.trust.lookalikes.index import Index


class Likeness(NamedTuple):
    number: int
    weight: float
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
        keys.update(layout.twice(plain))
    seen: set[int] = set()
    for key in keys:
        seen.update(index.owners(layout.LETTERS + key))
    for number in seen:
        target = index.name(number)
        if len(target) < layout.SHORTEST or target == name:
            continue
        edits = between(name, target)
        if edits:
            weight = scoring.slips(edits, len(target))
            yield Likeness(number, weight, tuple(f"{edit.kind}: {edit.said}" for edit in edits))


_LONGEST: Final = 60
"""Letters of the longest target, with room."""


def _forms(index: Index, name: str) -> Iterator[Likeness]:
    squeezed = forms.squeezed(name)
    for number in index.owners(layout.SQUEEZED + squeezed.encode()):
        target = index.name(number)
        if target != name and forms.squeezed(target) == squeezed:
            yield Likeness(number, scoring.KINDS["separator"], ("separator: the same letters, other separators",))
    skeleton = forms.skeleton(name)
    for number in index.owners(layout.SKELETON + skeleton.encode()):
        target = index.name(number)
        if forms.squeezed(target) != squeezed and forms.skeleton(target) == skeleton:
            yield Likeness(number, scoring.KINDS["homoglyph"], ("homoglyph: the same to a quick eye",))
    stem = forms.stem(name)
    if stem == name or len(stem) < layout.SHORTEST:
        return
    for number in index.owners(layout.STEM + stem.encode()):
        target = index.name(number)
        if target != name and forms.stem(target) == stem:
            yield Likeness(number, scoring.KINDS["version"], ("version: another number at its end",))


def _words(index: Index, name: str, words: list[str]) -> Iterator[Likeness]:
    ordered = forms.ordered(name)
    for number in index.owners(layout.WORDS + ordered.encode()):
        target = index.name(number)
        if target != name and forms.ordered(target) == ordered:
            yield Likeness(number, scoring.KINDS["order"], ("order: the same words in another order",))
    for gap in layout.gaps(words):
        for number in index.owners(layout.GAP + gap):
            theirs = index.name(number).split("-")
            if len(theirs) != len(words):
                continue
            others = [(a, b) for a, b in zip(words, theirs, strict=True) if a != b]
            edits = between(*others[0]) if len(others) == 1 else None
            if edits and len(others[0][1]) >= 4:
                weight = scoring.slips(edits, len(name))
                yield Likeness(number, weight, tuple(f"{edit.kind}: {edit.said}" for edit in edits))


def _affixed(index: Index, name: str, words: list[str]) -> Iterator[Likeness]:
    """A well-known name with a word of no meaning before or behind it."""
    for core, affix in _cores(name, words):
        number = index.number(core)
        if number is not None and index.kind(number) != layout.STANDARD and len(core) >= 4:
            rank = index.rank(number)
            if rank is None or rank <= _FAMOUS:
                yield Likeness(number, scoring.KINDS["affix"], (f"affix: '{affix}' added",))


_FAMOUS: Final = 1000


def _cores(name: str, words: list[str]) -> Iterator[tuple[str, str]]:
    for affix in _AFFIXES:
        if name.startswith(affix):
            yield name[len(affix) :].lstrip("-"), affix
        if name.endswith(affix):
            yield name[: -len(affix)].rstrip("-"), affix
