"""Resources through a comm: in chunks, within credit, and only what is declared."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from fumehood.core import limits
from fumehood.core.errors import DatasetUnreadable
from fumehood.datasets.compressing import Body
from fumehood.protocol.viewer import Ask, Cancel, Chunk, Correlate, Credit, Failure, Fetch
from fumehood.viewer.comm.feeding import Feeder

BIG = bytes(range(256)) * 40_000


class Table:
    def __init__(self) -> None:
        self.asked: list[str] = []

    def find(self, path: str) -> Any:
        self.asked.append(path)
        if path == "broken":
            return SimpleNamespace(body=self._broken)
        return SimpleNamespace(body=lambda _: Body("gzip", BIG), content_type="x/y") if path == "big" else None

    def _broken(self, _accepted: object) -> Body:
        raise DatasetUnreadable("The member cannot be read.")


class Page:
    def __init__(self) -> None:
        self.table = Table()
        self.feeder = Feeder(self.table, b"module", self.take)  # type: ignore[arg-type]  # as much as is used
        self.got: list[tuple[Chunk | Failure, bytes]] = []
        self.news = threading.Condition()

    def take(self, message: Chunk | Failure, buffers: Sequence[bytes | memoryview]) -> None:
        with self.news:
            self.got.append((message, b"".join(buffers)))
            self.news.notify()

    def wait(self, count: int) -> None:
        with self.news:
            assert self.news.wait_for(lambda: len(self.got) >= count, 20)


def test_a_large_resource_comes_in_order_and_never_beyond_its_credit() -> None:
    page = Page()
    page.feeder.hear(Fetch("v", "p", 1, "big", credits=2))
    page.wait(2)
    chunks = -(-len(BIG) // limits.VIEWER_CHUNK)
    for number in range(3, chunks + 1):
        assert len(page.got) == number - 1
        page.feeder.hear(Credit("v", "p", 1))
        page.wait(number)
    found = [message for message, _ in page.got if isinstance(message, Chunk)]
    assert [one.index for one in found] == list(range(chunks)) and [one.last for one in found].count(True) == 1
    assert found[0].encoding == "gzip" and found[0].content_type == "x/y" and found[1].content_type == ""
    assert b"".join(data for _, data in page.got) == BIG
    assert page.feeder.running == 0
    # A credit without a request, or for one that has ended, is nothing.
    page.feeder.hear(Credit("v", "p", 1, chunks=-5))


def test_what_is_not_declared_or_cannot_be_read_fails_by_its_name() -> None:
    page = Page()
    page.feeder.hear(Fetch("v", "p", 1, "../../etc/passwd"))
    page.feeder.hear(Fetch("v", "p", 2, "broken"))
    page.feeder.hear(Fetch("v", "p", 3, "page.js"))
    page.wait(3)
    said = {message.request: message for message, _ in page.got}
    assert isinstance(said[1], Failure) and said[1].code == "resource.missing"
    assert isinstance(said[2], Failure) and "cannot be read" in said[2].message
    assert isinstance(said[3], Chunk) and page.feeder.running == 0


def test_more_requests_than_there_is_room_for_are_refused_and_cancelled_ones_make_room() -> None:
    page = Page()
    for request in range(limits.VIEWER_FETCHES):
        page.feeder.hear(Fetch("v", "p", request, "big", credits=1))
    page.wait(limits.VIEWER_FETCHES)
    page.feeder.hear(Fetch("v", "p", 999, "big"))
    assert isinstance(page.got[-1][0], Failure)
    page.feeder.hear(Cancel("v", "p", 0))
    page.feeder.hear(Fetch("v", "p", 1000, "page.js"))
    page.wait(limits.VIEWER_FETCHES + 2)
    assert page.got[-1][1] == b"module"
    page.feeder.close()
    assert page.feeder.running == 0


def test_a_question_that_cannot_be_begun_or_is_too_long_fails_and_holds_no_room(monkeypatch: Any) -> None:
    page = Page()

    def none(_work: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr("fumehood.datasets.analysis.threads.start", none)
    for request in range(limits.ASK_AT_ONCE + 1):
        page.feeder.hear(Ask("v", "p", request, Correlate(gene=0)))
    monkeypatch.setattr(limits, "ASK_BODY", 10)
    page.feeder.hear(Ask("v", "p", 9, Correlate(gene=0)), [b"123456", b"123456"])
    said = [message for message, _ in page.got]
    assert [one.code for one in said if isinstance(one, Failure)] == ["limit.busy"] * 3 + ["limit.exceeded"]
    assert "Nothing more" in str(said[2]) and page.feeder.running == page.feeder._questions == 0
