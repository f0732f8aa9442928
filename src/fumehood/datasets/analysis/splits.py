"""Which cells are compared with which: groups of a dataset's cells, each cell in one of them, or beside them, or out.

Made once for a comparison; genes are then looked at one by one against it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fumehood.core.errors import BadQuestion

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

OUT = -1
"""Of a cell that takes no part."""
FEWEST = 2
"""Cells of a group: of one alone no variance can be told."""


@dataclass(frozen=True, slots=True)
class Split:
    """`groups` names them; `codes` says each cell's: its group's number, `len(groups)` for a cell that takes part in no
    group of its own (it belongs to the rest), or OUT."""

    groups: tuple[str, ...]
    codes: NDArray[np.int32]
    sizes: NDArray[np.int64]
    """Of every code, the rest last."""
    ranked: tuple[str, ...]
    """The groups that are asked about: of a pair, the first."""

    @property
    def cells(self) -> int:
        """That take part."""
        return int(self.sizes.sum())


def two(n_cells: int, one: NDArray[np.uint32], other: NDArray[np.uint32]) -> Split:
    """`one` (code 0) against `other` (code 1); nothing else takes part. Raises BadQuestion."""
    import numpy as np

    codes = np.full(n_cells, OUT, np.int32)
    codes[_within(other, n_cells)] = 1
    shared = int((codes[_within(one, n_cells)] == 1).sum())
    if shared:
        raise BadQuestion(f"The groups share {shared:,} cells.", hint="Take them out of one of the two.")
    codes[one] = 0
    return _checked(("first", "second"), codes, 1)


def rest(codes: NDArray[np.generic], groups: Sequence[str], missing: int) -> Split:
    """Each category against all other cells. Categories that nobody has are no group. Raises BadQuestion."""
    import numpy as np

    none = len(groups)
    wide = np.where(codes == missing, none, codes.astype(np.int64))
    present = np.flatnonzero(np.bincount(wide, minlength=none)[:none])
    number = np.full(none + 1, len(present), np.int32)  # of the groups, and not of the values that codes can have
    number[present] = np.arange(len(present), dtype=np.int32)
    return _checked(tuple(groups[int(at)] for at in present), number[wide], len(present))


def _within(cells: NDArray[np.uint32], n_cells: int) -> NDArray[np.uint32]:
    if len(cells) and int(cells.max()) >= n_cells:
        raise BadQuestion("A group has cells that the dataset does not have.")
    return cells


def _checked(groups: tuple[str, ...], codes: NDArray[np.int32], ranked: int) -> Split:
    import numpy as np

    sizes = np.bincount(codes[codes >= 0], minlength=len(groups) + 1).astype(np.int64)
    for name, size in zip(groups, sizes, strict=False):
        if size < FEWEST:
            raise BadQuestion(f"The group {name!r} has {size} cell{'' if size == 1 else 's'}; two are needed.")
    if not groups or int(sizes.sum()) - int(sizes[0]) < FEWEST:
        raise BadQuestion("There is nothing to compare with.")
    return Split(groups, codes, sizes, groups[:ranked])
