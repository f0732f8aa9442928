"""All genes of a dataset, one after the other, for a computation over the whole of it: however the matrix lies, it is
read as few times as memory allows, and never once a gene.

    a store, columns, exports     gene by gene
    a store that is being made    waited for: it is one reading of the matrix, and makes the next question quick
    rows, and no store to come    turned round in memory, as many genes at once as `ASK_ENTRIES` values

One thread walks. Whether it is to end is asked before each gene and each piece of the matrix.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from fumehood.core import limits
from fumehood.core.errors import AnalysisCancelled
from fumehood.datasets.genes.column import Column, column_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from fumehood.datasets.genes.blocks import Blocks
    from fumehood.datasets.genes.reading import Genes

Tell = Callable[[int, int, str], None]
"""(done, total, what in words); called often, returns at once."""
_LOOK: Final = 0.2
"""Seconds between two looks at a store that is being made."""
_READING: Final = 0.5
"""Of the work on genes that were turned round, what reading them is taken for."""
_MILLE: Final = 1000


class Walk:
    def __init__(self, genes: Genes, n_genes: int, what: str, tell: Tell, cancelled: Callable[[], bool]) -> None:
        """`what` is done with the genes, in words; it may change on the way."""
        self._genes = genes
        self._n_genes = n_genes
        self.what = what
        self._tell = tell
        self._cancelled = cancelled
        self._turned: _Turned | None = None
        self._ends: NDArray[np.int64] | None = None
        """Behind the last gene of each part, where the matrix is turned round in parts."""
        self._ready = False
        self.read_genes = 0
        """For tests that count."""

    def __call__(self, gene: int) -> Column:
        """Ascending calls are cheap. Raises `AnalysisCancelled`, and what reading raises."""
        self._go_on()
        if not self._ready:
            self._await_store()
            self._ready = True
        self.read_genes += 1
        turned = self._turned
        if turned is not None and turned.low <= gene < turned.high:
            self._tell(*self._share(turned, gene), self.what)
            return turned.column(gene)
        if turned is None and not self._genes.by_rows:
            self._tell(gene, self._n_genes, self.what)
            return self._genes.passing(gene)
        self._turned = turned = None  # before the next part takes as much room
        self._turned = turned = self._turn(gene)
        return turned.column(gene)

    def _go_on(self) -> None:
        if self._cancelled():
            raise AnalysisCancelled("The question was taken back.")

    def _await_store(self) -> None:
        self._genes.prepare()
        pause = threading.Event()
        while (state := self._genes.state()).how == "building":
            self._go_on()
            self._tell(int(state.done * _MILLE), _MILLE, "Preparing the genes, once for this dataset")
            pause.wait(_LOOK)

    def _share(self, turned: _Turned, gene: int) -> tuple[int, int]:
        width = turned.high - turned.low
        return int(turned.low + width * _READING + (gene - turned.low) * (1 - _READING)), self._n_genes

    def _turn(self, gene: int) -> _Turned:
        import numpy as np

        blocks = self._genes.blocks()
        if self._ends is None:
            self._ends = self._parts(blocks)
        part = int(np.searchsorted(self._ends, gene, side="right"))
        low, high = (int(self._ends[part - 1]) if part else 0), int(self._ends[part])
        pieces = []
        for number in range(blocks.count):
            self._go_on()
            done = int(low + (high - low) * _READING * number / blocks.count)
            self._tell(done, self._n_genes, self.what)
            pieces.append(blocks.between(number, low, high))
        counts = np.zeros(high - low, np.int64)
        for _, _, these in pieces:
            counts += these
        starts = np.concatenate(([0], np.cumsum(counts)))
        cells, values = np.empty(starts[-1], np.uint32), np.empty(starts[-1], np.float32)
        filled = starts[:-1].copy()
        for its, found, these in pieces:
            before = np.cumsum(these) - these
            places = np.repeat(filled - before, these) + np.arange(len(found))
            cells[places], values[places] = its, found
            filled += these
        return _Turned(blocks.n_cells, low, high, starts, cells, values)

    def _parts(self, blocks: Blocks) -> NDArray[np.int64]:
        """So many genes at once that their values fit."""
        import numpy as np

        n_genes = self._n_genes
        if blocks.dense:
            step = max(1, limits.ASK_ENTRIES // max(blocks.n_cells, 1))
            return np.minimum(np.arange(step, n_genes + step, step, dtype=np.int64), n_genes)
        if blocks.end <= limits.ASK_ENTRIES:
            return np.asarray([n_genes], np.int64)
        counts = np.zeros(n_genes, np.int64)
        for number in range(blocks.count):
            self._go_on()
            self._tell(number, blocks.count, "Counting the matrix's values")
            there, _ = blocks.reader.entries(*blocks.span(number))
            counts += np.bincount(there, minlength=n_genes)
        ends, held = [], 0
        for gene, count in enumerate(counts.tolist()):
            if held and held + count > limits.ASK_ENTRIES:
                ends.append(gene)
                held = 0
            held += count
        return np.asarray([*ends, n_genes], np.int64)


class _Turned:
    """Some genes of a matrix, each in one piece."""

    def __init__(
        self,
        n_cells: int,
        low: int,
        high: int,
        starts: NDArray[np.int64],
        cells: NDArray[np.uint32],
        values: NDArray[np.float32],
    ) -> None:
        self.low, self.high = low, high
        self._n_cells, self._starts, self._cells, self._values = n_cells, starts, cells, values

    def column(self, gene: int) -> Column:
        part = slice(int(self._starts[gene - self.low]), int(self._starts[gene - self.low + 1]))
        return column_of(self._n_cells, self._cells[part], self._values[part])
