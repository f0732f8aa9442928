"""The names of a dataset, read when they are first needed and looked up with help for those that are not there."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Named(Protocol):
    """As much of a dataset as its names."""

    @property
    def n_cells(self) -> int: ...
    @property
    def column_keys(self) -> Sequence[str]: ...
    @property
    def embedding_keys(self) -> Sequence[str]: ...
    def gene_names(self) -> Sequence[str]: ...
    def cell_names(self, cells: NDArray[np.uint32] | None = None) -> Sequence[str]: ...


class Names:
    def __init__(self, dataset: Named) -> None:
        self._dataset = dataset
        self._lock = threading.Lock()
        self._genes: dict[str, int] | None = None
        self._cells: dict[str, int] | None = None

    @property
    def columns(self) -> Sequence[str]:
        return self._dataset.column_keys

    def of(self, cells: NDArray[np.uint32]) -> list[str]:
        return list(self._dataset.cell_names(cells))

    def gene(self, name: str) -> int | None:
        """Its place; of names that are there twice the first."""
        with self._lock:
            if self._genes is None:
                self._genes = _places(self._dataset.gene_names())
            return self._genes.get(name)

    def cell(self, name: str) -> int:
        """Raises `DatasetMemberMissing`."""
        with self._lock:
            if self._cells is None:
                self._cells = _places(self._dataset.cell_names())
        place = self._cells.get(name)
        if place is None:
            from fumehood.datasets import near

            raise near.missing("cell", name, self._cells)
        return place

    def check_column(self, name: str) -> None:
        """Raises `DatasetMemberMissing`."""
        if name not in self.columns:
            from fumehood.datasets import near

            raise near.missing("column", name, self.columns)

    def check_embedding(self, name: str) -> None:
        """Raises `DatasetMemberMissing`."""
        if name not in self._dataset.embedding_keys:
            from fumehood.datasets import near

            raise near.missing("embedding", name, self._dataset.embedding_keys)

    def check_gene(self, name: str) -> int:
        """Raises `DatasetMemberMissing`."""
        place = self.gene(name)
        if place is None:
            from fumehood.datasets import near

            raise near.missing("gene", name, self._genes or ())
        return place

    def column_or_gene(self, name: str) -> int | None:
        """The gene's place; None for a column, which is meant where both have the name. Raises
        `DatasetMemberMissing` with what is near among both."""
        if name in self.columns:
            return None
        place = self.gene(name)
        if place is None:
            from fumehood.datasets import near

            raise near.missing("column or gene", name, [*self.columns, *(self._genes or ())])
        return place


def _places(names: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, name in enumerate(names):
        found.setdefault(str(name), place)
    return found
