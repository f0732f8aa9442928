"""Names with what a person said about them. See the first lines of each file in `data/`."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from fumehood.trust.lookalikes import Names

DATA = Path(__file__).parent / "data"


class Labelled(NamedTuple):
    name: str
    kind: str
    """`edit`: letters were changed; `combo`: words were added; `other`."""
    targets: tuple[str, ...]


def labelled(file: str) -> list[Labelled]:
    rows = [line.split("\t") for line in lines(file)]
    return [Labelled(name, kind, tuple(targets.split("|"))) for name, kind, targets in rows]


def lines(file: str) -> list[str]:
    return [line for line in (DATA / file).read_text(encoding="utf-8").split("\n") if line and line[0] != "#"]


def is_listed(names: Names, one: Labelled) -> bool:
    """Is what it was taken for one of the ranked names?"""
    return any(names.judge(target).rank is not None for target in one.targets if target)
