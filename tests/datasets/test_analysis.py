"""Comparisons of groups give the numbers that Scanpy's `rank_genes_groups` gives for the same cells."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from fumehood.core.errors import AnalysisCancelled, BadQuestion
from fumehood.datasets.analysis import comparing, splits, sums
from fumehood.datasets.analysis.comparing import Read
from fumehood.datasets.analysis.testing import Method

_CLOSE: dict[Method, float] = {"wilcoxon": 1e-6, "t-test": 1e-4}


@pytest.fixture(scope="module")
def pbmc() -> Any:
    import scanpy

    adata = scanpy.datasets.pbmc68k_reduced()
    return adata.raw.to_adata()


def _read(adata: Any) -> Read:
    columns = adata.X.tocsc()

    def read(gene: int) -> tuple[NDArray[np.uint32], NDArray[np.float32]]:
        part = slice(columns.indptr[gene], columns.indptr[gene + 1])
        return columns.indices[part].astype(np.uint32), columns.data[part].astype(np.float32)

    return read


def _theirs(adata: Any, method: Method, correct: bool, **how: Any) -> Any:
    import scanpy

    more = {"tie_correct": correct} if method == "wilcoxon" else {}
    scanpy.tl.rank_genes_groups(adata, "bulk_labels", method=method, use_raw=False, pts=True, **more, **how)
    return adata.uns["rank_genes_groups"]


def _same(ours: comparing.Ranking, theirs: Any, group: str, names: Any, close: float) -> None:
    """`close`: of probabilities, whose every digit hangs on the last ones of a score; Scanpy squares in float32."""
    by_name = {name: at for at, name in enumerate(names)}
    order = [by_name[name] for name in theirs["names"][group]]
    np.testing.assert_allclose(ours.scores[order], theirs["scores"][group], rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(ours.chances[order], theirs["pvals"][group], rtol=close, atol=1e-300)
    np.testing.assert_allclose(ours.adjusted[order], theirs["pvals_adj"][group], rtol=close, atol=1e-300)
    np.testing.assert_allclose(ours.fold_changes[order], theirs["logfoldchanges"][group], rtol=1e-3, atol=1e-3)
    np.testing.assert_allclose(ours.shares[0], theirs["pts"][group].to_numpy(), rtol=1e-6)


@pytest.mark.parametrize(("method", "correct"), [("wilcoxon", False), ("wilcoxon", True), ("t-test", False)])
def test_markers_of_each_group_are_scanpys(pbmc: Any, method: Method, correct: bool) -> None:
    labels = pbmc.obs["bulk_labels"].cat
    split = splits.rest(labels.codes.to_numpy().astype(np.uint8), tuple(labels.categories), 255)
    ours = [*comparing.rank(_read(pbmc), pbmc.n_vars, split, method, correct_ties=correct)]
    theirs = _theirs(pbmc, method, correct)
    assert [one.group for one in ours] == list(labels.categories)
    for one in ours:
        _same(one, theirs, one.group, pbmc.var_names, _CLOSE[method])
    assert pbmc.var_names[ours[0].order()[0]] == theirs["names"][ours[0].group][0]


@pytest.mark.parametrize("method", ["wilcoxon", "t-test"])
def test_two_groups_against_each_other_are_scanpys(pbmc: Any, method: Method) -> None:
    labels = pbmc.obs["bulk_labels"]
    one, other = (np.flatnonzero(labels == name).astype(np.uint32) for name in ("Dendritic", "CD19+ B"))
    split = splits.two(pbmc.n_obs, one, other)
    (ours,) = comparing.rank(_read(pbmc), pbmc.n_vars, split, method)
    theirs = _theirs(pbmc, method, False, groups=["Dendritic"], reference="CD19+ B")
    _same(ours, theirs, "Dendritic", pbmc.var_names, _CLOSE[method])


def test_ranks_of_values_below_zero_and_of_equal_ones_are_scipys() -> None:
    from scipy.stats import rankdata

    values = np.asarray([0, -1, 3, 3, 0, 2, -1, 0, 7, np.nan, 0], np.float32)
    split = splits.rest(np.asarray([0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 255], np.uint8), ("a", "b"), 255)
    stored = np.flatnonzero(values != 0).astype(np.uint32)
    found = sums.of_gene(stored, values[stored], split)
    ranks = rankdata(np.nan_to_num(values, nan=0))
    np.testing.assert_allclose(found.ranks, [ranks[:5].sum(), ranks[5:10].sum(), ranks[10]])
    assert found.expressed.tolist() == [3, 3, 0]


def test_a_category_that_nobody_has_is_no_group_and_a_cell_without_one_belongs_to_the_rest() -> None:
    codes = np.asarray([0, 0, 2, 2, 255], np.uint8)
    split = splits.rest(codes, ("a", "empty", "c"), 255)
    assert split.groups == ("a", "c")
    assert split.sizes.tolist() == [2, 2, 1]


def test_codes_of_any_width_cost_what_there_are_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    """An export may have four bytes a code: a table of all their values would be 16 GiB."""
    made: list[int] = []
    full = np.full

    def counted(shape: int, *rest: Any) -> NDArray[Any]:
        made.append(shape)
        assert shape < 100
        return full(shape, *rest)

    monkeypatch.setattr(np, "full", counted)
    for kind in (np.uint8, np.uint16, np.uint32):
        missing = int(np.iinfo(kind).max)
        split = splits.rest(np.asarray([0, 0, 2, 2, missing], kind), ("a", "empty", "c"), missing)
        assert (split.groups, split.sizes.tolist()) == (("a", "c"), [2, 2, 1])
    assert made


def test_of_very_many_groups_each_costs_its_own_genes_and_ends_when_it_is_told_to() -> None:
    n_cells, n_genes = 400, 5
    rng = np.random.default_rng(0)
    values = rng.poisson(1, (n_genes, n_cells)).astype(np.float32) * np.float32(0.1)
    values[3] = 0
    values[3, :2] = 0.1  # of the first group alone
    split = splits.rest((np.arange(n_cells) // 2).astype(np.uint16), [str(at) for at in range(200)], 65_535)
    every, ended = np.arange(n_cells, dtype=np.uint32), False
    found = comparing.rank(lambda gene: (every, values[gene]), n_genes, split, "t-test", cancelled=lambda: ended)
    first = next(found)
    assert first.means[1][3] == first.shares[1][3] == 0 and first.scores[3] == np.inf
    np.testing.assert_allclose(first.means[1], values[:, 2:].mean(axis=1, dtype=float), rtol=1e-9)
    ended = True
    with pytest.raises(AnalysisCancelled):
        next(found)


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        ([0], [1, 2], "has 1 cell;"),
        ([], [1, 2], "has 0 cells"),
        ([0, 1], [1, 2], "share 1 cells"),
        ([0, 9], [1, 2], "not have"),
    ],
)
def test_groups_that_cannot_be_compared_are_an_error(one: list[int], other: list[int], said: str) -> None:
    with pytest.raises(BadQuestion, match=said):
        splits.two(5, np.asarray(one, np.uint32), np.asarray(other, np.uint32))


def test_a_gene_without_a_value_scores_nothing() -> None:
    empty = (np.zeros(0, np.uint32), np.zeros(0, np.float32))
    split = splits.two(4, np.asarray([0, 1], np.uint32), np.asarray([2, 3], np.uint32))
    for method in _CLOSE:
        (found,) = comparing.rank(lambda gene: empty, 2, split, method, correct_ties=True)
        assert found.scores.tolist() == [0, 0]
        assert found.chances.tolist() == [1, 1]


def test_it_ends_when_it_is_told_to_and_tells_how_far_it_is() -> None:
    empty = (np.zeros(0, np.uint32), np.zeros(0, np.float32))
    split = splits.two(4, np.asarray([0, 1], np.uint32), np.asarray([2, 3], np.uint32))
    told: list[int] = []
    with pytest.raises(AnalysisCancelled):
        next(
            comparing.rank(
                lambda gene: empty,
                10,
                split,
                progress=lambda done, of: told.append(done),
                cancelled=lambda: len(told) == 3,
            )
        )
    assert told == [1, 2, 3]
