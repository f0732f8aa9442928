from __future__ import annotations

import copy
import typing
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fumehood.protocol import events as ev
from fumehood.protocol import state as state_module
from fumehood.protocol.base import decode_json, decode_pack, encode_json, encode_pack
from fumehood.protocol.outputs import BlobRef, DisplayOutput, ErrorOutput, StreamOutput
from fumehood.protocol.state import CellRun, RoomState
from fumehood.protocol.trust import TrustChanged, TrustStatus

PASS_THROUGH = {ev.NextInput, ev.FileMerged}
"""Events of the log that the state does not keep: they are for the document and for whoever watches."""

REF = BlobRef(blob="ab" * 32, size=9)


def queued(execution: str, cell: str) -> ev.Queued:
    return ev.Queued(execution=execution, cell=cell, source_hash="h", by="someone", time=1.0)


def running(execution: str = "e1", cell: str = "a") -> RoomState:
    state = RoomState()
    state.apply(queued(execution, cell))
    state.apply(ev.Started(execution=execution, time=2.0))
    return state


def fold(events: list[ev.AnyEvent]) -> RoomState:
    state = RoomState()
    for event in events:
        state.apply(event)
    return state


# -- random logs

executions = st.sampled_from(["e1", "e2", "e3", "e4"])
cells = st.sampled_from(["a", "b", "c"])
texts = st.text(max_size=6)
outputs = st.one_of(
    st.builds(StreamOutput, name=st.sampled_from(["stdout", "stderr"]), text=texts),
    st.builds(DisplayOutput, data=st.dictionaries(st.sampled_from(["text/plain", "image/png"]), texts | st.just(REF))),
    st.builds(ErrorOutput, ename=texts, evalue=texts),
)
small = st.integers(0, 8)
times = st.floats(0, 1e9)
asked = {"execution": executions, "request": texts}
finishes = st.sampled_from(["ok", "error", "cancelled", "lost"])
kernels = st.sampled_from(["starting", "idle", "busy", "dead"])
RUN_EVENTS: dict[type, dict[str, Any]] = {
    ev.Queued: {"execution": executions, "cell": cells, "source_hash": texts, "by": texts, "time": times},
    ev.Started: {"execution": executions, "time": times},
    ev.Counted: {"execution": executions, "count": small},
    ev.OutputAdded: {"execution": executions, "index": small, "output": outputs},
    ev.OutputReplaced: {"execution": executions, "index": small, "output": outputs},
    ev.StreamPatched: {"execution": executions, "index": small, "at": small, "text": texts},
    ev.StreamSealed: {"execution": executions, "index": small, "chars": small, "part": st.just(REF)},
    ev.OutputDropped: {"execution": executions, "dropped": small},
    ev.OutputsCleared: {"execution": executions},
    ev.InputRequested: {**asked, "prompt": texts, "password": st.booleans()},
    ev.NextInput: {"execution": executions, "text": texts, "replace": st.booleans()},
    ev.Finished: {"execution": executions, "status": finishes, "time": times},
}
ROOM_EVENTS: dict[type, dict[str, Any]] = {
    ev.KernelChanged: {"status": kernels, "spec": texts},
    ev.InputClosed: asked,
    ev.OutputsLoaded: {"cell": cells, "outputs": st.lists(outputs, max_size=3).map(tuple)},
    ev.CellOutputsCleared: {"cell": cells},
    ev.RuntimeLost: {"since": times, "reason": texts},
    ev.FileSaved: {"path": texts, "time": times, "digest": texts},
    ev.FileMerged: {"time": times},
    ev.Noticed: {"time": times, "code": texts, "message": texts},
    ev.DirtyChanged: {"dirty": st.booleans()},
    ev.SavingChanged: {"manual": st.booleans()},
    TrustChanged: {"status": st.sampled_from(typing.get_args(TrustStatus)), "step": texts, "done": small, "by": texts},
}
run_events: st.SearchStrategy[Any] = st.one_of(*(st.builds(kind, **fields) for kind, fields in RUN_EVENTS.items()))
room_events: st.SearchStrategy[Any] = st.one_of(*(st.builds(kind, **fields) for kind, fields in ROOM_EVENTS.items()))
logs: st.SearchStrategy[list[Any]] = st.lists(run_events | room_events, max_size=40)


