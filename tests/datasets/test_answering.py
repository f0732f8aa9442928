"""Questions of a whole dataset: the same numbers as Scanpy's however the matrix lies, ended when they are taken back,
and refused where they make no sense."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import anndata
import numpy as np
import pytest
import scipy.sparse as sp

from fumehood.core import limits
from fumehood.core.errors import AnalysisCancelled, BadMessage, BadQuestion, DatasetMemberMissing, LimitExceeded
from fumehood.datasets.cellsets import pack
from fumehood.datasets.dataset import OpenOptions
from fumehood.datasets.genes.blocks import Blocks
from fumehood.datasets.genes.column import Column
from fumehood.datasets.opening import open_dataset
from fumehood.datasets.resources import Resources
from fumehood.protocol.base import encode_json
from fumehood.protocol.viewer import (
    CellGroup,
    Cells,
    Compare,
    Compared,
    Correlate,
    Correlated,
    Markers,
    Question,
    Score,
    Scored,
)


@pytest.fixture(scope="module")
def pbmc() -> Any:
    import scanpy

    found = scanpy.datasets.pbmc68k_reduced()
    raw = found.raw.to_adata()
    raw.X = sp.csr_matrix(raw.X)
    return raw


def table(adata: Any, folder: Path, layout: str) -> Resources:
    """The dataset as it lies in memory, or in a file, by cells, by genes or whole."""
    copy = adata.copy()
    copy.X = {"csr": sp.csr_matrix, "csc": sp.csc_matrix, "dense": lambda x: x.toarray()}[layout.split()[0]](copy.X)
    if layout.endswith("memory"):
        return Resources(open_dataset(copy, OpenOptions()))
    copy.write_h5ad(folder / "x.h5ad")
    return Resources(open_dataset(folder / "x.h5ad", OpenOptions()))


def cells(*sets: Any, of: int) -> tuple[list[Cells], list[bytes]]:
    packed = [pack(np.asarray(one, np.uint32), of) for one in sets]
    return [Cells(c.form, c.count, at) for at, (c, _) in enumerate(packed)], [data for _, data in packed]


@pytest.fixture(params=["csr in a file", "csr in parts", "dense in a file", "csc in a file", "csr in memory"])
def layout(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "csr in parts":
        monkeypatch.setattr(limits, "ASK_ENTRIES", 30_000)
    return str(request.param)


@pytest.fixture(scope="module")
def theirs(pbmc: Any) -> tuple[Any, dict[str, float]]:
    """Scanpy's markers, and its probabilities of one group against another."""
    import scanpy

    scanpy.tl.rank_genes_groups(pbmc, "bulk_labels", method="wilcoxon", use_raw=False)
    markers = pbmc.uns["rank_genes_groups"]
    scanpy.tl.rank_genes_groups(pbmc, "louvain", groups=["1"], reference="2", method="t-test", use_raw=False)
    pair = pbmc.uns["rank_genes_groups"]
    return markers, dict(zip(pair["names"]["1"], pair["pvals"]["1"], strict=True))


def test_markers_and_a_comparison_are_scanpys_however_the_matrix_lies(
    pbmc: Any, theirs: tuple[Any, dict[str, float]], tmp_path: Path, layout: str
) -> None:
    shown = table(pbmc, tmp_path, layout)
    told: list[tuple[int, int]] = []
    found = shown.answer(Markers(column="bulk_labels", most=5), (), lambda done, of, _: told.append((done, of)))
    assert isinstance(found, Compared) and found.of == pbmc.n_vars
    markers, pair = theirs
    for one in found.rankings:
        assert one.cells == int((pbmc.obs["bulk_labels"] == one.group).sum()) and one.cells + one.others == pbmc.n_obs
        assert len(one.names) == 5
        np.testing.assert_allclose(np.asarray(one.scores, float), markers["scores"][one.group][:5], rtol=1e-4)
        np.testing.assert_allclose(np.asarray(one.adjusted, float), markers["pvals_adj"][one.group][:5], rtol=1e-4)
    assert [done for done, _ in told] == sorted(done for done, _ in told) and told[-1][0] < told[-1][1] == pbmc.n_vars
    labels = pbmc.obs["louvain"].astype(str).to_numpy()
    (a, b), buffers = cells(np.flatnonzero(labels == "1"), np.flatnonzero(labels == "2"), of=pbmc.n_obs)
    found = shown.answer(Compare(a, b, "t-test"), buffers)
    assert isinstance(found, Compared) and len(found.rankings[0].genes) == pbmc.n_vars
    ours = dict(zip(found.rankings[0].names, found.rankings[0].p_values, strict=True))
    there = list(pair.values())
    np.testing.assert_allclose([float(ours[name] or 0) for name in pair], there, rtol=1e-3, atol=1e-300)
    shown.close()


