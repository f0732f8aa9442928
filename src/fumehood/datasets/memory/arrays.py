"""Arrays of an AnnData object as they come: numpy, scipy's sparse ones, DataFrames, HDF5, zarr or dask behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fumehood.core import limits
from fumehood.core.errors import DatasetMemberUnreadable
from fumehood.datasets import matrices
from fumehood.datasets.columns import narrowed
from fumehood.datasets.dataset import Layout, MatrixInfo

if TYPE_CHECKING:
    from typing import Any

    import numpy as np
    from numpy.typing import NDArray

    from fumehood.datasets.dataset import MatrixReader


def sparse_layout(value: Any) -> Layout | None:
    """Of scipy's matrices in memory; everything else is asked for blocks."""
    if hasattr(value, "indptr") and hasattr(value, "indices") and hasattr(value, "data"):
        return "csr" if getattr(value, "format", "") == "csr" else "csc" if value.format == "csc" else None
    return None


def dense(value: Any) -> NDArray[np.float32]:
    """A small part, whatever it is, as numbers."""
    import numpy as np

    if hasattr(value, "compute"):
        value = value.compute()
    if hasattr(value, "to_memory"):
        value = value.to_memory()
    if hasattr(value, "toarray"):
        value = value.toarray()
    if hasattr(value, "to_numpy"):
        value = value.to_numpy(dtype=np.float32, na_value=np.nan)
    return narrowed(np.asarray(value))


class SparseReader:
    """scipy's arrays themselves; what is read are slices of them."""

    def __init__(self, matrix: Any, name: str) -> None:
        import numpy as np

        self._matrix = matrix
        self._starts = np.asarray(matrix.indptr).astype(np.int64, copy=False)
        layout = sparse_layout(matrix)
        assert layout is not None
        self.info = MatrixInfo(
            name=name, layout=layout, shape=(int(matrix.shape[0]), int(matrix.shape[1])), dtype=str(matrix.dtype),
            store="memory", stored=int(self._starts[-1]),
        )  # fmt: skip

    def indptr(self) -> NDArray[np.int64]:
        return self._starts

    def entries(self, start: int, stop: int) -> tuple[NDArray[np.uint32], NDArray[np.float32]]:
        return self.take(slice(start, stop))

    def take(self, places: slice | NDArray[np.int64]) -> tuple[NDArray[np.uint32], NDArray[np.float32]]:
        """Entries in any order."""
        import numpy as np

        indices = self._matrix.indices[places].astype(np.uint32, copy=False)
        return indices, narrowed(self._matrix.data[places])

    def block(self, cells: slice, genes: slice) -> NDArray[np.float32]:
        raise DatasetMemberUnreadable(f"{self.info.name} is sparse: it has no blocks.")


class BlockReader:
    """Anything that can be cut: numpy's, HDF5's, zarr's and dask's arrays."""

    def __init__(self, whole: Any, name: str) -> None:
        self._whole = whole
        self.info = MatrixInfo(
            name=name, layout="dense", shape=(int(whole.shape[0]), int(whole.shape[1])),
            dtype=str(getattr(whole, "dtype", "float32")), store="memory", chunks=chunks_of(whole),
        )  # fmt: skip

    def indptr(self) -> NDArray[np.int64]:
        raise DatasetMemberUnreadable(f"{self.info.name} is dense: it has no entries.")

    def entries(self, start: int, stop: int) -> tuple[NDArray[np.uint32], NDArray[np.float32]]:
        raise DatasetMemberUnreadable(f"{self.info.name} is dense: it has no entries.")

    def block(self, cells: slice, genes: slice) -> NDArray[np.float32]:
        found = dense(self._whole[cells, genes])
        return found.reshape(cells.stop - cells.start, genes.stop - genes.start)


