"""Members of `obsm`: arrays, sparse matrices, DataFrames, or fields of one old table; their first columns are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from fumehood.core import limits
from fumehood.core.errors import DatasetMemberUnreadable, LimitExceeded
from fumehood.datasets import frames, matrices, tree
from fumehood.datasets.columns import StoredColumn, narrowed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from fumehood.datasets.matrices import StoredMatrix
    from fumehood.datasets.tree import Array, Node


class Space(Protocol):
    @property
    def width(self) -> int: ...

    def read(self, columns: int) -> NDArray[np.float32]:
        """The first so many columns, (n_cells, columns), C order."""


def space(obsm: Node, name: str, cells: int) -> Space:
    place = f"{obsm.place}/{name}"
    table, folder = tree.as_array(obsm), tree.as_folder(obsm)
    if table is not None:
        return RecordSpace(table, name, cells)
    member = folder.get(name) if folder is not None else None
    array, node = tree.as_array(member), tree.as_folder(member)
    if array is not None:
        return ArraySpace(array, cells)
    if node is None:
        raise DatasetMemberUnreadable(f"{place} is not there.", place=place)
    if matrices.layout_of(node) is not None:
        return SparseSpace(matrices.StoredMatrix(node, name, "h5ad", None), cells)
    if frames.is_frame(node):
        return FrameSpace(frames.frame(node, None), cells)
    raise DatasetMemberUnreadable(f"{place} is {node.attribute('encoding-type')!r}, which is not shown.", place=place)


def _fits(place: str, rows: int, cells: int) -> None:
    if rows != cells:
        raise DatasetMemberUnreadable(f"{place} has {rows:,} rows; there are {cells:,} cells.", place=place)


class ArraySpace:
    def __init__(self, array: Array, cells: int) -> None:
        if array.sort != "number" or len(array.shape) not in (1, 2):
            raise DatasetMemberUnreadable(f"{array.place} is no matrix of numbers.", place=array.place)
        _fits(array.place, array.shape[0], cells)
        self._array, self.width = array, array.shape[1] if len(array.shape) == 2 else 1

    def read(self, columns: int) -> NDArray[np.float32]:
        rows = slice(0, self._array.shape[0])
        if len(self._array.shape) == 1:
            return narrowed(self._array.read(rows)).reshape(-1, 1)
        return narrowed(self._array.read(rows, slice(0, columns)))


class RecordSpace:
    def __init__(self, table: Array, name: str, cells: int) -> None:
        self._table, self._name = table, name
        kind = table.dtype[name]
        self._place = f"{table.place}[{name!r}]"
        if kind.base.kind not in "iuf" or len(kind.shape) > 1:
            raise DatasetMemberUnreadable(f"{self._place} is no row of numbers.", place=self._place)
        _fits(table.place, table.shape[0], cells)
        self.width = kind.shape[0] if kind.shape else 1

    def read(self, columns: int) -> NDArray[np.float32]:
        values = self._table.field(self._name)
        return narrowed(values.reshape(len(values), -1)[:, :columns])


class FrameSpace:
    """A DataFrame: its columns of numbers."""

    def __init__(self, frame: frames.Frame, cells: int) -> None:
        _fits(frame.place, frame.length, cells)
        self._place = frame.place
        every = [StoredColumn(f"{frame.place}/{key}", frame.source(key)) for key in frame.keys]
        self._columns = [column for column in every if column.kind == "continuous"]
        self._cells, self.width = cells, len(self._columns)
        if not self._columns:
            raise DatasetMemberUnreadable(f"{frame.place} has no columns of numbers.", place=frame.place)

    def read(self, columns: int) -> NDArray[np.float32]:
        import numpy as np

        values = np.empty((self._cells, columns), np.float32)
        for index, column in enumerate(self._columns[:columns]):
            values[:, index] = column.values()
        return values


class SparseSpace:
    def __init__(self, matrix: StoredMatrix, cells: int) -> None:
        _fits(matrix.place, matrix.info.shape[0], cells)
        self._matrix, self.width = matrix, matrix.info.shape[1]

    def read(self, columns: int) -> NDArray[np.float32]:
        import numpy as np

        info = self._matrix.info
        if info.shape[0] * columns * 4 > limits.DATASET_COLUMN:
            raise LimitExceeded(f"{self._matrix.place} is larger than is read at once.", place=self._matrix.place)
        values = np.zeros((info.shape[0], columns), np.float32)
        starts = self._matrix.indptr()
        last = int(starts[-1] if info.layout == "csr" else starts[columns])
        for start in range(0, last, limits.DATASET_SCAN):
            stop = min(start + limits.DATASET_SCAN, last)
            minor, found = self._matrix.entries(start, stop)
            major = np.searchsorted(starts, np.arange(start, stop), side="right") - 1
            rows, across = (major, minor) if info.layout == "csr" else (minor, major)
            kept = across < columns
            np.add.at(values, (rows[kept], across[kept]), found[kept])
        return values
