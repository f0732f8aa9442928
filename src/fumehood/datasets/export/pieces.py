"""A row-wise matrix turned around, a range of cells at a time, so that genes can be read together.

A piece holds what some cells have of every gene, gene by gene. Pieces lie in memory, or as scratch files of which two
ranges are read for a gene, so that a matrix of any size is read once, written once, and never held whole; on a cluster
the scratch files lie in the object store, and any worker reads what another one made.

    indptr   (genes + 1) of u64     where each gene begins (sparse; of a dense piece it is what follows from the shape)
    cells    u32
    values   f32
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Protocol

from fumehood.datasets.genes.column import Column, column_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fumehood.datasets.dataset import MatrixReader


class Piece(Protocol):
    def genes(self, first: int, stop: int) -> list[tuple[NDArray[Any] | None, NDArray[Any]]]:
        """(cells, values) of the genes `first` to `stop`; no cells where every cell has a value."""


@dataclass(frozen=True, slots=True)
class Held:
    """In memory."""

    indptr: NDArray[Any]
    cells: NDArray[Any] | None
    values: NDArray[Any]

    def genes(self, first: int, stop: int) -> list[tuple[NDArray[Any] | None, NDArray[Any]]]:
        bounds = self.indptr[first : stop + 1].tolist()
        return [(None if self.cells is None else self.cells[a:b], self.values[a:b]) for a, b in pairwise(bounds)]

    def packed(self) -> bytes:
        """As a scratch file."""
        cells = b"" if self.cells is None else self.cells.tobytes()
        return b"".join((self.indptr.astype("<u8").tobytes(), cells, self.values.tobytes()))


class Reads(Protocol):
    def read(self, path: str, start: int, stop: int) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Spilled:
    """A scratch file of `genes` genes."""

    place: Reads
    path: str
    n_genes: int
    stored: int
    sparse: bool

    def genes(self, first: int, stop: int) -> list[tuple[NDArray[Any] | None, NDArray[Any]]]:
        import numpy as np

        bounds = np.frombuffer(self.place.read(self.path, 8 * first, 8 * (stop + 1)), "<u8").tolist()
        a, b = bounds[0], bounds[-1]
        base = 8 * (self.n_genes + 1)
        cells: NDArray[Any] | None = None
        if self.sparse:
            cells = np.frombuffer(self.place.read(self.path, base + 4 * a, base + 4 * b), "<u4")
            base += 4 * self.stored
        values = np.frombuffer(self.place.read(self.path, base + 4 * a, base + 4 * b), "<f4")
        return Held(np.asarray(bounds) - a, cells, values).genes(0, stop - first)


def turn(reader: MatrixReader, start: int, stop: int, indptr: NDArray[Any] | None) -> Held:
    """The cells `start` to `stop` of a row-wise matrix, gene by gene. `indptr` is the reader's, of a sparse one."""
    import numpy as np

    genes = reader.info.shape[1]
    if indptr is None:
        block = reader.block(slice(start, stop), slice(0, genes))
        turned = np.ascontiguousarray(block.T, np.float32).reshape(-1)
        return Held(np.arange(genes + 1, dtype=np.uint64) * (stop - start), None, turned)
    bounds = indptr[start : stop + 1]
    of, values = reader.entries(int(bounds[0]), int(bounds[-1]))
    cells = np.repeat(np.arange(start, stop, dtype=np.uint32), np.diff(bounds))
    order = _stable(of, genes)
    counts = np.bincount(of, minlength=genes)
    ends = np.zeros(genes + 1, np.uint64)
    np.cumsum(counts, out=ends[1:])
    return Held(ends, cells[order], np.ascontiguousarray(values, np.float32)[order])


def _stable(keys: NDArray[Any], above: int) -> NDArray[Any]:
    """The order that sorts `keys`, equal ones as they were: numpy sorts 16 bits by counting, in linear time."""
    import numpy as np

    if above <= 1 << 16:
        return np.argsort(keys.astype(np.uint16), kind="stable")
    low = np.argsort((keys & 0xFFFF).astype(np.uint16), kind="stable")
    high = np.argsort((keys >> 16).astype(np.uint16)[low], kind="stable")
    return low[high]


def gathered(pieces: Sequence[Piece], n_cells: int, first: int, stop: int) -> list[Column]:
    """The genes `first` to `stop` over all cells; the pieces are in the order of the cells."""
    import numpy as np

    parts = [piece.genes(first, stop) for piece in pieces]
    columns = []
    for gene in range(stop - first):
        cells = [part[gene][0] for part in parts]
        values = np.concatenate([part[gene][1] for part in parts]) if parts else np.zeros(0, np.float32)
        sparse = [one for one in cells if one is not None]
        if len(sparse) < len(cells):
            columns.append(Column(n_cells, None, values))
        else:
            columns.append(column_of(n_cells, np.concatenate(sparse) if sparse else np.zeros(0, np.uint32), values))
    return columns
