"""Names and categories that can be columns of an AnnData, and be written into its files."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fumehood.core import limits
from fumehood.core.errors import ColumnTaken

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Axis:
    """The table of the cells, or of the genes, as far as a session needs it."""

    names: Sequence[str]
    columns: frozenset[str]
    taken: frozenset[str]
    """Names that no new column may have: `columns`, and that of the index."""
    column: Callable[[str], pd.Series | None]

    @classmethod
    def of(cls, frame: pd.DataFrame) -> Axis:
        columns = frozenset(str(one) for one in frame.columns)
        index = frozenset() if frame.index.name is None else frozenset([str(frame.index.name)])

        def column(key: str) -> pd.Series | None:
            return frame[key] if key in frame.columns else None

        return cls([str(one) for one in frame.index], columns, columns | index, column)


def safe_name(text: str) -> str:
    """Of letters, digits and `_`, as cellucid makes them."""
    name = re.sub(r"_+", "_", re.sub(r"[^0-9A-Za-z_]+", "_", text[: limits.SESSION_NAME])).strip("_")
    if not name:
        return "cellucid"
    return f"_{name}" if name[0].isdigit() else name


def storable(text: str) -> str:
    """HDF5 holds neither a NUL nor half a character."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def distinct(texts: Sequence[str]) -> list[str]:
    """The second `a` becomes `a (2)`: categories are told apart by their names alone."""
    seen: set[str] = set(texts)
    used: set[str] = set()
    found = []
    for text in texts:
        name, number = text, 1
        while name in used or (number > 1 and name in seen):
            number += 1
            name = f"{text} ({number})"
        used.add(name)
        found.append(name)
    return found


class Namer:
    """Gives each column of one session a name that hurts nobody."""

    def __init__(self, axis: Axis, ours: Collection[str], conflict: str, replace: Collection[str]) -> None:
        self._there = axis.taken
        self._may_go = {*ours, *replace} & axis.columns
        self._conflict = conflict
        self._given: set[str] = set()
        self._next: dict[str, int] = {}

    def name(self, wanted: str) -> str:
        """Raises ColumnTaken."""
        found = self._free(wanted)
        self._given.add(found)
        return found

    def _free(self, wanted: str) -> str:
        if wanted in self._given:
            return self._suffixed(wanted)
        if wanted not in self._there:
            return wanted
        if self._conflict == "overwrite" and wanted in self._may_go:
            return wanted
        if self._conflict == "suffix":
            return self._suffixed(wanted)
        if self._conflict == "error":
            raise ColumnTaken(f"There is a column {wanted!r} already.")
        raise ColumnTaken(
            f"The session would replace the column {wanted!r}, which no session made.",
            hint=f"Say replace=[{wanted!r}] if it may go, or column_conflict='suffix'.",
        )

    def _suffixed(self, wanted: str) -> str:
        number = self._next.get(wanted, 2)
        while f"{wanted}__{number}" in self._there or f"{wanted}__{number}" in self._given:
            number += 1
        self._next[wanted] = number + 1
        return f"{wanted}__{number}"
