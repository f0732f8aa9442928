"""The fold of one execution: what the room is told makes, in the room, what the kernel said."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fumehood.core import limits
from fumehood.protocol import events as ev
from fumehood.protocol.outputs import DisplayOutput, ErrorOutput, ResultOutput, StreamOutput
from fumehood.protocol.state import RoomState
from fumehood.protocol.stream import BlobChunk, Execute
from fumehood.runtime import jupyter
from fumehood.runtime.execution import Body, Execution, Slot, Urgency

REQUEST = Execute(execution="e" * 32, cell="c", source="", source_hash="", by="")


class Room:
    def __init__(self) -> None:
        self.state = RoomState()
        self.blobs: dict[str, bytes] = {}
        self.events: list[ev.Event] = []
        self.state.apply(ev.Queued(execution=REQUEST.execution, cell="c", source_hash="", by="", time=0))
        self.state.apply(ev.Started(execution=REQUEST.execution, time=0))

    def take(self, bodies: Iterable[Body]) -> None:
        for body in bodies:
            if isinstance(body, BlobChunk):
                self.blobs[body.hash] = (self.blobs.get(body.hash, b"") if body.offset else b"") + body.data
            else:
                before = self.state.cells["c"].outputs[:]
                self.state.apply(body)
                if isinstance(body, ev.OutputAdded):
                    assert len(self.state.cells["c"].outputs) == len(before) + 1, "the index was the next one"
                if isinstance(body, ev.OutputReplaced):
                    assert body.index < len(before)
                self.events.append(body)

    def shown(self) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        for output in self.state.cells["c"].outputs:
            if isinstance(output, StreamOutput):
                parts = b"".join(self.blobs[part.blob] for part in output.parts).decode()
                found.append((output.name, parts + output.text))
            elif isinstance(output, DisplayOutput | ResultOutput):
                found.append(("display", str(output.data["text/plain"])))
            elif isinstance(output, ErrorOutput):
                found.append(("error", output.ename))
        return found


def display(text: str, display_id: str | None = None) -> jupyter.Display:
    return jupyter.Display(data={"text/plain": text}, transient={"display_id": display_id})


steps = st.one_of(
    st.tuples(
        st.just("print"), st.sampled_from(["stdout", "stderr"]), st.text(alphabet="ab\n", min_size=1, max_size=5)
    ),
    st.tuples(st.just("display"), st.text(alphabet="xyz", max_size=3)),
    st.tuples(st.just("update"), st.integers(0, 5), st.text(alphabet="uvw", max_size=3)),
    st.tuples(st.just("clear"), st.booleans()),
    st.tuples(st.just("tell")),
)


@given(st.lists(steps, max_size=40))
@settings(max_examples=400)
def test_the_room_shows_what_the_kernel_said_whenever_it_is_told(script: list[tuple[Any, ...]]) -> None:
    execution, room = Execution(REQUEST), Room()
    model: list[list[str]] = []
    slots: list[Slot] = []
    owners: dict[int, list[str]] = {}
    clear_next = False
    for step in script:
        if step[0] == "tell":
            room.take(execution.tell())
            assert room.shown() == [(kind, text) for kind, text in model]
            continue
        if step[0] == "clear":
            execution.clear(step[1])
            if step[1]:
                clear_next = True
            else:
                model.clear()
            continue
        if step[0] == "update":
            if step[1] < len(slots):
                slot = slots[step[1]]
                execution.replace(slot, display(step[2]), full=False)
                owners[id(slot)][1] = step[2]
            continue
        if clear_next:
            model.clear()
            clear_next = False
        if step[0] == "print":
            execution.stream(step[1], step[2], full=False)
            if model and model[-1][0] == step[1]:
                model[-1][1] += step[2]
            else:
                model.append([step[1], step[2]])
        else:
            _, slot_or_none = execution.add("display", display(step[1]), full=False)
            assert slot_or_none is not None
            slots.append(slot_or_none)
            model.append(["display", step[1]])
            owners[id(slot_or_none)] = model[-1]
    room.take(execution.tell(last=True))
    assert room.shown() == [(kind, text) for kind, text in model]
    assert list(execution.tell(last=True)) == []


def test_a_picture_that_nobody_could_see_is_never_told() -> None:
    execution, room = Execution(REQUEST), Room()
    picture = base64.b64encode(b"p" * 1000).decode()
    for _ in range(50):
        execution.clear(wait=True)
        execution.add("display", jupyter.Display(data={"text/plain": "x", "image/png": picture}), full=False)
    bodies = list(execution.tell())
    assert [type(body) for body in bodies] == [BlobChunk, ev.OutputAdded]
    room.take(bodies)
    assert len(room.state.cells["c"].outputs) == 1


def test_an_update_of_a_display_replaces_it_where_it_is() -> None:
    execution, room = Execution(REQUEST), Room()
    _, slot = execution.add("result", jupyter.Display(data={"text/plain": "1"}, execution_count=7), full=False)
    execution.stream("stdout", "after\n", full=False)
    room.take(execution.tell())
    assert slot is not None
    execution.replace(slot, display("2"), full=False)
    room.take(execution.tell())
    assert room.state.cells["c"].outputs[0] == ResultOutput(data={"text/plain": "2"}, count=7)
    assert len(room.state.cells["c"].outputs) == 2


def test_output_over_the_limit_is_counted_to_the_byte(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "EXECUTION_OUTPUT_BYTES", 1000)
    execution, room = Execution(REQUEST), Room()
    for _ in range(200):
        execution.stream("stdout", "123456789\n", full=False)
        room.take(execution.tell())
    room.take(execution.tell(last=True))
    (output,) = room.state.cells["c"].outputs
    assert isinstance(output, StreamOutput)
    assert output.text == "123456789\n" * 100 and output.dropped == 1000
    said = [event for event in room.events if isinstance(event, ev.OutputDropped)]
    assert len(said) < 12, "a flood that is dropped is no flood of events"


def test_what_was_cleared_or_replaced_counts_only_towards_the_total(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "EXECUTION_OUTPUT_BYTES", 1000)
    monkeypatch.setattr(limits, "EXECUTION_TOTAL_BYTES", 20_000)
    execution, room = Execution(REQUEST), Room()
    for _ in range(50):
        execution.clear(wait=True)
        execution.stream("stdout", "x" * 100, full=False)
        _, slot = execution.add("display", display("y" * 50), full=False)
        room.take(execution.tell())
        assert slot is not None
        execution.replace(slot, display("z" * 50), full=False)
        room.take(execution.tell())
    assert room.shown() == [("stdout", "x" * 100), ("display", "z" * 50)]
    assert execution.dropped == 0 and execution.bytes == 150 and execution.total == 50 * 200
    for _ in range(100):
        execution.clear(wait=True)
        execution.stream("stdout", "x" * 150, full=False)
        room.take(execution.tell())
    assert execution.total == 20_000 and execution.dropped == 100 * 150 - 10_000


def test_drops_without_any_print_have_a_place_to_be_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "OUTPUTS_PER_EXECUTION", 2)
    execution, room = Execution(REQUEST), Room()
    for _ in range(5):
        execution.add("display", display("x"), full=False)
        room.take(execution.tell())
    execution.clear(wait=True)
    room.take(execution.tell(last=True))
    assert len(room.state.cells["c"].outputs) == 3
    last = room.state.cells["c"].outputs[-1]
    assert isinstance(last, StreamOutput) and last.dropped == 3
    execution.add("display", display("y"), full=False)
    room.take(execution.tell(last=True))
    assert room.shown() == [("display", "y")]


def test_a_full_spool_drops_and_goes_on_afterwards() -> None:
    execution, room = Execution(REQUEST), Room()
    execution.stream("stdout", "kept 1\n", full=False)
    execution.stream("stdout", "lost\n", full=True)
    execution.add("display", display("lost"), full=True)
    execution.stream("stdout", "kept 2\n", full=False)
    room.take(execution.tell(last=True))
    assert room.shown() == [("stdout", "kept 1\nkept 2\n")]
    output = room.state.cells["c"].outputs[0]
    assert isinstance(output, StreamOutput) and output.dropped == 9


def test_streams_that_take_turns_without_end_lose_no_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "STREAM_OUTPUTS", 20)
    execution, room = Execution(REQUEST), Room()
    for number in range(100):
        execution.stream("stdout", f"{number}\n", full=False)
        execution.stream("stderr", f"e{number}\n", full=False)
        if number % 7 == 0:
            room.take(execution.tell())
    room.take(execution.tell())
    assert len(room.shown()) == 20
    assert "".join(text for kind, text in room.shown() if kind == "stdout") == "".join(f"{n}\n" for n in range(100))
    assert "".join(text for kind, text in room.shown() if kind == "stderr") == "".join(f"e{n}\n" for n in range(100))


def test_a_print_is_soon_a_display_is_now_a_count_is_later() -> None:
    execution = Execution(REQUEST)
    assert execution.counted(1) is Urgency.LATER
    assert execution.stream("stdout", "x", full=False) is Urgency.SOON
    assert execution.stream("stdout", "x" * (limits.FLUSH_CHARS + 1), full=False) is Urgency.NOW
    assert execution.add("display", display("x"), full=False)[0] is Urgency.NOW
    assert execution.clear(wait=True) is Urgency.NOTHING
    assert execution.stream("stdout", "", full=False) is Urgency.NOTHING


def test_late_output_of_a_finished_execution_is_added() -> None:
    execution, room = Execution(REQUEST), Room()
    execution.stream("stdout", "early\n", full=False)
    room.take(execution.tell(last=True))
    execution.finished = True
    execution.forget_streams()
    execution.stream("stdout", "late\n", full=False)
    room.take(execution.tell())
    assert room.shown() == [("stdout", "early\n"), ("stdout", "late\n")]


def test_a_large_blob_travels_in_pieces_before_its_event(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "BLOB_CHUNK", 1000)
    execution, room = Execution(REQUEST), Room()
    data = bytes(range(256)) * 10
    content = jupyter.Display(data={"text/plain": "p", "image/png": base64.b64encode(data).decode()})
    execution.add("display", content, full=False)
    bodies = list(execution.tell())
    assert [type(body) for body in bodies] == [BlobChunk] * 3 + [ev.OutputAdded]
    room.take(bodies)
    assert list(room.blobs.values()) == [data]
