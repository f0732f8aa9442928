"""The expression matrix of an opened file: bounded reads of entries or blocks, and one gene at a time.

Indices come from a file: each of them is checked to lie within the matrix before it is used as one.
"""

from __future__ import annotations

import threading
import weakref
from typing import TYPE_CHECKING, Final

from fumehood.core import limits
from fumehood.core.errors import DatasetMemberMissing, DatasetMemberUnreadable
from fumehood.datasets import tree
from fumehood.datasets.columns import narrowed
from fumehood.datasets.dataset import Layout, MatrixInfo

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

    import numpy as np
    from numpy.typing import NDArray

    from fumehood.datasets.dataset import Kind, MatrixReader
    from fumehood.datasets.tree import Array, Folder

_KEPT: Final = limits.MIB
"""Of an `indptr`, for as long as the file is open."""


def layout_of(folder: Folder) -> Layout | None:
    said = folder.attribute("encoding-type") or folder.attribute("h5sparse_format")
    if said in ("csr_matrix", "csr"):
        return "csr"
    return "csc" if said in ("csc_matrix", "csc") else None


def reader_of(node: tree.Node, name: str, store: Kind, path: Path | None) -> StoredMatrix | DenseMatrix:
    array, folder = tree.as_array(node), tree.as_folder(node)
    if array is not None:
        return DenseMatrix(array, name, store, path)
    assert folder is not None
    return StoredMatrix(folder, name, store, path)


class StoredMatrix:
    """A sparse matrix: by cells (csr) or by genes (csc)."""

    def __init__(self, folder: Folder, name: str, store: Kind, path: Path | None) -> None:
        layout = layout_of(folder)
        shape = folder.attribute("shape") or folder.attribute("h5sparse_shape")
        parts = [tree.array(folder, part) for part in ("indptr", "indices", "data")]
        if layout is None or not _is_shape(shape) or None in parts:
            raise DatasetMemberUnreadable(f"{folder.place} is no sparse matrix.", place=folder.place)
        self.place = folder.place
        self._starts, self._indices, self._data = (part for part in parts if part is not None)
        major = shape[0 if layout == "csr" else 1]
        self._minor = shape[1 if layout == "csr" else 0]
        one = all(part.sort == "number" and len(part.shape) == 1 for part in (self._starts, self._indices, self._data))
        whole = self._starts.dtype.kind in "iu" and self._indices.dtype.kind in "iu"
        if not one or not whole or self._indices.shape != self._data.shape or self._starts.shape != (major + 1,):
            raise DatasetMemberUnreadable(f"The parts of {folder.place} do not fit together.", place=folder.place)
        self._lock = threading.Lock()
        self._indptr: Callable[[], NDArray[np.int64] | None] = lambda: None
        self.info = MatrixInfo(
            name=name, layout=layout, shape=(shape[0], shape[1]), dtype=str(self._data.dtype), store=store,
            stored=self._data.shape[0], chunks=self._data.chunks, path=path,
        )  # fmt: skip

    def indptr(self) -> NDArray[np.int64]:
        """A large one is kept while somebody holds it: eight bytes a cell, which nobody needs beside a gene-major
        store."""
        import numpy as np

        with self._lock:
            found = self._indptr()
            if found is None:
                found = tree.whole(self._starts).astype(np.int64)
                if found[0] != 0 or found[-1] != self.info.stored or (np.diff(found) < 0).any():
                    raise DatasetMemberUnreadable(f"{self.place}/indptr does not rise to the end.", place=self.place)
                found.flags.writeable = False
                self._indptr = weakref.ref(found) if found.nbytes > _KEPT else lambda: found
            return found

    def entries(self, start: int, stop: int) -> tuple[NDArray[np.uint32], NDArray[np.float32]]:
        import numpy as np

        indices = self._indices.read(slice(start, stop))
        if indices.size and (int(indices.min()) < 0 or int(indices.max()) >= self._minor):
            raise DatasetMemberUnreadable(f"{self.place}/indices point outside the matrix.", place=self.place)
        values = self._data.read(slice(start, stop))
        return indices.astype(np.uint32, copy=False), narrowed(values)

    def block(self, cells: slice, genes: slice) -> NDArray[np.float32]:
        raise DatasetMemberUnreadable(f"{self.place} is sparse: it has no blocks.", place=self.place)


