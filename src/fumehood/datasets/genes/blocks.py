"""A matrix that lies cell by cell, read from front to back in pieces of bounded size.

Both who builds the gene-major store and who looks for single genes before it is there walk the same pieces: entries as
(gene, cell, value), whatever the layout is. Of a dense matrix these are the values that are not zero.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from fumehood.datasets.dataset import MatrixReader

    Entries = tuple[NDArray[np.uint32], NDArray[np.float32]]

PIECE: Final = 1 << 19
"""Entries: 4 MiB as they are stored, some 20 MiB while they are sorted; the builder stays below 100 MiB."""
_MOST: Final = 2
"""Pieces that one piece may be as large as, so that a large chunk is not unpacked again and again."""
_FEW: Final = 6
"""Up to it, comparing all entries with each gene is quicker than looking each entry up."""


class Blocks:
    """Pieces by number; any number of threads may read."""

    def __init__(self, reader: MatrixReader, piece: int = PIECE) -> None:
        self.reader = reader
        self.n_cells, self.n_genes = reader.info.shape
        self.dense = reader.info.layout == "dense"
        chunk = reader.info.chunks[0] if reader.info.chunks else 1
        if self.dense:
            self._turn = max(1, piece // max(self.n_genes, 1))
            if chunk > self._turn and chunk * self.n_genes <= _MOST * piece:
                self._turn = chunk
            self.end = self.n_cells
        else:
            self._turn = max(piece, chunk) if chunk <= _MOST * piece else piece
            self.end = int(reader.info.stored or 0)
        self._turn -= self._turn % chunk if chunk < self._turn else 0  # no chunk is unpacked twice
        self.count = -(-self.end // self._turn)

    @cached_property
    def _starts(self) -> NDArray[np.int64]:
        """Held for as long as these blocks are read: the reader may not keep it."""
        return self.reader.indptr()

    def span(self, number: int) -> tuple[int, int]:
        return number * self._turn, min((number + 1) * self._turn, self.end)

    def load(self, number: int) -> Entries | None:
        """The entries of a piece, to be looked through by `columns`; None of a dense matrix, which gives columns."""
        return None if self.dense else self.reader.entries(*self.span(number))

    def columns(self, number: int, loaded: Entries | None, genes: NDArray[np.uint32]) -> list[Entries]:
        """(cells, values) of each of `genes`, which ascend, in this piece."""
        import numpy as np

        start, stop = self.span(number)
        if loaded is None:
            return self._dense_columns(start, stop, genes)
        there, values = loaded
        starts = self._starts
        if genes.size > _FEW:
            return self._many(there, values, starts, start, genes)
        found = []
        for gene in genes.tolist():
            at = np.flatnonzero(there == gene)
            cells = np.searchsorted(starts, at + start, side="right") - 1
            found.append((cells.astype(np.uint32), values[at]))
        return found

    def sorted(self, number: int) -> tuple[NDArray[np.uint32], NDArray[np.float32], NDArray[np.int64]]:
        """Cells and values of this piece, gene after gene, cells ascending within each; how many each gene has."""
        return self.between(number, 0, self.n_genes)

    def between(
        self, number: int, low: int, high: int
    ) -> tuple[NDArray[np.uint32], NDArray[np.float32], NDArray[np.int64]]:
        """The same of the genes from `low` up to `high` alone."""
        import numpy as np

        start, stop = self.span(number)
        if self.dense:
            block = self.reader.block(slice(start, stop), slice(low, high))
            turned = np.ascontiguousarray(block.T)
            genes, cells = np.nonzero(turned)
            counts = np.bincount(genes, minlength=high - low)
            return (cells + start).astype(np.uint32), turned[genes, cells], counts
        there, values = self.reader.entries(start, stop)
        its = self._cells(start, stop)
        if high - low < self.n_genes:
            kept = np.flatnonzero((there >= low) & (there < high))
            there, values, its = there[kept] - np.uint32(low), values[kept], its[kept]
        counts = np.bincount(there, minlength=high - low)
        size = len(there)
        keys = there.astype(np.uint64)
        keys <<= np.uint64(32)
        keys |= np.arange(size, dtype=np.uint64)
        keys.sort()  # of numbers: several times as fast as sorting an index by gene
        keys &= np.uint64(0xFFFFFFFF)
        order = keys.astype(np.int64)
        return its[order], values[order], counts

    def _many(
        self,
        there: NDArray[np.uint32],
        values: NDArray[np.float32],
        starts: NDArray[np.int64],
        start: int,
        genes: NDArray[np.uint32],
    ) -> list[Entries]:
        """One look at each entry for all of `genes`, which ascend."""
        import numpy as np

        wanted = np.zeros(self.n_genes, np.bool_)
        wanted[genes] = True
        at = np.flatnonzero(wanted[there])
        order = np.argsort(there[at], kind="stable")
        at = at[order]
        ends = np.searchsorted(there[at], genes, side="right")
        cells = (np.searchsorted(starts, at + start, side="right") - 1).astype(np.uint32)
        found = values[at]
        return list(zip(np.split(cells, ends[:-1]), np.split(found, ends[:-1]), strict=True))

    def _cells(self, start: int, stop: int) -> NDArray[np.uint32]:
        """The cell of each entry between `start` and `stop`."""
        import numpy as np

        starts = self._starts
        first = int(np.searchsorted(starts, start, side="right")) - 1
        last = int(np.searchsorted(starts, stop, side="left"))
        bounds = np.clip(starts[first : last + 1], start, stop)
        return np.repeat(np.arange(first, last, dtype=np.uint32), np.diff(bounds))

    def _dense_columns(self, start: int, stop: int, genes: NDArray[np.uint32]) -> list[Entries]:
        import numpy as np

        found = []
        low, high = int(genes.min()), int(genes.max()) + 1
        together = (high - low) * (stop - start) <= PIECE
        block = self.reader.block(slice(start, stop), slice(low, high)) if together else None
        for gene in genes.tolist():
            column = (
                block[:, gene - low]
                if block is not None
                else self.reader.block(slice(start, stop), slice(gene, gene + 1))[:, 0]
            )
            at = np.flatnonzero(column)
            found.append(((at + start).astype(np.uint32), column[at]))
        return found
