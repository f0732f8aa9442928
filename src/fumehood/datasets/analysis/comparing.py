"""Which genes tell groups of cells apart: one pass over the genes, whatever the number of groups.

Exact: every stored value takes part. The work is one sort a gene, and then a little a gene and group; progress is told,
and it ends when it is told to. Memory: seven numbers a gene and group, never a matrix of values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fumehood.core.errors import AnalysisCancelled
from fumehood.datasets.analysis import sums, testing
from fumehood.datasets.analysis.testing import Against, Method

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from fumehood.datasets.analysis.splits import Split

Read = Callable[[int], "tuple[NDArray[np.uint32], NDArray[np.float32]]"]
"""The cells and values that are stored of a gene."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """Of one group against another, or against the rest. Arrays have one number a gene, in the dataset's order."""

    group: str
    scores: NDArray[Any]
    chances: NDArray[Any]
    adjusted: NDArray[Any]
    fold_changes: NDArray[Any]
    """log2."""
    means: tuple[NDArray[Any], NDArray[Any]]
    shares: tuple[NDArray[Any], NDArray[Any]]
    """Of the cells in which the gene is not 0, here and there."""

    def order(self) -> NDArray[Any]:
        """The genes, those with the highest score first; equal ones as the dataset has them."""
        import numpy as np

        return np.argsort(-self.scores, kind="stable")


def rank(
    read: Read,
    n_genes: int,
    split: Split,
    method: Method = "wilcoxon",
    *,
    correct_ties: bool = False,
    progress: Callable[[int, int], None] = lambda done, of: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[Ranking]:
    """One ranking for each of `split.ranked`, made when it is asked for. Raises AnalysisCancelled."""
    import numpy as np

    width = len(split.sizes)
    totals, squares, ranks = (np.zeros((n_genes, width)) for _ in range(3))
    expressed = np.zeros((n_genes, width), np.int64)
    ties = np.zeros(n_genes)
    for gene in range(n_genes):
        if cancelled():
            raise AnalysisCancelled("The comparison was ended.")
        found = sums.of_gene(*read(gene), split)
        totals[gene], squares[gene], ranks[gene] = found.totals, found.squares, found.ranks
        expressed[gene], ties[gene] = found.expressed, found.ties
        progress(gene + 1, n_genes)

    # All others of a group are those before it and those behind it: the same cost of few groups and of very many, and
    # no difference of large numbers.
    each: list[NDArray[Any]] = [totals, squares, expressed]
    behind = [np.cumsum(one[:, ::-1], axis=1)[:, ::-1] for one in each]
    before = [np.zeros_like(one[:, 0]) for one in each]
    for code, name in enumerate(split.ranked):
        if cancelled():
            raise AnalysisCancelled("The comparison was ended.")
        size = int(split.sizes[code])
        here = Against(size, totals[:, code], squares[:, code], expressed[:, code])
        others = [first + last[:, code + 1] for first, last in zip(before, behind, strict=True)]
        there = Against(split.cells - size, *others)
        before = [first + one[:, code] for first, one in zip(before, each, strict=True)]
        if method == "wilcoxon":
            scores, chances = testing.wilcoxon(ranks[:, code], ties, here.size, there.size, correct_ties)
        else:
            scores, chances = testing.welch(here, there)
        yield Ranking(
            group=name,
            scores=scores,
            chances=chances,
            adjusted=testing.adjusted(chances),
            fold_changes=testing.fold_changes(here, there),
            means=(here.means, there.means),
            shares=(here.shares, there.shares),
        )
