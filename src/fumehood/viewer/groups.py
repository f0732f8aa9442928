"""The groups that a person drew, and how they become columns of `adata.obs`. Nothing there is overwritten unasked."""

from __future__ import annotations

from collections.abc import ItemsView, Iterable, Mapping, ValuesView
from typing import TYPE_CHECKING, Any

from fumehood.core import limits
from fumehood.core.errors import Busy, ColumnTaken, ViewerArgument
from fumehood.viewer.events import Group

if TYPE_CHECKING:
    from anndata import AnnData


class Groups(Mapping[str, Group]):
    """By name, in the order in which they were drawn. What changes is put in place whole: whoever goes through them
    meanwhile sees them as they were."""

    def __init__(self) -> None:
        self._groups: dict[str, Group] = {}
        self._words: dict[str, int] = {}
        """How much each says of how it was made, as JSON."""

    def __getitem__(self, name: str) -> Group:
        return self._groups[name]

    def __iter__(self) -> Any:
        return iter(self._groups)

    def __len__(self) -> int:
        return len(self._groups)

    def __repr__(self) -> str:
        return f"Groups({', '.join(f'{name}: {group.count:,}' for name, group in self.items())})"

    def values(self) -> ValuesView[Group]:
        return self._groups.values()

    def items(self) -> ItemsView[str, Group]:
        return self._groups.items()

    def keep(self, group: Group, words: int) -> None:
        """In place of one of the same id or name. Raises `Busy`, and then all are as they were."""
        others = {name: one for name, one in self._groups.items() if one.id != group.id}
        if group.name not in others and len(others) >= limits.VIEWER_GROUPS:
            raise Busy(f"A viewer keeps {limits.VIEWER_GROUPS} groups.")
        said = {**{name: self._words[name] for name in others}, group.name: words}
        if sum(said.values()) > limits.VIEWER_HOW:
            raise Busy("The groups of a viewer say too much of how they were made.")
        self._groups, self._words = {**others, group.name: group}, said

    def drop(self, id: str) -> None:
        self._groups = {name: group for name, group in self._groups.items() if group.id != id}


def one_column(adata: AnnData, groups: Iterable[Group], column: str, overwrite: bool) -> int:
    """As one categorical column; a cell of several groups gets the last. How many such cells there are."""
    import numpy as np
    import pandas as pd

    drawn = list(groups)
    _check(adata, drawn, [column], overwrite)
    codes = np.full(adata.n_obs, -1, np.int32)
    again = np.zeros(adata.n_obs, np.bool_)
    for code, group in enumerate(drawn):
        again[group.cells] |= codes[group.cells] >= 0
        codes[group.cells] = code
    values = pd.Categorical.from_codes(codes, categories=[group.name for group in drawn])
    adata.obs[column] = pd.Series(values, index=adata.obs_names)
    return int(again.sum())


def each_column(adata: AnnData, groups: Iterable[Group], prefix: str, overwrite: bool) -> list[str]:
    """Each as a boolean column. The columns' names, in which a slash became another sign: in a file it would make a
    column of a column."""
    drawn = list(groups)
    columns: list[str] = []
    for group in drawn:
        plain = name = f"{prefix}{group.name.replace('/', '|')}"
        for number in range(2, len(drawn) + 1):
            if name not in columns:
                break
            name = f"{plain} ({number})"
        columns.append(name)
    _check(adata, drawn, columns, overwrite)
    for column, group in zip(columns, drawn, strict=True):
        adata.obs[column] = group.mask
    return columns


def _check(adata: AnnData, groups: list[Group], columns: list[str], overwrite: bool) -> None:
    if not groups:
        raise ViewerArgument("No group was drawn yet.", hint="Select cells in the viewer and keep them under a name.")
    if adata.n_obs != groups[0].n_cells:
        raise ViewerArgument(f"The viewer shows {groups[0].n_cells:,} cells and this AnnData has {adata.n_obs:,}.")
    taken = [column for column in columns if column in adata.obs.columns]
    if taken and not overwrite:
        raise ColumnTaken(f"obs has a column {taken[0]!r} already.", hint="Say `overwrite=True`, or give another name.")
