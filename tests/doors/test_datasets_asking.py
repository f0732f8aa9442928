"""Questions of a dataset over HTTP: lines and an answer, taken back by hanging up, and few at a time."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from fumehood.core import limits
from fumehood.datasets.cellsets import pack
from fumehood.datasets.dataset import OpenOptions
from fumehood.datasets.genes.column import Column
from fumehood.datasets.opening import open_dataset
from fumehood.datasets.resources import Resources
from fumehood.protocol.viewer import (
    EVENT_TYPE,
    VIEWER_HEADER,
    Ask,
    Cells,
    Compare,
    Compared,
    Correlate,
    Hover,
    Markers,
    Question,
    frame,
)
from tests.doors.dataset_bench import Bench, started


class Slow(Resources):
    """Gives one gene for each `allow`, and counts."""

    def __init__(self, adata: Any) -> None:
        super().__init__(open_dataset(adata, OpenOptions()))
        self.read: list[int] = []
        self.may = threading.Semaphore(10**6)
        self.news = threading.Condition()
        self._passing = self.genes.passing
        self.genes.passing = self._counted  # type: ignore[method-assign]

    def _counted(self, index: int) -> Column:
        self.may.acquire()
        with self.news:
            self.read.append(index)
            self.news.notify_all()
        return self._passing(index)

    def hold(self) -> None:
        while self.may.acquire(blocking=False):
            pass

    def wait(self, count: int) -> None:
        with self.news:
            assert self.news.wait_for(lambda: len(self.read) >= count, 20)


@pytest.fixture(scope="module")
def pbmc() -> Any:
    import scanpy

    found = scanpy.datasets.pbmc68k_reduced().raw.to_adata()
    found.X = found.X.tocsc()  # a gene at a time
    return found


@pytest.fixture
def bench(pbmc: Any) -> Iterator[Bench]:
    made = started(Slow(pbmc))
    yield made
    assert isinstance(made.table, Slow)
    made.table.may.release(10**6)
    made.server.stop()


def begin(bench: Bench, question: Question, *buffers: bytes, page: str = "p", bearer: str = "", **more: Any) -> Any:
    """The answer, whose lines may come later."""
    connection = http.client.HTTPConnection(bench.host, timeout=20)
    headers = {"Authorization": f"Bearer {bearer or bench.bearer}", "Content-Type": EVENT_TYPE}
    if not bearer:
        headers[VIEWER_HEADER] = bench.viewer.token
    connection.request("POST", "/_fumehood/ask", frame(Ask("", page, 7, question, **more), buffers), headers)
    return connection.getresponse()


def lines(answer: http.client.HTTPResponse) -> list[dict[str, Any]]:
    assert answer.status == 200
    return [json.loads(line) for line in answer.read().splitlines() if line]


def test_an_answer_is_scanpys_and_python_gets_it_where_it_listens(bench: Bench, pbmc: Any) -> None:
    import scanpy

    scanpy.tl.rank_genes_groups(pbmc, "louvain", groups=["2"], method="wilcoxon", use_raw=False, tie_correct=True)
    theirs = pbmc.uns["rank_genes_groups"]
    packed, data = pack(np.flatnonzero(pbmc.obs["louvain"] == "2").astype(np.uint32), pbmc.n_obs)
    question = Compare(packed, tie_correct=True)
    *told, last = lines(begin(bench, question, data, name="two"))
    assert told and all(line["type"] == "progress" and line["request"] == 7 and line["page"] == "p" for line in told)
    assert (told[0]["done"], told[0]["total"]) == (0, pbmc.n_vars)
    (one,) = last["answer"]["rankings"]
    assert last["type"] == "answered" and one["cells"] == packed.count and len(one["genes"]) == pbmc.n_vars
    ours = {name: at for at, name in enumerate(one["names"])}
    order = [ours[name] for name in theirs["names"]["2"]]
    for mine, its in [
        ("scores", "scores"),
        ("p_values", "pvals"),
        ("adjusted", "pvals_adj"),
        ("fold_changes", "logfoldchanges"),
    ]:
        np.testing.assert_allclose(np.asarray(one[mine])[order], theirs[its]["2"], rtol=1e-3, atol=1e-4)
    ((ask, answer),) = bench.hooks.answers
    assert ask.name == "two" and isinstance(answer, Compared)
    # Without the viewer's token the answer is the same, and nobody hears of it.
    assert lines(begin(bench, question, data, bearer=bench.server.bearer()))[-1]["answer"] == last["answer"]
    assert len(bench.hooks.answers) == 1


def test_who_hangs_up_takes_the_question_back_and_others_are_served_meanwhile(bench: Bench) -> None:
    slow = bench.table
    assert isinstance(slow, Slow)
    slow.hold()
    answer = begin(bench, Markers(column="louvain"))
    slow.may.release(3)
    slow.wait(3)
    assert bench.get("/overview.json").status == 200  # while it waits for the fourth
    answer.close()
    # The server notices at its next look; the work at the gene that it is then given.
    asked = bench.server._started._operations._askers._asked
    pause = threading.Event()
    while asked and len(slow.read) < 200:
        slow.may.release()
        pause.wait(0.05)
    assert not asked and len(slow.read) < slow.n_genes / 3
    assert not bench.hooks.answers


def test_a_window_asks_two_things_at_a_time_and_another_one_is_not_held_up(bench: Bench) -> None:
    slow = bench.table
    assert isinstance(slow, Slow)
    slow.hold()
    first = [begin(bench, Correlate(gene=gene), page=f"p{gene}") for gene in range(limits.ASK_AT_ONCE)]
    (refused,) = lines(begin(bench, Correlate(gene=9)))
    assert (refused["type"], refused["code"]) == ("failure", "limit.busy")
    other = begin(bench, Correlate(gene=9), bearer=bench.server.bearer())
    slow.may.release(10**6)
    for answer in [*first, other]:
        assert lines(answer)[-1]["type"] == "answered"
    assert lines(begin(bench, Correlate(gene=9)))[-1]["type"] == "answered"


def test_the_next_question_may_follow_the_last_line_at_once(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waited for an answer is never told that it is still being given."""
    from fumehood.doors.datasets import asking

    monkeypatch.setattr(limits, "ASK_AT_ONCE", 1)
    held = asking._Work.__call__

    def slow(self: asking._Work) -> None:
        held(self)
        threading.Event().wait(3 * limits.ASK_TELL_SECONDS)  # its last line is there, and its thread still works

    monkeypatch.setattr(asking._Work, "__call__", slow)
    for _ in range(2):
        (line,) = lines(begin(bench, Markers(column="no such")))
        assert line["code"] == "dataset.no_such_member"


