"""What a viewer shows: a dataset's table of resources, its names, and the AnnData where it is in memory."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fumehood.core.errors import ViewerArgument

if TYPE_CHECKING:
    import numpy as np
    from anndata import AnnData
    from numpy.typing import NDArray

    from fumehood.datasets.dataset import Dataset
    from fumehood.datasets.resource import Table
    from fumehood.datasets.sessions.matching import Subject
    from fumehood.protocol.viewer import Answer, Question


class Source:
    def __init__(self, dataset: Dataset, table: Table, adata: AnnData | None = None) -> None:
        self.table = table
        self.adata = adata
        self._dataset = dataset

    @property
    def name(self) -> str:
        return self._dataset.name

    @property
    def kind(self) -> str:
        return self._dataset.kind

    @property
    def n_cells(self) -> int:
        return self._dataset.n_cells

    @property
    def n_genes(self) -> int:
        return self._dataset.n_genes

    @property
    def column_keys(self) -> Sequence[str]:
        return [column.key for column in self._dataset.columns]

    @property
    def embedding_keys(self) -> Sequence[str]:
        return [embedding.key for embedding in self._dataset.embeddings]

    def gene_names(self) -> Sequence[str]:
        return self._dataset.gene_names()

    def cell_names(self, cells: NDArray[np.uint32] | None = None) -> Sequence[str]:
        return self._dataset.cell_names(cells)

    def cells_of(self, column: str, category: str) -> NDArray[np.uint32]:
        """Those of a category. Raises `DatasetMemberMissing`, `ViewerArgument`."""
        import numpy as np

        found = next(one for one in self._dataset.columns if one.key == column)
        if found.kind != "category":
            raise ViewerArgument(f"{column!r} has numbers, not categories.")
        if category not in found.categories:
            from fumehood.datasets import near

            raise near.missing("category", category, found.categories)
        return np.flatnonzero(self._dataset.codes(column) == found.categories.index(category)).astype(np.uint32)

    def answer(self, question: Question, buffers: Sequence[bytes]) -> Answer:
        """To Python itself: of any length."""
        return self.table.answer(question, buffers, rows=sys.maxsize)

    def subject(self) -> Subject:
        """What a session is drawn on."""
        from fumehood.datasets.sessions.matching import Subject

        return Subject.of(self._dataset)

    def close(self) -> None:
        self.table.close()
        self._dataset.close()


def opened(data: Any, *, name: str = "", matrix: str = "X", gene_names: str = "") -> Source:
    """Of a path or an AnnData. Raises whatever opening a dataset raises."""
    from fumehood.datasets.dataset import OpenOptions
    from fumehood.datasets.opening import open_dataset
    from fumehood.datasets.resources import Resources

    dataset = open_dataset(data, OpenOptions(name=name, matrix=matrix, genes=gene_names))
    return Source(dataset, Resources(dataset), None if isinstance(data, str | Path) else data)
