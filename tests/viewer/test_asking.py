"""Questions through a comm, and Python's own: the same numbers, kept under their names, and few at a time."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from fumehood.core import limits
from fumehood.core.errors import BadQuestion, CellsUnknown, DatasetMemberMissing, ViewerArgument
from fumehood.protocol import viewer as wire
from fumehood.protocol.base import encode_json
from fumehood.viewer.built import Built
from fumehood.viewer.cells import pack
from fumehood.viewer.comm.widget import CommTransport
from fumehood.viewer.showing import serve
from fumehood.viewer.source import opened
from fumehood.viewer.viewer import Viewer

BUILT = Built("export default { render() {} }", b"export const mount = 1;", "ab" * 32)


@pytest.fixture(scope="module")
def pbmc() -> Any:
    import scanpy

    found = scanpy.datasets.pbmc68k_reduced().raw.to_adata()
    found.X = sp.csc_matrix(found.X)
    return found


class Page:
    """Several displays of one viewer, whose comm is a list."""

    def __init__(self, pbmc: Any) -> None:
        def connect(hear: Any) -> CommTransport:
            self.transport = CommTransport(opened(pbmc).table, BUILT, 480, hear)
            return self.transport

        self.viewer = Viewer(opened(pbmc), connect)
        self.said: list[tuple[dict[str, Any], bytes]] = []
        self.news = threading.Condition()
        self.transport.widget.send = self._take

    def _take(self, content: dict[str, Any], buffers: Sequence[bytes | memoryview]) -> None:
        with self.news:
            self.said.append((content, b"".join(buffers)))
            self.news.notify_all()

    def say(self, message: Any, *buffers: bytes) -> None:
        data = {"method": "custom", "content": json.loads(encode_json(message))}
        said = {"content": {"data": data}, "buffers": [memoryview(one) for one in buffers]}
        self.transport.widget._handle_msg(said)

    def ask(self, request: int, question: wire.Question, *buffers: bytes, page: str = "p", name: str = "") -> None:
        ask = wire.Ask(self.viewer.id, page, request, question, name, accept=("gzip",))
        self.say(ask, *buffers)

    def answer(self, request: int, page: str = "p") -> dict[str, Any]:
        """The whole answer, or the failure."""

        def found() -> list[tuple[dict[str, Any], bytes]]:
            mine = [one for one in self.said if (one[0].get("page"), one[0].get("request")) == (page, request)]
            return [one for one in mine if one[0]["type"] in ("chunk", "failure")]

        with self.news:
            assert self.news.wait_for(lambda: found() and (found()[-1][0].get("last") or "code" in found()[-1][0]), 30)
        parts = found()
        if parts[0][0]["type"] == "failure":
            return parts[0][0]
        assert parts[0][0]["encoding"] == "gzip"
        answer: dict[str, Any] = json.loads(gzip.decompress(b"".join(data for _, data in parts)))
        return answer


@pytest.fixture
def page(pbmc: Any) -> Iterator[Page]:
    made = Page(pbmc)
    yield made
    made.viewer.stop()


def test_two_pages_get_scanpys_numbers_and_python_has_what_they_were_answered(page: Page, pbmc: Any) -> None:
    import scanpy

    packed, data = pack(np.flatnonzero(pbmc.obs["louvain"] == "2").astype(np.uint32), pbmc.n_obs)
    page.ask(1, wire.Compare(packed), data, name="two and the rest")
    page.ask(1, wire.Markers(column="louvain", most=4), page="q")
    one, two = page.answer(1), page.answer(1, "q")
    assert one["kind"] == two["kind"] == "compared" and len(two["rankings"]) == pbmc.obs["louvain"].nunique()
    scanpy.tl.rank_genes_groups(pbmc, "louvain", groups=["2"], method="wilcoxon", use_raw=False)
    theirs, ours = pbmc.uns["rank_genes_groups"], one["rankings"][0]
    for mine, its in {"scores": "scores", "p_values": "pvals", "adjusted": "pvals_adj"}.items():
        by_name = dict(zip(ours["names"], ours[mine], strict=True))
        found = [by_name[name] for name in theirs["names"]["2"]]
        np.testing.assert_allclose(found, theirs[its]["2"], rtol=1e-4, atol=1e-4)
    words = [content for content, _ in page.said if content["type"] == "progress"]
    assert {(word["page"], word["total"]) for word in words} == {("p", pbmc.n_vars), ("q", pbmc.n_vars)}
    results = page.viewer.results
    assert set(results) == {"two and the rest", "markers 1"} or set(results) == {"two and the rest", "markers 2"}
    frame = results["two and the rest"]
    assert list(frame["names"]) == one["rankings"][0]["names"]
    pd.testing.assert_frame_equal(frame, page.viewer.compare(("louvain", "2")))
    # The same cells, said in other words.
    mask = (pbmc.obs["louvain"] == "2").to_numpy()
    pd.testing.assert_frame_equal(frame, page.viewer.compare(mask, ~mask))
    page.say(wire.Group(page.viewer.id, "p", 1, "g1", "mine", cells=packed), data)
    pd.testing.assert_frame_equal(frame, page.viewer.compare("mine"))
    few = page.viewer.markers("louvain", most=4)
    assert list(few[few["group"] == "2"]["names"]) == list(frame["names"][:4])
    assert list(page.viewer.markers(["mine"], most=4)["names"]) == list(frame["names"][:4])
    assert len(page.viewer.markers("louvain")) == pbmc.n_vars * pbmc.obs["louvain"].nunique()


def test_a_page_takes_a_question_back_and_makes_room_for_another(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    genes = page.transport._feeder._table.genes  # type: ignore[attr-defined]  # of an opened dataset
    may, begun = threading.Semaphore(0), threading.Semaphore(0)
    read: list[int] = []
    passing = genes.passing

    def held(index: int) -> Any:
        begun.release()
        assert may.acquire(timeout=30)
        read.append(index)
        return passing(index)

    monkeypatch.setattr(genes, "passing", held)
    for request in range(limits.ASK_AT_ONCE):
        page.ask(request, wire.Correlate(gene=1))
        assert begun.acquire(timeout=30)
    page.ask(90, wire.Correlate(gene=1))
    assert page.answer(90)["code"] == "limit.busy"
    page.say(wire.Cancel(page.viewer.id, "p", 0))
    # It counts until it has noticed: nobody makes more work by taking back and asking again.
    page.ask(91, wire.Correlate(gene=1))
    assert page.answer(91)["code"] == "limit.busy"
    page.say(wire.Cancel(page.viewer.id, "p", 1))
    may.release(limits.ASK_AT_ONCE)
    feeder = page.transport._feeder
    for _ in range(1000):
        if not feeder._questions:
            break
        threading.Event().wait(0.01)
    assert len(read) == limits.ASK_AT_ONCE and not page.viewer.results
    may.release(10**6)
    page.ask(92, wire.Correlate(gene=1))
    assert page.answer(92)["kind"] == "correlated"
    page.ask(93, wire.Markers(column="<img>"))
    assert page.answer(93)["code"] == "dataset.no_such_member"
    page.ask(94, wire.Compare(wire.Cells("list", 10**9)), b"\0" * 8)
    assert page.answer(94)["code"] == "protocol.bad_message" and feeder.running == 0


def test_what_python_asks_in_vain_is_said_with_the_names_that_are_near(page: Page) -> None:
    viewer = page.viewer
    in_vain: list[tuple[Callable[[], object], type[Exception]]] = [
        (lambda: viewer.compare("no group"), DatasetMemberMissing),
        (lambda: viewer.compare(("louvain", "twelve")), DatasetMemberMissing),
        (lambda: viewer.compare(("n_genes", "1")), ViewerArgument),
        (lambda: viewer.compare([1, 2], [2, 3]), BadQuestion),
        (lambda: viewer.compare([1, 10**6]), CellsUnknown),
        (lambda: viewer.compare([1, 2], method="anova"), ViewerArgument),  # type: ignore[arg-type]
        (lambda: viewer.markers("n_genes"), BadQuestion),
        (lambda: viewer.markers("louvain", most=0), ViewerArgument),
        (lambda: viewer.markers([]), BadQuestion),
        (lambda: viewer.score(["no such gene"]), DatasetMemberMissing),
        (lambda: viewer.correlate("bulk_labels"), BadQuestion),
    ]
    for wrong, error in in_vain:
        with pytest.raises(error):
            wrong()
    assert viewer.correlate("CD3D", range(0, 700, 2))["names"][0] == "CD3D"
    assert list(viewer.score("CD3D").columns) == ["score"]


def test_a_viewer_keeps_the_last_results_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    from fumehood.viewer.asking import Results

    monkeypatch.setattr(limits, "VIEWER_RESULTS", 2)
    results = Results(lambda: ["a", "b"])
    for name, value in [("x", 1.0), ("y", 2.0), ("x", 3.0), ("", 4.0)]:
        ask = wire.Ask("v", "p", 1, wire.Score((1,)), name)
        results.keep(ask, wire.Scored(np.array([value, 0], "<f4").tobytes(), [1], [2]))
    assert list(results) == ["x", "score 4"] and results[-1]["score"]["a"] == 4 and results["x"]["score"]["a"] == 3
    with pytest.raises(KeyError):
        results["y"]


def test_what_a_page_asked_for_fills_no_memory_of_python(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page may ask for the longest answers that there are, under ever another name."""
    from fumehood.viewer.asking import Results

    def ranked(genes: int) -> wire.Compared:
        numbers: list[float | None] = [0.5] * genes
        one = wire.Ranking("a", 2, 2, [*range(genes)], ["g"] * genes, *[numbers] * 8)
        return wire.Compared("wilcoxon", False, genes, [one])

    monkeypatch.setattr(limits, "VIEWER_NUMBERS", 11 * 100)
    results = Results(lambda: [])
    answers: list[tuple[str, wire.Answer]] = [
        ("a", ranked(60)),
        ("b", ranked(40)),
        ("c", wire.Correlated(9, 9, [*range(20)], ["g"] * 20, [0.5] * 20, [0.5] * 20, [0.5] * 20)),
        ("d", wire.Scored(bytes(4 * 500), [1], [2])),
        ("e", ranked(101)),
    ]
    kept = []
    for name, answer in answers:
        results.keep(wire.Ask("v", "p", 1, wire.Score((1,)), name), answer)
        kept.append("".join(results))
    assert kept == ["a", "ab", "bc", "bcd", "e"]


def test_the_matrix_and_the_names_of_genes_are_chosen(pbmc: Any) -> None:
    import scanpy

    scaled = scanpy.datasets.pbmc68k_reduced()
    scaled.raw.var["id"] = [f"ENSG{place:011d}" for place in range(scaled.raw.n_vars)]
    viewers = [serve(scaled), serve(scaled, matrix="raw"), serve(scaled, matrix="raw", gene_names="id")]
    try:
        below, raw, named = (viewer.compare(("louvain", "2")).set_index("names") for viewer in viewers)
        expected = Viewer(opened(pbmc), lambda hear: CommTransport(opened(pbmc).table, BUILT, 480, hear)).compare(
            ("louvain", "2")
        )
        pd.testing.assert_frame_equal(raw, expected.set_index("names"))
        assert raw["logfoldchanges"].notna().all() and below["logfoldchanges"].isna().any()
        assert named.index[0].startswith("ENSG") and named["scores"].to_list() == raw["scores"].to_list()
    finally:
        for viewer in viewers:
            viewer.stop()