def test_a_server_that_ends_takes_questions_back_and_no_end_of_a_process_waits_for_them(bench: Bench) -> None:
    slow = bench.table
    slow.hold()
    answer = begin(bench, Markers(column="louvain"))
    slow.may.release(2)
    slow.wait(2)
    (asking,) = [one for one in threading.enumerate() if one.name == "fumehood-ask"]
    assert asking.daemon
    bench.server.stop()
    slow.may.release(10**6)
    asking.join(20)
    assert not asking.is_alive() and len(slow.read) <= 3
    with pytest.raises((http.client.IncompleteRead, ConnectionError)):
        answer.read()


def test_a_hostile_question_is_answered_with_a_sentence_and_a_broken_one_not_at_all(bench: Bench) -> None:
    two = np.array([1, 2], "<u4").tobytes()
    hostile: list[tuple[Question, str]] = [
        (Compare(Cells("list", 10**9)), "protocol.bad_message"),
        (Compare(Cells("list", 2), Cells("list", 2)), "analysis.question"),
        (Markers(column="no such"), "dataset.no_such_member"),
        (Markers(most=-1), "analysis.question"),
    ]
    for question, code in hostile:
        (line,) = lines(begin(bench, question, two))
        assert (line["type"], line["code"]) == ("failure", code) and line["message"]
    assert begin(bench, Markers(column="louvain"), dataset="another").status == 404
    assert begin(bench, Markers(column="louvain"), page="p" * 501).status == 400
    assert begin(bench, Markers(column="l" * limits.ASK_WORDS)).status == 413
    for number in (-1, 2**53, 2**70):
        words = b'{"type":"ask","viewer":"","page":"p","request":%d,"question":{"kind":"score","genes":[1]}}' % number
        body = len(words).to_bytes(4, "little") + words
        ask = (*bench.proof, f"Content-Type: {EVENT_TYPE}")
        assert bench.ask("/_fumehood/ask", *ask, method="POST", body=body).status == 400
    typed = f"Content-Type: {EVENT_TYPE}"
    whole = frame(Ask("", "p", 1, Markers(column="louvain")))
    for body in (b"", b"{}", whole[:-1], whole + b"\1", frame(Hover("v", "p", 1)), whole + b"\0\0\0\0" * 300):
        assert bench.ask("/_fumehood/ask", *bench.proof, typed, method="POST", body=body).status == 400
    plain = (*bench.proof, "Content-Type: text/plain")
    assert bench.ask("/_fumehood/ask", *plain, method="POST", body=whole).status == 400
    huge = (*bench.proof, typed, f"Content-Length: {limits.ASK_BODY + 1}")
    assert bench.ask("/_fumehood/ask", *huge, method="POST", body=b"x").status == 413
    assert not bench.hooks.answers


def test_a_question_whose_answer_cannot_be_written_leaves_no_one_waiting(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> bytes:
        raise OverflowError

    with monkeypatch.context() as patched:
        patched.setattr("fumehood.doors.datasets.asking._failure", broken)
        for _ in range(limits.ASK_AT_ONCE):
            assert lines(begin(bench, Markers(column="no such"))) == []
    assert lines(begin(bench, Markers(column="no such")))[-1]["code"] == "dataset.no_such_member"