def test_every_event_of_the_log_has_a_step_or_is_declared_to_need_none() -> None:
    kinds = set(typing.get_args(ev.Event))
    stepped = set(state_module._STEPS)
    assert stepped <= kinds
    assert kinds - stepped == PASS_THROUGH


def test_every_event_of_the_log_is_tried_here() -> None:
    assert {*RUN_EVENTS, *ROOM_EVENTS} == set(typing.get_args(ev.Event))


@given(logs)
def test_any_log_folds_and_the_snapshot_survives_both_wires(log: list[Any]) -> None:
    state = fold(log)
    assert decode_json(encode_json(state), RoomState) == state
    assert decode_pack(encode_pack(state), RoomState) == state


@given(logs, logs)
def test_a_client_that_starts_from_a_snapshot_gets_to_the_same_state(before: list[Any], after: list[Any]) -> None:
    ours = fold(before)
    theirs = decode_json(encode_json(ours), RoomState)
    for event in after:
        ours.apply(event)
        theirs.apply(decode_json(encode_json(event), type(event)))
    assert ours == theirs


@given(logs)
def test_owners_and_cells_tell_of_the_same_executions(log: list[Any]) -> None:
    """An execution is queued once: its id is drawn anew for each."""
    seen: set[str] = set()
    state = RoomState()
    for event in log:
        if isinstance(event, ev.Queued):
            if event.execution in seen:
                continue
            seen.add(event.execution)
        state.apply(event)
    for execution, cell in state.owners.items():
        assert state.cells[cell].execution == execution
    for cell, run in state.cells.items():
        assert not run.execution or state.owners[run.execution] == cell


@given(logs, run_events.filter(lambda e: not isinstance(e, ev.Queued)))
def test_an_event_of_an_unknown_execution_changes_no_cell(log: list[Any], event: Any) -> None:
    state = fold(log)
    before = copy.deepcopy(state.cells)
    state.apply(msgspec.structs.replace(event, execution="nobody's"))
    assert state.cells == before


@given(logs)
def test_the_fold_does_not_change_the_events_nor_an_earlier_snapshot(log: list[Any]) -> None:
    copies = copy.deepcopy(log)
    state = RoomState()
    for event in log:
        state.apply(event)
    assert log == copies
    assert RoomState() == msgspec.json.decode(b"{}", type=RoomState), "no default was written into"


# -- streams

pieces = st.lists(st.text(alphabet="ab\n\r🧬é", max_size=8), min_size=1, max_size=30)


@given(pieces, st.data())
@settings(max_examples=200)
def test_patches_and_seals_give_the_whole_text(parts: list[str], data: st.DataObject) -> None:
    """A stream that is appended to, rewritten at its end and sealed at random is the text that was meant."""
    state = running()
    state.apply(ev.OutputAdded(execution="e1", index=0, output=StreamOutput(name="stdout")))
    sealed, open_text = "", ""
    for part in parts:
        at = data.draw(st.integers(0, len(open_text))) if data.draw(st.booleans()) else len(open_text)
        open_text = open_text[:at] + part
        state.apply(ev.StreamPatched(execution="e1", index=0, at=at, text=part))
        if data.draw(st.booleans()):
            chars = data.draw(st.integers(0, len(open_text)))
            sealed, open_text = sealed + open_text[:chars], open_text[chars:]
            state.apply(ev.StreamSealed(execution="e1", index=0, chars=chars, part=REF))
    output = state.cells["a"].outputs[0]
    assert isinstance(output, StreamOutput)
    assert output.text == open_text
    assert (sealed == "") or output.parts


def test_a_patch_of_what_is_not_a_stream_is_ignored() -> None:
    state = running()
    state.apply(ev.OutputAdded(execution="e1", index=0, output=DisplayOutput(data={})))
    state.apply(ev.StreamPatched(execution="e1", index=0, at=0, text="x"))
    state.apply(ev.StreamSealed(execution="e1", index=0, chars=0, part=REF))
    assert state.cells["a"].outputs == [DisplayOutput(data={})]