class DenseMatrix:
    def __init__(self, array: Array, name: str, store: Kind, path: Path | None) -> None:
        if array.sort != "number" or len(array.shape) != 2:
            raise DatasetMemberUnreadable(f"{array.place} is no matrix of numbers.", place=array.place)
        self.place, self._array = array.place, array
        self.info = MatrixInfo(
            name=name, layout="dense", shape=(array.shape[0], array.shape[1]), dtype=str(array.dtype), store=store,
            chunks=array.chunks, path=path,
        )  # fmt: skip

    def indptr(self) -> NDArray[np.int64]:
        raise DatasetMemberUnreadable(f"{self.place} is dense: it has no entries.", place=self.place)

    def entries(self, start: int, stop: int) -> tuple[NDArray[np.uint32], NDArray[np.float32]]:
        raise DatasetMemberUnreadable(f"{self.place} is dense: it has no entries.", place=self.place)

    def block(self, cells: slice, genes: slice) -> NDArray[np.float32]:
        return narrowed(self._array.read(cells, genes))


def gene(reader: MatrixReader, index: int) -> NDArray[np.float32]:
    """One column, dense. Of a dense matrix in turns of bounded size."""
    import numpy as np

    info = reader.info
    found = gene_sparse(reader, index)
    result = np.zeros(info.shape[0], np.float32)
    if found is not None:
        result[found[0]] = found[1]
        return result
    turn = max(limits.DATASET_SCAN, info.chunks[0] if info.chunks else 1)
    for start in range(0, info.shape[0], turn):
        stop = min(start + turn, info.shape[0])
        result[start:stop] = reader.block(slice(start, stop), slice(index, index + 1))[:, 0]
    return result


def gene_sparse(reader: MatrixReader, index: int) -> tuple[NDArray[np.uint32], NDArray[np.float32]] | None:
    """The stored cells and values of one column; by cells (csr) that is a scan of all, in bounded turns."""
    info = reader.info
    if not 0 <= index < info.shape[1]:
        raise DatasetMemberMissing(f"There is no gene {index:,}: there are {info.shape[1]:,}.")
    if info.layout == "dense":
        return None
    starts = reader.indptr()
    if info.layout == "csc":
        return canonical(*reader.entries(int(starts[index]), int(starts[index + 1])))
    return canonical(*_scanned(reader, starts, index))


def _scanned(
    reader: MatrixReader, starts: NDArray[np.int64], index: int
) -> tuple[NDArray[np.uint32], NDArray[np.float32]]:
    import numpy as np

    cells, values = [], []
    for start in range(0, int(starts[-1]), limits.DATASET_SCAN):
        genes, found = reader.entries(start, min(start + limits.DATASET_SCAN, int(starts[-1])))
        at = np.flatnonzero(genes == index)
        cells.append((np.searchsorted(starts, at + start, side="right") - 1).astype(np.uint32))
        values.append(found[at])
    if not cells:
        return np.zeros(0, np.uint32), np.zeros(0, np.float32)
    return np.concatenate(cells), np.concatenate(values)


def canonical(cells: NDArray[np.uint32], values: NDArray[np.float32]) -> tuple[NDArray[np.uint32], NDArray[np.float32]]:
    """Ascending, each cell once: what is stored twice is summed, as scipy does."""
    import numpy as np

    if cells.size < 2 or bool((cells[1:] > cells[:-1]).all()):
        return cells, values
    order = np.argsort(cells, kind="stable")
    cells, values = cells[order], values[order]
    first = np.flatnonzero(np.concatenate(([True], cells[1:] != cells[:-1])))
    return cells[first], np.add.reduceat(values, first).astype(np.float32)


def _is_shape(shape: Any) -> bool:
    return (
        isinstance(shape, list)
        and len(shape) == 2
        and all(isinstance(length, int) and not isinstance(length, bool) and length >= 0 for length in shape)
        and shape[0] <= limits.DATASET_CELLS
        and shape[1] <= limits.DATASET_CELLS
    )
