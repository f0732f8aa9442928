"""One gene over all cells, as it was stored: every value, or only those that are not zero."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from numpy import float32, uint32
    from numpy.typing import NDArray

_RARE: Final = 8
"""Cells to each value."""


@dataclass(frozen=True, slots=True)
class Column:
    """Read-only. `cells` ascend without repeats; where it is None, `values` has one for each cell."""

    n_cells: int
    cells: NDArray[uint32] | None
    values: NDArray[float32]

    def dense(self) -> NDArray[float32]:
        import numpy as np

        if self.cells is None:
            return self.values
        filled = np.zeros(self.n_cells, np.float32)
        filled[self.cells] = self.values
        return filled

    @property
    def mostly_zeros(self) -> bool:
        """So that packing what `pieces` gives costs less than sending `dense`."""
        return self.cells is not None and self.values.size * _RARE <= self.n_cells

    def pieces(self, length: int = 1 << 16) -> Iterator[memoryview]:
        """`dense` as little-endian bytes, a piece at a time; each is gone with the next one. Asking the system for
        four megabytes of new memory costs more than filling it."""
        import numpy as np

        assert self.cells is not None
        room = np.zeros(length, "<f4")
        starts = np.arange(0, self.n_cells, length)
        ends = np.searchsorted(self.cells, starts + length)
        first = 0
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
            there = self.cells[first:end] - np.uint32(start)
            room[there] = self.values[first:end]
            yield room[: self.n_cells - start].data.cast("B")
            room[there] = 0
            first = end

    @property
    def nbytes(self) -> int:
        return self.values.nbytes + (0 if self.cells is None else self.cells.nbytes)


def column_of(n_cells: int, cells: NDArray[Any], values: NDArray[Any]) -> Column:
    """A sparse column of what a store says: in any order, zeros written out, a cell named twice (its values add up)."""
    import numpy as np

    cells = np.ascontiguousarray(cells, np.uint32)
    values = np.ascontiguousarray(values, np.float32)
    if cells.size > 1:
        ascending = cells[1:] > cells[:-1]
        if not ascending.all():
            order = np.argsort(cells, kind="stable")
            cells, values = cells[order], values[order]
            first = np.flatnonzero(np.concatenate(([True], cells[1:] != cells[:-1])))
            if first.size != cells.size:
                values = np.add.reduceat(values, first, dtype=np.float32)
                cells = cells[first]
    kept = values != 0
    if not kept.all():
        cells, values = cells[kept], values[kept]
    return Column(n_cells, cells, values)
