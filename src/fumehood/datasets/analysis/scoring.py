"""How high a set of genes is in each cell: their mean, less the mean of control genes that are as high on average.

The controls are those of Scanpy's `score_genes` (1.11) with its defaults, so that a score here and one there are the
same number: genes are ranked by their mean over all cells and cut into 25 bins of one size; of each bin in which one of
the set lies, 50 are drawn with the seed 0; genes of the set are no controls. Cells without a value (NaN) of a gene do
not count that gene. Memory: a number a gene, and two a cell.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from fumehood.core.errors import BadQuestion

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from fumehood.datasets.genes.column import Column

BINS: Final = 25
CONTROLS: Final = 50
SEED: Final = 0


class Scores(NamedTuple):
    values: NDArray[np.float64]
    """One a cell; NaN where none of the set has a value."""
    genes: NDArray[np.int64]
    controls: NDArray[np.int64]


def mean(column: Column, single: bool) -> float:
    """Over the cells that have a value. `single`: in float32 one after the other, as numpy sums a dense matrix."""
    import numpy as np

    missing = np.isnan(column.values)
    count = column.n_cells - int(missing.sum())
    if count == 0:
        return float("nan")
    there = np.where(missing, np.float32(0), column.values)
    if single:
        total = np.cumsum(there, dtype=np.float32)[-1] if there.size else np.float32(0)
        return float(total / np.float32(count))
    return float(there.sum(dtype=np.float64)) / count


def controls(means: NDArray[np.float64], genes: Sequence[int]) -> NDArray[np.int64]:
    """Raises `BadQuestion`."""
    import numpy as np

    pool = np.flatnonzero(np.isfinite(means))
    its = means[pool]
    size = int(np.round(len(pool) / (BINS - 1)))
    ranks = np.searchsorted(np.sort(its), its, side="left") + 1
    bins = ranks // size if size else np.zeros(len(pool), np.int64)
    mine = np.isin(pool, np.asarray(genes, np.int64))
    draw = np.random.RandomState(SEED)  # the generator that Scanpy draws with
    found: list[NDArray[np.int64]] = []
    for one in np.unique(bins[mine]):
        there = pool[bins == one]
        if len(there) > CONTROLS:
            there = there[draw.choice(len(there), size=CONTROLS, replace=False)]
        found.append(there)
    chosen = np.setdiff1d(np.concatenate(found) if found else np.zeros(0, np.int64), np.asarray(genes, np.int64))
    if not len(chosen):
        raise BadQuestion(
            "There are no genes to compare these with.", hint="Ask for fewer genes, or of a dataset with more."
        )
    return chosen


def score(
    read: Callable[[int], Column], again: Callable[[int], Column], n_genes: int, genes: Sequence[int], single: bool
) -> Scores:
    """`read` is called for every gene in their order, then `again` for those that take part. Raises `BadQuestion`."""
    import numpy as np

    means = np.fromiter((mean(read(gene), single) for gene in range(n_genes)), np.float64, n_genes)
    against = controls(means, genes)
    asked = np.unique(np.asarray(genes, np.int64))
    sides: list[NDArray[np.float64]] = []
    for these in (asked, against):
        total: NDArray[np.float64] | None = None
        counts: NDArray[np.float64] | None = None
        for gene in these.tolist():
            column = again(gene)
            if total is None or counts is None:
                total = np.zeros(column.n_cells)
                counts = np.full(column.n_cells, float(len(these)))
            missing = np.isnan(column.values)
            there = np.where(missing, 0, column.values).astype(np.float64)
            if column.cells is None:
                total += there
                counts -= missing
            else:
                total[column.cells] += there
                counts[column.cells] -= missing
        assert total is not None and counts is not None
        with np.errstate(invalid="ignore", divide="ignore"):
            sides.append(total / counts)
    return Scores(sides[0] - sides[1], asked, against)