def test_an_output_comes_only_once_and_only_as_the_next_one() -> None:
    state = running()
    first = ev.OutputAdded(execution="e1", index=0, output=StreamOutput(name="stdout", text="1"))
    state.apply(first)
    state.apply(first)
    state.apply(ev.OutputAdded(execution="e1", index=5, output=StreamOutput(name="stdout", text="6")))
    assert state.cells["a"].outputs == [StreamOutput(name="stdout", text="1")]


def test_what_was_dropped_is_counted_on_the_last_stream_or_on_one_made_for_it() -> None:
    state = running()
    state.apply(ev.OutputDropped(execution="e1", dropped=5))
    assert state.cells["a"].outputs == [StreamOutput(name="stderr", dropped=5)]
    state.apply(ev.OutputDropped(execution="e1", dropped=9))
    assert state.cells["a"].outputs == [StreamOutput(name="stderr", dropped=9)]


# -- the life of a run


def test_earlier_outputs_stay_until_the_next_run_starts() -> None:
    state = running()
    shown = StreamOutput(name="stdout", text="first")
    state.apply(ev.OutputAdded(execution="e1", index=0, output=shown))
    state.apply(ev.Finished(execution="e1", status="ok", time=3.0))
    state.apply(queued("e2", "a"))
    assert state.cells["a"].previous == [shown]
    state.apply(queued("e3", "a"))
    assert state.cells["a"].previous == [shown], "queued again before it started"
    state.apply(ev.Started(execution="e3", time=4.0))
    assert (state.cells["a"].previous, state.cells["a"].outputs) == ([], [])


def test_a_run_that_never_started_leaves_the_cell_as_it_was() -> None:
    state = running()
    shown = StreamOutput(name="stdout", text="first")
    state.apply(ev.OutputAdded(execution="e1", index=0, output=shown))
    state.apply(ev.Finished(execution="e1", status="ok", time=3.0))
    state.apply(queued("e2", "a"))
    state.apply(ev.Finished(execution="e2", status="cancelled", time=4.0))
    run = state.cells["a"]
    assert (run.outputs, run.previous, run.status) == ([shown], [], "cancelled")
    assert state.queue == {}


def test_a_late_event_of_an_earlier_run_is_ignored() -> None:
    state = running()
    state.apply(queued("e2", "a"))
    state.apply(ev.OutputAdded(execution="e1", index=0, output=StreamOutput(name="stdout", text="late")))
    state.apply(ev.Finished(execution="e1", status="ok", time=9.0, count=7))
    assert state.cells["a"] == CellRun(
        execution="e2", source_hash="h", status="queued", by="someone", queued=1.0, origin="own"
    )
    assert list(state.queue) == ["e2"]


def test_a_question_ends_with_its_answer_its_execution_or_its_runtime() -> None:
    def asked() -> RoomState:
        state = running()
        state.apply(ev.InputRequested(execution="e1", request="r", prompt="?", password=True))
        assert state.inputs["r"].password
        return state

    for end in (
        ev.InputClosed(execution="e1", request="r"),
        ev.Finished(execution="e1", status="error", time=5.0),
        ev.RuntimeLost(since=5.0, reason="killed"),
    ):
        state = asked()
        state.apply(end)
        assert state.inputs == {}


def test_a_change_of_status_alone_keeps_what_is_known_of_the_kernel() -> None:
    state = fold(
        [
            ev.KernelChanged(status="starting", spec="python3", display_name="Python 3"),
            ev.KernelChanged(status="idle", language="python", language_info={"name": "python"}, pid=7),
            ev.KernelChanged(status="busy"),
        ]
    )
    assert state.kernel == ev.KernelChanged(
        status="busy", spec="python3", display_name="Python 3", language="python", pid=7
    )
    assert state.language_info == {"name": "python"}


def test_a_dead_kernel_has_no_pid_of_the_one_before() -> None:
    state = fold([ev.KernelChanged(status="idle", spec="python3", pid=7), ev.KernelChanged(status="dead", reason="x")])
    assert state.kernel.pid is None


