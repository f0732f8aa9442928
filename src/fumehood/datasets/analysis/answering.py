"""A question of the protocol, answered from a dataset: checked, computed gene by gene, written as columns.

Every transport, and Python itself, asks here: the same question has the same answer everywhere. What is asked is a
stranger's; what it costs is bounded before it is begun (`limits.ASK_*`), and it ends soon after it was taken back. Runs
in the caller's thread, for as long as it takes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

from fumehood.core import limits
from fumehood.core.errors import BadQuestion, LimitExceeded
from fumehood.datasets import cellsets, near
from fumehood.datasets.analysis import comparing, correlating, scoring, splits
from fumehood.datasets.genes.walking import Tell, Walk
from fumehood.protocol.viewer import (
    Answer,
    CellGroup,
    Cells,
    Compare,
    Compared,
    Correlate,
    Correlated,
    Markers,
    Question,
    Ranking,
    Score,
    Scored,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from fumehood.datasets.analysis.splits import Split
    from fumehood.datasets.dataset import Column, Dataset
    from fumehood.datasets.genes.column import Column as Gene
    from fumehood.datasets.genes.reading import Genes

Buffers = Sequence[bytes | memoryview]
COMPARING: Final = "Comparing genes"


def answer(
    dataset: Dataset,
    genes: Genes,
    question: Question,
    buffers: Buffers,
    tell: Tell = lambda done, total, what: None,
    cancelled: Callable[[], bool] = lambda: False,
    rows: int = limits.ASK_ROWS,
) -> Answer:
    """`tell` is called often, in this thread; `rows` of all tables together are answered at most.
    Raises `BadQuestion`, `BadMessage`, `LimitExceeded`, `DatasetMemberMissing`, `AnalysisCancelled`, and what reading
    raises."""
    import numpy as np

    with np.errstate(all="ignore"):  # what is infinite in a dataset has no score, and nobody is warned of it
        return _Answering(dataset, genes, buffers, tell, cancelled, rows).to(question)


class _Answering:
    def __init__(
        self, dataset: Dataset, genes: Genes, buffers: Buffers, tell: Tell, cancelled: Callable[[], bool], rows: int
    ) -> None:
        self._dataset = dataset
        self._genes = genes
        self._buffers = buffers
        self._tell = tell
        self._cancelled = cancelled
        self._rows = rows

    def to(self, question: Question) -> Answer:
        if self._dataset.n_genes == 0:
            raise BadQuestion("The dataset has no genes.")
        match question:
            case Compare():
                return self._compared(self._two(question), question, self._dataset.n_genes)
            case Markers():
                if question.column and question.groups:
                    raise BadQuestion("Markers are those of a column or of groups, not of both.")
                split = self._column(question.column) if question.column else self._groups(question.groups)
                return self._compared(split, question, max(1, question.most))
            case Score():
                return self._scored(question)
            case Correlate():
                return self._correlated(question)

    def _walk(self, what: str) -> Walk:
        return Walk(self._genes, self._dataset.n_genes, what, self._tell, self._cancelled)

    # -- which cells

    def _cells(self, cells: Cells) -> NDArray[np.uint32]:
        n_cells = self._dataset.n_cells
        return cellsets.unpack(cells, cellsets.check(cells, self._buffers, n_cells), n_cells)

    def _two(self, question: Compare) -> Split:
        import numpy as np

        one = self._cells(question.a)
        if question.b is not None:
            return splits.two(self._dataset.n_cells, one, self._cells(question.b))
        codes = np.full(self._dataset.n_cells, 255, np.uint8)
        codes[one] = 0
        if not len(one):
            raise BadQuestion("The first group has no cells.")
        return splits.rest(codes, ("first",), 255)

    def _groups(self, groups: Sequence[CellGroup]) -> Split:
        import numpy as np

        if not groups:
            raise BadQuestion("Markers of nothing were asked for.")
        if len(groups) > limits.ASK_SETS:
            raise LimitExceeded(f"At most {limits.ASK_SETS} groups are compared at once.")
        self._bound(len(groups))
        out = np.uint16(limits.ASK_SETS)
        codes = np.full(self._dataset.n_cells, out, np.uint16)
        for number, group in enumerate(groups):
            cells = self._cells(group.cells)
            if not len(cells):
                raise BadQuestion(f"The group {_short(group.name)!r} has no cells.")
            shared = int((codes[cells] != out).sum())
            if shared:
                raise BadQuestion(
                    f"The group {_short(group.name)!r} shares {shared:,} cells with those before it.",
                    hint="Compare them two by two.",
                )
            codes[cells] = number
        return splits.rest(codes, [_short(group.name) for group in groups], int(out))

    def _column(self, key: str) -> Split:
        column = self._found(key)
        if column.kind != "category":
            raise BadQuestion(f"{_short(key)!r} has numbers, not categories.")
        self._bound(len(column.categories))
        codes = self._dataset.codes(key)
        return splits.rest(codes, column.categories, 2 ** (8 * codes.dtype.itemsize) - 1)

    def _bound(self, groups: int) -> None:
        if groups * self._dataset.n_genes > limits.ASK_NUMBERS:
            raise LimitExceeded(
                f"{groups:,} groups of {self._dataset.n_genes:,} genes are too many to compare at once.",
                hint="Compare some of them.",
            )

    def _found(self, key: str) -> Column:
        columns = {column.key: column for column in self._dataset.columns}
        if key not in columns:
            raise near.missing("column", _short(key), columns)
        return columns[key]

    # -- answers

    def _compared(self, split: Split, how: Compare | Markers, most: int) -> Compared:
        import numpy as np

        n_genes = self._dataset.n_genes
        every = np.arange(self._dataset.n_cells, dtype=np.uint32)
        walk = self._walk(COMPARING)

        def read(gene: int) -> tuple[NDArray[np.uint32], NDArray[np.float32]]:
            column = walk(gene)
            return (every if column.cells is None else column.cells), column.values

        found = comparing.rank(
            read, n_genes, split, how.method, correct_ties=how.tie_correct, cancelled=self._cancelled
        )
        names = self._dataset.gene_names()
        most = min(most, max(1, self._rows // len(split.ranked)))
        total = split.cells
        rankings = []
        for number, one in enumerate(found):
            order = one.order()[:most]
            size = int(split.sizes[number])
            rankings.append(
                Ranking(
                    group=one.group,
                    cells=size,
                    others=total - size,
                    genes=order.tolist(),
                    names=[str(names[gene]) for gene in order.tolist()],
                    scores=_numbers(one.scores[order]),
                    p_values=_numbers(one.chances[order]),
                    adjusted=_numbers(one.adjusted[order]),
                    fold_changes=_numbers(one.fold_changes[order]),
                    means=_numbers(one.means[0][order]),
                    other_means=_numbers(one.means[1][order]),
                    shares=_numbers(one.shares[0][order]),
                    other_shares=_numbers(one.shares[1][order]),
                )
            )
        return Compared(how.method, how.tie_correct, n_genes, rankings)

    def _scored(self, question: Score) -> Scored:
        if not 0 < len(question.genes) <= limits.ASK_GENES:
            raise BadQuestion(f"A score is of one to {limits.ASK_GENES:,} genes.")
        for gene in question.genes:
            self._gene(gene)
        walk = self._walk("Looking for genes to compare with")
        matrix = self._dataset.matrix()
        single = matrix.layout == "dense" and matrix.dtype == "float32"  # numpy sums all others in float64

        def again(gene: int) -> Gene:
            walk.what = "Adding up"  # what was turned round for it is still there
            return walk(gene)

        found = scoring.score(walk, again, self._dataset.n_genes, question.genes, single)
        return Scored(found.values.astype("<f4").tobytes(), found.genes.tolist(), found.controls.tolist())

    def _correlated(self, question: Correlate) -> Correlated:
        import numpy as np

        n_cells, n_genes = self._dataset.n_cells, self._dataset.n_genes
        if question.gene is not None:
            what = self._genes.column(self._gene(question.gene)).dense()
        elif self._found(question.column).kind == "continuous":
            what = self._dataset.values(question.column)
        else:
            raise BadQuestion(f"{_short(question.column)!r} has categories, not numbers.")
        within = np.ones(n_cells, np.bool_)
        if question.cells is not None:
            within[:] = False
            within[self._cells(question.cells)] = True
        found = correlating.correlate(self._walk("Correlating genes"), n_genes, what, within)
        order = np.argsort(-found.values, kind="stable")[: self._rows]
        names = self._dataset.gene_names()
        return Correlated(
            cells=found.cells,
            of=n_genes,
            genes=order.tolist(),
            names=[str(names[gene]) for gene in order.tolist()],
            correlations=_numbers(found.values[order]),
            p_values=_numbers(found.chances[order]),
            adjusted=_numbers(found.adjusted[order]),
        )

    def _gene(self, gene: int) -> int:
        if not 0 <= gene < self._dataset.n_genes:
            raise BadQuestion(f"Genes go from 0 to {self._dataset.n_genes - 1:,}.")
        return gene


def _numbers(values: NDArray[Any]) -> list[float | None]:
    """NaN and infinity become null in JSON."""
    found: list[float | None] = values.astype(float).tolist()
    return found


def _short(name: str) -> str:
    return name if len(name) <= limits.VIEWER_TEXT else f"{name[: limits.VIEWER_TEXT]}…"
