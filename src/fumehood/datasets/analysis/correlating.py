"""How a gene or a column goes with every gene: Pearson's correlation over the cells that have a value of it.

A missing value of a gene counts as 0, as in comparisons. Costs what a gene has stored; memory: two numbers a cell.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from fumehood.core.errors import BadQuestion
from fumehood.datasets.analysis import testing

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from fumehood.datasets.genes.column import Column

FEWEST: Final = 3
"""Cells: through two points there is always a line."""


class Correlations(NamedTuple):
    cells: int
    values: NDArray[np.float64]
    """One a gene, NaN where it or what is asked about is the same in all cells."""
    chances: NDArray[Any]
    adjusted: NDArray[Any]
    """Of those that are a number."""


def correlate(
    read: Callable[[int], Column], n_genes: int, what: NDArray[np.float32], within: NDArray[np.bool_]
) -> Correlations:
    """`what`: a number for each cell; `within`: the cells that are looked at. Raises `BadQuestion`."""
    import numpy as np

    taken = within & np.isfinite(what)
    count = int(taken.sum())
    if count < FEWEST:
        raise BadQuestion(f"{count} cells have a value of it; {FEWEST} are needed.")
    centred = np.where(taken, what, 0).astype(np.float64)
    centred = np.where(taken, centred - centred.sum() / count, 0)
    spread = float((centred * centred).sum())
    found = np.full(n_genes, np.nan)
    for gene in range(n_genes):
        column = read(gene)
        cells = slice(None) if column.cells is None else column.cells
        values = np.where(np.isfinite(column.values) & taken[cells], column.values, 0).astype(np.float64)
        total = float(values.sum())
        squares = float((values * values).sum())
        own = squares - total * total / count
        if spread > 0 and own > 1e-12 * squares:
            found[gene] = float((values * centred[cells]).sum()) / np.sqrt(own * spread)
    np.clip(found, -1, 1, out=found)
    known = ~np.isnan(found)
    chances, adjusted = np.full(n_genes, np.nan), np.full(n_genes, np.nan)
    chances[known] = testing.of_correlations(found[known], count)
    adjusted[known] = testing.adjusted(chances[known])
    return Correlations(count, found, chances, adjusted)