@pytest.mark.parametrize("kind", ["csr in a file", "dense in memory"])
def test_a_score_is_scanpys_score_genes(pbmc: Any, tmp_path: Path, kind: str) -> None:
    import scanpy

    genes = ["CD3D", "CD3E", "LYZ", "GNLY", "NKG7"]
    places = tuple(pbmc.var_names.get_loc(gene) for gene in genes if gene in pbmc.var_names)
    assert len(places) >= 3
    theirs = pbmc.copy()
    if kind.startswith("dense"):
        theirs.X = theirs.X.toarray()
    scanpy.tl.score_genes(theirs, [pbmc.var_names[place] for place in places], use_raw=False)
    shown = table(pbmc, tmp_path, kind)
    found = shown.answer(Score(places), ())
    assert isinstance(found, Scored) and not set(found.genes) & set(found.controls)
    np.testing.assert_allclose(np.frombuffer(found.values, "<f4"), theirs.obs["score"], rtol=1e-4, atol=1e-5)
    shown.close()


def test_a_score_reads_a_matrix_that_lies_by_cells_once(
    pbmc: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = table(pbmc, tmp_path, "csr in a file")
    read: list[int] = []
    between = Blocks.between

    def counted(self: Blocks, number: int, low: int, high: int) -> Any:
        read.append(number)
        return between(self, number, low, high)

    monkeypatch.setattr(Blocks, "between", counted)
    told: list[str] = []
    shown.answer(Score((1, 2, 3)), (), lambda _done, _of, what: told.append(what))
    assert read == list(range(shown.genes.blocks().count))
    assert list(dict.fromkeys(told)) == ["Looking for genes to compare with", "Adding up"]
    shown.close()


@pytest.mark.parametrize("order", [1, -1])
def test_some_cells_of_an_object_are_read_once_too_and_have_the_numbers_of_their_copy(
    pbmc: Any, monkeypatch: pytest.MonkeyPatch, order: int
) -> None:
    read: list[int] = []
    between = Blocks.between

    def counted(self: Blocks, number: int, low: int, high: int) -> Any:
        read.append(number)
        return between(self, number, low, high)

    whole = pbmc.copy()
    view = whole[np.flatnonzero(np.arange(N) % 3)[::order]]
    shown, copy = (Resources(open_dataset(one, OpenOptions())) for one in (view, view.copy()))
    for gene in (0, 100, 764):
        np.testing.assert_array_equal(shown.genes.column(gene).dense(), view.X[:, [gene]].toarray()[:, 0])
    monkeypatch.setattr(Blocks, "between", counted)
    for question in (Markers(column="bulk_labels", most=765), Score((1, 2, 3)), Correlate(gene=0)):
        read.clear()
        ours = encode_json(shown.answer(question, ()))
        assert read == list(range(shown.genes.blocks().count))
        assert ours == encode_json(copy.answer(question, ()))
    assert view.is_view


def test_a_score_of_whole_numbers_in_a_dense_matrix_is_scanpys_too() -> None:
    """Their means are taken in float64: in float32 other genes would be as high as the asked ones."""
    import pandas as pd
    import scanpy

    rng = np.random.default_rng(0)
    counts = 1_000_000 + rng.integers(0, 200, (400, 1_500))
    shown = anndata.AnnData(
        counts,
        obs=pd.DataFrame(index=[f"c{at}" for at in range(400)]),
        var=pd.DataFrame(index=[f"g{at}" for at in range(1_500)]),
        obsm={"X_umap": np.zeros((400, 2), "f4")},
    )
    found = Resources(open_dataset(shown, OpenOptions())).answer(Score((1, 2, 3)), ())
    scanpy.tl.score_genes(shown, ["g1", "g2", "g3"], use_raw=False)
    assert isinstance(found, Scored)
    np.testing.assert_allclose(np.frombuffer(found.values, "<f4"), shown.obs["score"], rtol=1e-4)


def test_correlations_are_numpys_and_a_constant_gene_has_none(pbmc: Any, tmp_path: Path) -> None:
    few = pbmc[:, :40].copy()
    few.X = few.X @ sp.diags([float(gene != 7) for gene in range(40)]).astype("f4")
    few.obs["score"] = np.linspace(0, 1, few.n_obs).astype("f4")
    few.obs.loc[few.obs_names[3], "score"] = np.nan
    shown = table(few, tmp_path, "csr in memory")
    found = shown.answer(Correlate(column="score"), ())
    assert isinstance(found, Correlated) and found.cells == few.n_obs - 1
    known = np.isfinite(few.obs["score"].to_numpy())
    values, what = few.X.toarray()[known].astype(float), few.obs["score"].to_numpy()[known]
    for gene, one in zip(found.genes, found.correlations, strict=True):
        if gene == 7:
            assert one != one
        else:
            assert one == pytest.approx(np.corrcoef(values[:, gene], what)[0, 1], abs=1e-6)
    assert b"NaN" not in encode_json(found) and b"null" in encode_json(found)
    (some,), buffers = cells(range(0, few.n_obs, 2), of=few.n_obs)
    itself = shown.answer(Correlate(gene=0, cells=some), buffers)
    assert isinstance(itself, Correlated) and itself.genes[0] == 0 and itself.correlations[0] == pytest.approx(1)
    shown.close()


def test_a_question_that_is_taken_back_reads_no_further_gene(
    pbmc: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = table(pbmc, tmp_path, "csc in a file")
    read: list[int] = []
    passing = shown.genes.passing

    def counted(index: int) -> Column:
        read.append(index)
        return passing(index)

    monkeypatch.setattr(shown.genes, "passing", counted)
    for question in (Markers(column="bulk_labels"), Score((1, 2)), Correlate(gene=3)):
        read.clear()
        with pytest.raises(AnalysisCancelled):
            shown.answer(question, (), cancelled=lambda: len(read) >= 5)
        assert read == [0, 1, 2, 3, 4]
    shown.close()


def test_while_a_store_is_made_a_question_waits_for_it_and_can_be_taken_back(
    pbmc: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from fumehood.datasets.genes.reading import State

    shown = table(pbmc, tmp_path, "csr in a file")
    states = [State("building", 0.25), State("building", 0.5), State("ready", 1.0)]
    monkeypatch.setattr(shown.genes, "state", lambda: states.pop(0))
    told: list[tuple[int, int]] = []
    shown.answer(Correlate(gene=0), (), lambda done, of, _: told.append((done, of)))
    assert told[:2] == [(250, 1000), (500, 1000)]
    monkeypatch.setattr(shown.genes, "state", lambda: State("building", 0.5))
    with pytest.raises(AnalysisCancelled):
        shown.answer(Correlate(gene=0), (), cancelled=lambda: len(told) > 5, tell=lambda *_: told.append((0, 0)))
    shown.close()


def test_who_waits_for_a_store_is_let_go_when_the_dataset_is_closed(pbmc: Any, tmp_path: Path) -> None:
    from fumehood.datasets.genes.reading import State

    shown = table(pbmc, tmp_path, "csr in a file")
    shown.genes._state = State("building", 0.5)
    waits = threading.Event()
    asking = threading.Thread(
        target=lambda: shown.answer(Correlate(gene=0), (), lambda *_: waits.set()), name="asks", daemon=True
    )
    asking.start()
    assert waits.wait(20)
    shown.close()
    asking.join(20)
    assert not asking.is_alive()


N = 700


@pytest.mark.parametrize(
    ("question", "buffers", "kind"),
    [
        (Compare(Cells("list", 1), None), [], BadMessage),
        (Compare(Cells("list", 10**9), None), [b"\0" * 8], BadMessage),
        (Compare(Cells("list", 2, -1), None), [b"\0" * 8], BadMessage),
        (Compare(Cells("list", 2), None), [np.array([5, N], "<u4").tobytes()], BadMessage),
        (Compare(Cells("list", 2), None), [np.array([5, 5], "<u4").tobytes()], BadMessage),
        (Compare(Cells("bits", 8), None), [b"\xff"], BadMessage),
        (Compare(Cells("list", 0), None), [b""], BadQuestion),
        (Compare(Cells("list", 1), None), [b"\0" * 4], BadQuestion),
        (Compare(Cells("list", 2), Cells("list", 2)), [np.array([1, 2], "<u4").tobytes()], BadQuestion),
        (Compare(Cells("list", N), None), [np.arange(N, dtype="<u4").tobytes()], BadQuestion),
        (Markers(), [], BadQuestion),
        (Markers(column="bulk_labels", groups=(CellGroup("x", Cells("list", 0)),)), [b""], BadQuestion),
        (Markers(column="no such"), [], DatasetMemberMissing),
        (Markers(column="n_genes"), [], BadQuestion),
        (Markers(groups=(CellGroup("<b>", Cells("list", 0)),)), [b""], BadQuestion),
        (
            Markers(groups=(CellGroup("x", Cells("list", 2)), CellGroup("y", Cells("list", 2)))),
            [np.array([1, 2], "<u4").tobytes()],
            BadQuestion,
        ),
        (Markers(groups=tuple(CellGroup("x", Cells("list", 0)) for _ in range(300))), [b""], LimitExceeded),
        (Score(()), [], BadQuestion),
        (Score((-1,)), [], BadQuestion),
        (Score((2**60,)), [], BadQuestion),
        (Correlate(gene=765), [], BadQuestion),
        (Correlate(), [], DatasetMemberMissing),
        (Correlate(column="bulk_labels"), [], BadQuestion),
        (Correlate(gene=1, cells=Cells("list", 2)), [np.array([1, 2], "<u4").tobytes()], BadQuestion),
    ],
    ids=str,
)
def test_what_makes_no_sense_is_refused_before_a_gene_is_compared(
    pbmc: Any, question: Question, buffers: list[bytes], kind: type[Exception]
) -> None:
    assert pbmc.n_obs == N
    shown = Resources(open_dataset(pbmc, OpenOptions()))
    told: list[str] = []
    with pytest.raises(kind):
        shown.answer(question, buffers, lambda _done, _of, what: told.append(what))
    assert not told


def test_a_comparison_of_very_many_groups_is_refused_for_its_size(pbmc: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = Resources(open_dataset(pbmc, OpenOptions()))
    monkeypatch.setattr(limits, "ASK_NUMBERS", 765 * 9)
    with pytest.raises(LimitExceeded):
        shown.answer(Markers(column="bulk_labels"), ())
    monkeypatch.undo()
    found = shown.answer(Markers(column="bulk_labels", most=10**9), (), rows=100)
    assert isinstance(found, Compared) and {len(one.genes) for one in found.rankings} == {10}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("make", [np.asarray, sp.csr_matrix, sp.csc_matrix])
def test_values_that_are_missing_or_infinite_touch_no_other_gene(make: Any) -> None:
    import pandas as pd

    plain = np.random.default_rng(0).poisson(1, (40, 60)).astype("f4")
    odd = plain.copy()
    odd[:, 0], odd[:, 1], odd[2, 2], odd[3, 2], odd[:, 3] = np.nan, np.inf, np.inf, -np.inf, 3.4e38
    odd[4, 4] = np.nan  # counts as 0 in comparisons
    plain[4, 4] = 0

    def answers(values: Any) -> list[dict[int, tuple[Any, ...]]]:
        obs = pd.DataFrame({"l": pd.Categorical([*"abcd"] * 10)}, index=[str(at) for at in range(40)])
        adata = anndata.AnnData(make(values), obs=obs, obsm={"X_umap": np.zeros((40, 2), "f4")})
        shown = Resources(open_dataset(adata, OpenOptions()))
        found: list[dict[int, tuple[Any, ...]]] = []
        for method in ("wilcoxon", "t-test"):
            compared = shown.answer(Markers(column="l", method=method, most=60), ())
            assert isinstance(compared, Compared) and encode_json(compared)
            for one in compared.rankings:
                lists = (one.scores, one.p_values, one.fold_changes, one.means, one.other_means)
                found.append(dict(zip(one.genes, zip(*lists, strict=True), strict=True)))
        correlated = shown.answer(Correlate(gene=10), ())
        assert isinstance(correlated, Correlated) and encode_json(correlated)
        found.append(dict(zip(correlated.genes, zip(correlated.correlations, strict=True), strict=True)))
        assert isinstance(shown.answer(Score((10, 11)), ()), Scored)
        return found

    for ours, theirs in zip(answers(odd), answers(plain), strict=True):
        assert {gene: ours[gene] for gene in range(4, 60)} == {gene: theirs[gene] for gene in range(4, 60)}


def test_a_dataset_without_genes_or_with_one_cell_is_no_crash() -> None:
    bare = anndata.AnnData(np.zeros((3, 0), "f4"), obsm={"X_umap": np.zeros((3, 2), "f4")})
    with pytest.raises(BadQuestion):
        Resources(open_dataset(bare, OpenOptions())).answer(Score((0,)), ())
    lone = anndata.AnnData(np.ones((1, 4), "f4"), obsm={"X_umap": np.zeros((1, 2), "f4")})
    with pytest.raises(BadQuestion):
        Resources(open_dataset(lone, OpenOptions())).answer(Correlate(gene=0), ())
