"""Questions of the whole dataset: those that Python asks itself, and the answers to those that the page asked.

Both are answered by the same code (`datasets.analysis.answering`), so they have the same numbers. Python's own are
answered in the calling thread; Ctrl-C ends them.
"""

from __future__ import annotations

import threading
from abc import ABC
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from fumehood.core import limits
from fumehood.core.errors import ViewerArgument
from fumehood.protocol.viewer import (
    Answer,
    Ask,
    CellGroup,
    Cells,
    Compare,
    Correlate,
    Correlated,
    Markers,
    Method,
    Question,
    Score,
    Scored,
)
from fumehood.viewer import cells as sets
from fumehood.viewer import tables

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from fumehood.viewer.groups import Groups
    from fumehood.viewer.names import Names
    from fumehood.viewer.source import Source


class Results(Mapping[str, "pd.DataFrame"]):
    """The last answers to what the page asked, by name, the newest last; also by number: `results[-1]`."""

    def __init__(self, cell_names: Callable[[], Sequence[str]]) -> None:
        self._cell_names = cell_names
        self._lock = threading.Lock()
        self._answers: OrderedDict[str, Answer] = OrderedDict()
        self._count = 0

    def __getitem__(self, name: str | int) -> pd.DataFrame:
        with self._lock:
            if isinstance(name, int):
                name = list(self._answers)[name]
            answer = self._answers[name]
        return tables.table(answer, self._cell_names)

    def __iter__(self) -> Iterator[str]:
        with self._lock:
            return iter(list(self._answers))

    def __len__(self) -> int:
        return len(self._answers)

    def __repr__(self) -> str:
        return f"Results({', '.join(repr(name) for name in self)})"

    def keep(self, ask: Ask, answer: Answer) -> None:
        """In any thread. One of the same name is replaced."""
        with self._lock:
            self._count += 1
            name = ask.name[: limits.VIEWER_TEXT] or f"{type(ask.question).__name__.lower()} {self._count}"
            self._answers.pop(name, None)
            self._answers[name] = answer
            held = sum(map(_numbers, self._answers.values()))
            while len(self._answers) > 1 and (len(self) > limits.VIEWER_RESULTS or held > limits.VIEWER_NUMBERS):
                held -= _numbers(self._answers.popitem(last=False)[1])


class Asking(ABC):
    """A viewer's part that asks."""

    groups: Groups
    results: Results
    """What the page asked last."""
    _source: Source
    _names: Names

    def compare(self, a: Any, b: Any = None, *, method: Method = "wilcoxon", tie_correct: bool = False) -> pd.DataFrame:
        """Which genes tell the cells `a` from `b`, or from all others: a row for each gene, the highest score first,
        with the numbers of Scanpy's `rank_genes_groups`. Cells are said as the name of a group kept in the viewer, as
        (column, category), as a selection, or as places, names or booleans. Raises `BadQuestion`, `CellsUnknown`,
        `DatasetMemberMissing`."""
        packed, buffers = self._sets([a] if b is None else [a, b])
        question = Compare(packed[0], None if b is None else packed[1], _method(method), tie_correct)
        return self._ask(question, buffers)

    def markers(
        self,
        column: str | Sequence[str] | Mapping[str, Any],
        *,
        method: Method = "wilcoxon",
        tie_correct: bool = False,
        most: int | None = None,
    ) -> pd.DataFrame:
        """The genes of each category of a column against all other cells; or of each of some groups, by their names or
        with the cells of each, which must share none. `most`: genes of each, those with the highest scores."""
        if most is not None and most < 1:
            raise ViewerArgument("At least one gene of each group: `most=1`.")
        many = self._source.n_genes if most is None else most
        if isinstance(column, str):
            question = Markers(column=column, method=_method(method), tie_correct=tie_correct, most=many)
            return self._ask(question, [], named=True)
        said = dict(column) if isinstance(column, Mapping) else {name: name for name in column}
        packed, buffers = self._sets(list(said.values()))
        groups = tuple(CellGroup(str(name), cells) for name, cells in zip(said, packed, strict=True))
        return self._ask(Markers("", groups, _method(method), tie_correct, many), buffers, named=True)

    def score(self, genes: Sequence[str]) -> pd.DataFrame:
        """How high some genes are in each cell, as Scanpy's `score_genes` has it, by the names of the cells."""
        if isinstance(genes, str):
            genes = [genes]
        return self._ask(Score(tuple(self._names.check_gene(gene) for gene in genes)), [])

    def correlate(self, name: str, cells: Any = None) -> pd.DataFrame:
        """How a continuous column or a gene goes with every gene (Pearson), over some cells or all of them."""
        packed, buffers = self._sets([] if cells is None else [cells])
        gene = self._names.column_or_gene(name)
        return self._ask(Correlate(gene, name if gene is None else "", packed[0] if packed else None), buffers)

    def _ask(self, question: Question, buffers: list[bytes], named: bool = False) -> pd.DataFrame:
        return tables.table(self._source.answer(question, buffers), self._source.cell_names, named)

    def _sets(self, said: list[Any]) -> tuple[list[Cells], list[bytes]]:
        packed: list[Cells] = []
        buffers: list[bytes] = []
        for number, one in enumerate(said):
            cells, data = sets.pack(self._chosen(one), self._source.n_cells)
            packed.append(Cells(cells.form, cells.count, number))
            buffers.append(data)
        return packed, buffers

    def _chosen(self, said: Any) -> NDArray[np.uint32]:
        if isinstance(said, str):
            if said not in self.groups:
                from fumehood.datasets import near

                raise near.missing("group", said, self.groups)
            return self.groups[said].cells
        if isinstance(said, tuple) and len(said) == 2 and said[0] in self._names.columns:
            return self._source.cells_of(said[0], str(said[1]))
        return sets.chosen(said, self._source.n_cells, self._names)


def _numbers(answer: Answer) -> int:
    """As many as it takes room for; those of a score are an eighth as large as others."""
    if isinstance(answer, Scored):
        return len(answer.values) // 32 + len(answer.genes) + len(answer.controls)
    if isinstance(answer, Correlated):
        return 5 * len(answer.genes)
    return sum(11 * len(one.genes) for one in answer.rankings)


def _method(method: Method) -> Method:
    if method not in ("wilcoxon", "t-test"):
        raise ViewerArgument(f"There is no method {method!r}.", hint="There are wilcoxon and t-test.")
    return method