class RowsReader:
    """Some cells, with all genes, of a matrix that lies by cells: it lies by cells too, and whoever looks at every gene
    passes over it once."""

    def __init__(self, whole: SparseReader, cells: NDArray[np.intp], name: str) -> None:
        import numpy as np

        starts = whole.indptr()
        self._whole = whole
        self._begins = starts[cells]
        self._starts = np.concatenate(([0], np.cumsum(starts[cells + 1] - self._begins)))
        self.info = MatrixInfo(
            name=name, layout="csr", shape=(int(cells.size), whole.info.shape[1]), dtype=whole.info.dtype,
            store="memory", stored=int(self._starts[-1]),
        )  # fmt: skip

    def indptr(self) -> NDArray[np.int64]:
        return self._starts

    def entries(self, start: int, stop: int) -> tuple[NDArray[np.uint32], NDArray[np.float32]]:
        import numpy as np

        first = int(np.searchsorted(self._starts, start, side="right")) - 1
        last = int(np.searchsorted(self._starts, stop, side="left"))
        bounds = np.clip(self._starts[first : last + 1], start, stop)
        ahead = self._begins[first:last] - self._starts[first:last]  # of a row here, its row in the whole
        return self._whole.take(np.arange(start, stop) + np.repeat(ahead, np.diff(bounds)))

    def block(self, cells: slice, genes: slice) -> NDArray[np.float32]:
        raise DatasetMemberUnreadable(f"{self.info.name} is sparse: it has no blocks.")


class ViewReader:
    """Some cells and genes of another matrix, a block at a time: a view's own matrix would be a copy."""

    def __init__(self, whole: MatrixReader, cells: NDArray[np.intp], genes: NDArray[np.intp], name: str) -> None:
        self._whole, self._cells, self._genes = whole, cells, genes
        shape = (int(cells.size), int(genes.size))
        self.info = MatrixInfo(name=name, layout="dense", shape=shape, dtype=whole.info.dtype, store="memory")

    def indptr(self) -> NDArray[np.int64]:
        raise DatasetMemberUnreadable(f"{self.info.name} of a view has no entries.")

    def entries(self, start: int, stop: int) -> tuple[NDArray[np.uint32], NDArray[np.float32]]:
        raise DatasetMemberUnreadable(f"{self.info.name} of a view has no entries.")

    def block(self, cells: slice, genes: slice) -> NDArray[np.float32]:
        import numpy as np

        rows, columns = self._cells[cells], self._genes[genes]
        if not rows.size:
            return np.zeros((0, columns.size), np.float32)
        if self._whole.info.layout == "csr":
            return self._by_rows(rows, columns)
        low, high = int(rows.min()), int(rows.max()) + 1
        values = np.empty((rows.size, columns.size), np.float32)
        for number, gene in enumerate(columns.tolist()):
            if self._whole.info.layout == "csc":
                values[:, number] = matrices.gene(self._whole, gene)[rows]
            else:
                values[:, number] = self._whole.block(slice(low, high), slice(gene, gene + 1))[rows - low, 0]
        return values

    def _by_rows(self, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> NDArray[np.float32]:
        """Of a matrix that lies by cells: one look at what lies between the first and the last of these, for all of
        the genes."""
        import numpy as np

        rows, row_of = np.unique(rows, return_inverse=True)
        columns, column_of = np.unique(columns, return_inverse=True)
        starts = self._whole.indptr()
        low, high = int(rows[0]), int(rows[-1]) + 1
        down, across = np.full(high - low, -1, np.intp), np.full(self._whole.info.shape[1], -1, np.intp)
        down[rows - low], across[columns] = np.arange(rows.size), np.arange(columns.size)
        values = np.zeros((rows.size, columns.size), np.float32)
        last = int(starts[high])
        for start in range(int(starts[low]), last, limits.DATASET_SCAN):
            there, found = self._whole.entries(start, min(start + limits.DATASET_SCAN, last))
            at = np.flatnonzero(across[there] >= 0)
            row = down[np.searchsorted(starts, at + start, side="right") - 1 - low]
            at, row = at[row >= 0], row[row >= 0]
            np.add.at(values, (row, across[there[at]]), found[at])  # what is stored twice is summed, as scipy does
        return values[row_of.reshape(-1)][:, column_of.reshape(-1)]


def reader(whole: Any, name: str) -> MatrixReader:
    return SparseReader(whole, name) if sparse_layout(whole) is not None else BlockReader(whole, name)


def chunks_of(value: Any) -> tuple[int, ...]:
    found = getattr(value, "chunks", None)
    if not isinstance(found, tuple) or len(found) != 2:
        return ()
    return tuple(int(one[0] if isinstance(one, tuple) else one) for one in found)
