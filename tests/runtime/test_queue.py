from __future__ import annotations

import pytest

from fumehood.core import limits
from fumehood.core.errors import Busy
from fumehood.protocol.stream import Execute
from fumehood.runtime.queue import Queue


def request(execution: str) -> Execute:
    return Execute(execution=execution, cell=execution, source="", source_hash="", by="")


def test_one_runs_at_a_time_in_the_order_of_asking() -> None:
    queue = Queue()
    for name in "abc":
        assert queue.add(request(name))
    first = queue.take()
    assert first is not None and first.execution == "a"
    assert queue.take() is None, "one runs already"
    queue.finish()
    second = queue.take()
    assert second is not None and second.execution == "b"
    assert len(queue) == 1 and not queue.idle


def test_an_execution_is_queued_once_even_after_it_finished() -> None:
    queue = Queue()
    assert queue.add(request("a"))
    assert not queue.add(request("a"))
    queue.take()
    assert not queue.add(request("a"))
    queue.finish()
    assert not queue.add(request("a"))
    queue.add(request("b"))
    queue.cancel(["b"])
    assert not queue.add(request("b"))
    assert queue.idle


def test_cancelling_takes_only_what_waits() -> None:
    queue = Queue()
    for name in "abcd":
        queue.add(request(name))
    queue.take()
    assert [gone.execution for gone in queue.cancel(["c", "a", "unknown"])] == ["c"]
    assert [gone.execution for gone in queue.cancel_all()] == ["b", "d"]
    assert queue.running is not None and queue.running.execution == "a"


def test_the_queue_and_its_memory_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "QUEUE", 3)
    monkeypatch.setattr(limits, "KNOWN_EXECUTIONS", 5)
    queue = Queue()
    for number in range(3):
        queue.add(request(str(number)))
    with pytest.raises(Busy):
        queue.add(request("one too many"))
    assert not queue.knows("one too many"), "what was refused may be asked for again"
    for number in range(10, 20):
        queue.cancel_all()
        queue.add(request(str(number)))
    assert queue.knows("19") and not queue.knows("0")
