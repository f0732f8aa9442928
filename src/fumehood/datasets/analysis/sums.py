"""What a comparison needs to know of one gene: sums and ranks of its values in each group, from what is stored.

Cells without a stored value have the value 0, and share one rank: so a gene costs what it has stored, not what there
are cells. A missing value (NaN) counts as 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from fumehood.datasets.analysis.splits import Split


@dataclass(frozen=True, slots=True)
class Sums:
    """Each array has one number a group, the rest last."""

    totals: NDArray[np.float64]
    squares: NDArray[np.float64]
    expressed: NDArray[np.int64]
    """Cells whose value is not 0."""
    ranks: NDArray[np.float64]
    """Sums of the cells' ranks among all that take part, from 1; equal values share the mean of their ranks."""
    ties: float
    """Sum of t**3 - t over the runs of equal values."""


def of_gene(cells: NDArray[np.uint32], values: NDArray[np.float32], split: Split) -> Sums:
    """`cells` ascending or not, each once; `values` of the same length."""
    import numpy as np

    groups = split.codes[cells]
    kept = (groups >= 0) & (values != 0) & ~np.isnan(values)
    groups, found = groups[kept], values[kept].astype(np.float64)
    width = len(split.sizes)
    expressed = np.bincount(groups, minlength=width)
    zeros = split.cells - len(found)
    order = np.argsort(found, kind="stable")
    ranks, ties = _ranks(found[order], zeros)
    zero_rank = np.count_nonzero(found < 0) + (zeros + 1) / 2
    return Sums(
        totals=np.bincount(groups, found, width).astype(np.float64),
        squares=np.bincount(groups, found * found, width).astype(np.float64),
        expressed=expressed,
        ranks=np.bincount(groups[order], ranks, width) + zero_rank * (split.sizes - expressed),
        ties=ties,
    )


def _ranks(ascending: NDArray[np.float64], zeros: int) -> tuple[NDArray[np.float64], float]:
    """Of values that are not 0, among these and so many zeros."""
    import numpy as np

    count = len(ascending)
    if not count:
        return np.zeros(0), float(zeros) ** 3 - zeros
    begins = np.flatnonzero(np.concatenate(([True], ascending[1:] != ascending[:-1])))
    lengths = np.diff(np.append(begins, count))
    middle = begins + (lengths + 1) / 2 + np.where(ascending[begins] > 0, zeros, 0)
    run = lengths.astype(np.float64)
    return np.repeat(middle, lengths), float((run**3 - run).sum() + float(zeros) ** 3 - zeros)
