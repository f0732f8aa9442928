from __future__ import annotations

from typing import Any

import pytest

from fumehood.core import limits
from fumehood.core.errors import LimitExceeded
from fumehood.protocol.events import CommMessage, CommOpened
from fumehood.protocol.outputs import BlobRef
from fumehood.protocol.stream import CommReport, EphemeralBlob
from fumehood.runtime import comms
from fumehood.runtime.comms import Comms


def update(state: dict[str, Any], paths: list[list[Any]] | None = None) -> dict[str, Any]:
    return {"method": "update", "state": state, "buffer_paths": paths or []}


def kept(table: Comms) -> list[CommOpened]:
    return [r.event for r in table.reports() if isinstance(r, CommReport) and isinstance(r.event, CommOpened)]


def slider(table: Comms, comm: str = "c", **state: Any) -> None:
    data = {"state": {"value": 1, "min": 0, **state}, "buffer_paths": []}
    assert table.opened(comm, comms.WIDGET, data, metadata={"version": "2.1.0"})


def test_a_later_daemon_learns_the_latest_state() -> None:
    table = Comms()
    slider(table)
    table.updated("c", update({"value": 5}))
    table.updated("c", {"method": "echo_update", "state": {"value": 6}})
    table.updated("c", {"method": "custom", "content": {"value": 9}})
    (event,) = kept(table)
    assert event.data == {"state": {"value": 6, "min": 0}, "buffer_paths": []}
    assert event.metadata == {"version": "2.1.0"} and event.target == comms.WIDGET


def test_buffers_follow_their_traits() -> None:
    table = Comms()
    data = {"state": {"view": {"shape": [2]}}, "buffer_paths": [["view", "data"], ["raw"]]}
    table.opened("c", comms.WIDGET, data, metadata={}, buffers=[b"12", b"raw"])
    (event,) = kept(table)
    assert event.data["buffer_paths"] == [["view", "data"], ["raw"]] and event.buffers == (b"12", b"raw")
    table.updated("c", update({"view": {"shape": [3]}}, [["view", "data"]]), [b"345"])
    (event,) = kept(table)
    assert dict(zip(map(tuple, event.data["buffer_paths"]), event.buffers, strict=True)) == {
        ("view", "data"): b"345",
        ("raw",): b"raw",
    }
    table.updated("c", update({"view": None}))
    table.updated("c", update({}, [["raw"]]), [b"new"])
    (event,) = kept(table)
    assert event.data["buffer_paths"] == [["raw"]] and event.buffers == (b"new",)


def test_large_buffers_travel_as_ephemeral_bytes_before_the_report() -> None:
    big = b"x" * (limits.BLOB_CHUNK + 5)
    reports = comms.message("c", {}, {}, [b"small", big])
    *chunks, report = reports
    assert all(isinstance(chunk, EphemeralBlob) and chunk.chunk.ephemeral for chunk in chunks) and len(chunks) == 2
    assert isinstance(report, CommReport) and isinstance(report.event, CommMessage)
    small, reference = report.event.buffers
    assert small == b"small" and isinstance(reference, BlobRef) and reference.size == len(big)


def test_a_message_over_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "COMM_MESSAGE", 10)
    with pytest.raises(LimitExceeded):
        comms.message("c", {}, {}, [b"x" * 11])


def test_closing_forgets_and_gives_the_space_back() -> None:
    table = Comms()
    slider(table, text="x" * 1000)
    assert table.bytes > 1000
    assert table.closed("c") and not table.closed("c")
    assert table.bytes == 0 and len(table) == 0
    slider(table, "a")
    slider(table, "b")
    assert sorted(table.close_all()) == ["a", "b"] and table.bytes == 0


def test_number_and_bytes_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "COMMS", 3)
    monkeypatch.setattr(limits, "EPHEMERAL_BLOBS", 5000)
    table = Comms()
    for name in "abc":
        slider(table, name)
    assert not table.opened("d", comms.WIDGET, {"state": {}}, metadata={})
    assert not table.updated("a", update({"text": "x" * 6000}))
    assert table.updated("a", update({"text": "x" * 600}))
    assert table.forgotten == 2 and table.bytes < 5000
    for _ in range(100):
        assert table.updated("a", update({"text": "y" * 600}))
    assert table.bytes < 5000


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"method": "update"},
        {"method": "update", "state": [1]},
        {"method": "update", "state": {"a": 1}, "buffer_paths": "x"},
        {"method": "update", "state": {"a": 1}, "buffer_paths": [[], [1.5], "x", None]},
        {"method": ["update"], "state": {}},
    ],
)
def test_nonsense_changes_nothing_and_breaks_nothing(data: dict[str, Any]) -> None:
    table = Comms()
    slider(table)
    table.updated("c", data, [b"1", b"2", b"3", b"4"])
    table.updated("unknown", data)
    assert kept(table)[0].data["state"]["value"] == 1


def test_other_comms_are_kept_as_they_were_opened() -> None:
    table = Comms()
    table.opened("c", "mine", {"a": 1}, metadata={}, buffers=[b"b"])
    table.updated("c", update({"a": 2}))
    (event,) = kept(table)
    assert event.data == {"a": 1} and event.buffers == (b"b",) and event.target == "mine"


def test_what_a_comm_was_opened_with_counts_and_what_is_over_the_bound_is_not_held(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "EPHEMERAL_BLOBS", 10_000)
    table = Comms()
    assert table.opened("a", "chat", {"x": "y" * 4000}, metadata={"m": "z" * 4000})
    assert not table.opened("b", "chat", {"x": "y" * 4000}, metadata={})
    assert not table.opened("c", comms.WIDGET, {"state": {}}, metadata={"m": "z" * 4000})
    assert not table.opened("d", "t" * 4000, {}, metadata={})
    assert [event.comm for event in kept(table)] == ["a"]
    assert table.forgotten == 3
    table.closed("a")
    assert table.bytes == 0
    assert table.opened("b", "chat", {"x": "y" * 4000}, metadata={}, buffers=[b"1" * 1000])
