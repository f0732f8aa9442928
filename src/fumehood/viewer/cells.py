"""Sets of cells: as bytes on the wire (`datasets.cellsets`), as places in the dataset, as a user calls them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fumehood.core.errors import CellsUnknown
from fumehood.datasets.cellsets import check, pack, unpack

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from fumehood.viewer.names import Names

__all__ = ["check", "chosen", "pack", "unpack"]


def chosen(said: Any, n_cells: int, names: Names) -> NDArray[np.uint32]:
    """Places, ascending, each once; of places, names, a boolean for each cell, or anything with such `cells`.
    Raises `CellsUnknown`, or what a name that is not there raises."""
    import numpy as np

    if isinstance(said, str):
        said = [said]
    given = np.asarray(getattr(said, "cells", said))
    if given.ndim != 1:
        raise CellsUnknown("Cells are said as one list.")
    if given.size == 0:
        return np.zeros(0, np.uint32)
    if given.dtype == np.bool_:
        if given.size != n_cells:
            raise CellsUnknown(f"There are {n_cells:,} cells, and {given.size:,} booleans.")
        return np.flatnonzero(given).astype(np.uint32)
    if given.dtype.kind in "iu":
        if int(given.min()) < 0 or int(given.max()) >= n_cells:
            raise CellsUnknown(f"Places of cells go from 0 to {n_cells - 1}.")
        return np.unique(given).astype(np.uint32)
    if given.dtype.kind in "OUT" and all(isinstance(name, str) for name in given.tolist()):
        return np.unique(np.array([names.cell(str(name)) for name in given.tolist()], np.uint32))
    raise CellsUnknown(f"Cells cannot be said by values of the type {given.dtype}.")