def test_clearing_a_running_cell_keeps_the_run() -> None:
    state = running()
    state.apply(ev.OutputAdded(execution="e1", index=0, output=StreamOutput(name="stdout", text="x")))
    state.apply(ev.CellOutputsCleared(cell="a"))
    assert (state.cells["a"].status, state.cells["a"].outputs) == ("running", [])
    state.apply(ev.Finished(execution="e1", status="ok", time=3.0))
    state.apply(ev.CellOutputsCleared(cell="a"))
    assert (state.cells, state.owners) == ({}, {})


def test_notices_are_bounded_and_the_newest_is_last() -> None:
    state = fold([ev.Noticed(time=float(n), code="c", message=str(n)) for n in range(200)])
    assert [notice.message for notice in state.notices] == [str(n) for n in range(150, 200)]


# -- cost


class CountingDict(dict[str, Any]):
    """Counts what is read or written, and refuses to be walked through."""

    touched = 0

    def __getitem__(self, key: str) -> Any:
        self.touched += 1
        return super().__getitem__(key)

    def get(self, key: str, default: Any = None) -> Any:
        self.touched += 1
        return super().get(key, default)

    def __setitem__(self, key: str, value: Any) -> None:
        self.touched += 1
        super().__setitem__(key, value)

    def __iter__(self) -> Any:
        raise AssertionError("the fold walks through all cells")

    def items(self) -> Any:
        raise AssertionError("the fold walks through all cells")

    def values(self) -> Any:
        raise AssertionError("the fold walks through all cells")


def touched_by_one_execution(state: RoomState, number: int) -> int:
    cells, owners = CountingDict(state.cells), CountingDict(state.owners)
    state.cells, state.owners = cells, owners
    execution, cell = f"x{number}", f"cell{number % 10}"
    state.apply(queued(execution, cell))
    state.apply(ev.Started(execution=execution, time=1.0))
    state.apply(ev.Counted(execution=execution, count=number))
    state.apply(ev.OutputAdded(execution=execution, index=0, output=StreamOutput(name="stdout", text="2")))
    state.apply(ev.StreamPatched(execution=execution, index=0, at=1, text="!"))
    state.apply(ev.Finished(execution=execution, status="ok", time=2.0))
    state.cells, state.owners = dict(dict.items(cells)), dict(dict.items(owners))
    return cells.touched + owners.touched


@pytest.mark.parametrize("cells_before", [10, 1000])
def test_the_thousandth_execution_costs_what_the_first_did(cells_before: int) -> None:
    state = RoomState()
    for number in range(cells_before):
        state.apply(ev.OutputsLoaded(cell=f"cell{number}", outputs=()))
    costs = [touched_by_one_execution(state, number) for number in range(200)]
    assert max(costs[10:]) <= max(costs[:10]) + 1
    assert max(costs) < 30
    assert len(encode_json(state)) < 100 * cells_before + 10_000


def test_what_a_cell_shows_keeps_its_origin_until_the_next_run_starts() -> None:
    state = RoomState()
    state.apply(ev.OutputsLoaded(cell="a", outputs=(DisplayOutput(data={"text/html": "<b>theirs</b>"}),)))
    assert state.cells["a"].origin == "stranger"
    state.apply(ev.Queued(execution="e", cell="a", source_hash="h", by="me", time=1.0))
    run = state.cells["a"]
    assert (run.previous_origin, run.origin) == ("stranger", "own")
    cancelled = msgspec.msgpack.decode(msgspec.msgpack.encode(state), type=RoomState)
    cancelled.apply(ev.Finished(execution="e", status="cancelled", time=2.0))
    assert cancelled.cells["a"].outputs and cancelled.cells["a"].origin == "stranger"
    state.apply(ev.Started(execution="e", time=2.0))
    assert (run.outputs, run.origin) == ([], "own")
    state.apply(ev.OutputsLoaded(cell="a", outputs=()))
    assert state.cells["a"].origin == "stranger", "an outside edit of what ran here is somebody else's"


def test_the_state_of_an_older_daemon_is_a_strangers() -> None:
    older = msgspec.msgpack.encode({"cells": {"a": {"execution": "e", "status": "ok"}}})
    assert msgspec.msgpack.decode(older, type=RoomState).cells["a"].origin == "stranger"
