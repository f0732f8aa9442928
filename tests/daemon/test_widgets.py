"""Widgets live in the room: a client that comes later sees them, and what a page moves the kernel hears."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import msgspec
import pytest

from fumehood.core import limits
from fumehood.core.errors import LimitExceeded, NoKernel
from fumehood.core.ids import BlobHash
from fumehood.document.replica import WidgetReplica
from fumehood.protocol import events as ev
from fumehood.protocol import methods as m
from fumehood.protocol.frames import Document, Kind
from fumehood.protocol.outputs import BlobRef
from fumehood.testing.peers import RecordingPeer
from tests.daemon.house import House, text_of

SLIDER = "import ipywidgets as w; s = w.IntSlider(value=3, description='Cells'); s"


@pytest.fixture
def file(home: Path) -> Path:
    return home / "a.ipynb"


def slider(house: House, opened: m.OpenResult) -> tuple[str, dict[str, Any]]:
    """(comm id, state)"""
    models = house.room(opened).widgets._models.models()
    return next((comm, one.state) for comm, one in models.items() if one.state.get("_model_name") == "IntSliderModel")


async def test_a_widget_is_there_for_a_client_that_comes_later(house: House, file: Path) -> None:
    person, late = RecordingPeer(), RecordingPeer()
    opened = await house.open(person, file, create=True)
    await house.frame(person, opened.room, Kind.STEP1, b"\x00", document=Document.WIDGETS)
    run = await house.run(person, opened.room, SLIDER)
    assert "application/vnd.jupyter.widget-view+json" in run.outputs[0].data  # type: ignore[union-attr]
    _, state = slider(house, opened)
    assert (state["value"], state["description"]) == (3, "Cells")
    assert person.payloads(Kind.UPDATE, Document.WIDGETS)
    await house.call(late, "room.attach", m.RoomParams(room=opened.room))
    await house.frame(late, opened.room, Kind.STEP1, b"\x00", document=Document.WIDGETS)
    (frame,) = [one for one in late.frames if one.document is Document.WIDGETS]
    assert frame.kind is Kind.STEP2
    assert b"Cells" in frame.payload


async def test_what_a_page_moves_the_kernel_hears_and_the_room_follows(house: House, file: Path) -> None:
    person = RecordingPeer()
    opened = await house.open(person, file, create=True)
    await house.run(person, opened.room, SLIDER)
    comm, _ = slider(house, opened)
    data = {"method": "update", "state": {"value": 42}, "buffer_paths": []}
    await house.call(person, "comm.send", m.CommParams(room=opened.room, comm=comm, data=data))
    run = await house.run(person, opened.room, "print(s.value)")
    assert text_of(run) == "42\n"
    assert slider(house, opened)[1]["value"] == 42
    await house.run(person, opened.room, "s.value = 7")
    assert slider(house, opened)[1]["value"] == 7


async def test_a_large_buffer_is_an_ephemeral_blob_that_goes_with_its_kernel(house: House, file: Path) -> None:
    person = RecordingPeer()
    opened = await house.open(person, file, create=True)
    await house.run(person, opened.room, "import ipywidgets as w; i = w.Image(value=b'x' * 300_000, format='png'); i")
    models = house.room(opened).widgets._models.models().values()
    buffers = [data for one in models for held in one.buffers.values() for _, data in held]
    refs = [ref for ref in buffers if isinstance(ref, BlobRef)]
    assert [ref.size for ref in refs] == [300_000]
    assert house.blobs.ephemeral(BlobHash(refs[0].blob)) == b"x" * 300_000
    assert not house.journal.referenced(BlobHash(refs[0].blob))
    await house.call(person, "kernel.shutdown", m.ForceParams(room=opened.room))
    assert house.blobs.ephemeral(BlobHash(refs[0].blob)) is None


async def test_widgets_are_in_the_saved_file_and_shown_from_it_without_a_kernel(house: House, file: Path) -> None:
    person = RecordingPeer()
    opened = await house.open(person, file, create=True)
    await house.run(person, opened.room, SLIDER)
    comm, _ = slider(house, opened)
    await house.call(person, "room.save", m.SaveParams(room=opened.room))
    saved = msgspec.json.decode(file.read_bytes())
    kept = saved["metadata"]["widgets"]["application/vnd.jupyter.widget-state+json"]["state"]
    assert kept[comm]["state"]["description"] == "Cells"
    other = house.home / "other.ipynb"
    shutil.copy(file, other)
    again = await house.open(RecordingPeer(), other)
    assert slider(house, again)[1]["value"] == 3
    assert house.room(again).tether is None
    assert not (await house.call(person, "room.save", m.SaveParams(room=again.room))).changed


async def test_a_new_kernel_begins_without_the_old_ones_widgets(house: House, file: Path) -> None:
    person = RecordingPeer()
    opened = await house.open(person, file, create=True)
    await house.run(person, opened.room, SLIDER)
    old, state = slider(house, opened)
    await house.call(person, "kernel.restart", m.StartParams(room=opened.room))
    await house.run(person, opened.room, "'no widget'")
    assert slider(house, opened) == (old, state)
    assert house.room(opened).widgets._models._models[old]["ended"]
    await house.run(person, opened.room, SLIDER)
    assert slider(house, opened)[0] != old
    assert old not in house.room(opened).widgets._models.models()


async def test_the_files_widgets_stay_beside_a_kernels_as_long_as_they_are_shown(house: House, file: Path) -> None:
    person = RecordingPeer()
    opened = await house.open(person, file, create=True)
    await house.run(person, opened.room, SLIDER)
    old, _ = slider(house, opened)
    await house.call(person, "room.save", m.SaveParams(room=opened.room))
    other = house.home / "other.ipynb"
    shutil.copy(file, other)
    again = await house.open(person, other)
    await house.run(person, again.room, "import ipywidgets as w; w.Text(description='new')")
    models = house.room(again).widgets._models.models()
    assert models[old].state["description"] == "Cells"
    assert any(one.state.get("description") == "new" for one in models.values())
    await house.call(person, "room.save", m.SaveParams(room=again.room))
    kept = msgspec.json.decode(other.read_bytes())["metadata"]["widgets"]
    assert old in kept["application/vnd.jupyter.widget-state+json"]["state"]
    shown = [cell for cell, run in house.room(again).state.cells.items() if run.outputs]
    await house.call(person, "cell.clear", m.ClearParams(room=again.room, cells=tuple(shown)))
    await house.call(person, "room.save", m.SaveParams(room=again.room))
    kept = msgspec.json.decode(other.read_bytes())["metadata"]["widgets"]
    assert old not in kept["application/vnd.jupyter.widget-state+json"]["state"]


async def test_who_waits_is_answered_when_the_kernel_has_done_with_it(house: House, file: Path) -> None:
    person = RecordingPeer()
    opened = await house.open(person, file, create=True)
    await house.run(person, opened.room, SLIDER + ".observe(lambda change: setattr(s, 'description', 'seen'), 'value')")
    comm, _ = slider(house, opened)
    data = {"method": "update", "state": {"value": 42}, "buffer_paths": []}
    await house.call(person, "comm.send", m.CommParams(room=opened.room, comm=comm, data=data, wait=True))
    assert slider(house, opened)[1]["description"] == "seen"
    await house.call(person, "kernel.shutdown", m.ForceParams(room=opened.room))
    with pytest.raises(NoKernel):
        await house.call(person, "comm.send", m.CommParams(room=opened.room, comm=comm, data=data, wait=True))


async def test_live_widgets_are_there_after_a_crash_of_the_daemon(house: House, file: Path) -> None:
    person = RecordingPeer()
    opened = await house.open(person, file, create=True)
    await house.run(person, opened.room, SLIDER)
    comm, _ = slider(house, opened)
    await house.crash()
    await house.again()
    late = RecordingPeer()
    await house.call(late, "room.attach", m.RoomParams(room=opened.room))
    run = await house.run(late, opened.room, "s.value")
    assert run.status == "ok"
    assert slider(house, opened) == (comm, slider(house, opened)[1])
    assert slider(house, opened)[1]["value"] == 3


async def test_a_message_to_no_kernel_or_too_large_is_refused(house: House, file: Path) -> None:
    person = RecordingPeer()
    opened = await house.open(person, file, create=True)
    with pytest.raises(NoKernel):
        await house.call(person, "comm.send", m.CommParams(room=opened.room, comm="x"))
    await house.run(person, opened.room, "1")
    with pytest.raises(LimitExceeded):
        await house.call(person, "comm.send", m.CommParams(room=opened.room, comm="x", buffers=(b"x" * 5_000_000,)))
    assert (await house.run(person, opened.room, "'alive'")).status == "ok"


async def test_a_flood_of_changes_reaches_a_client_once_and_in_the_document_alone(house: House, file: Path) -> None:
    person = RecordingPeer()
    opened = await house.open(person, file, create=True)
    await house.frame(person, opened.room, Kind.STEP1, b"\x00", document=Document.WIDGETS)
    await house.run(person, opened.room, SLIDER)
    before = len(person.payloads(Kind.UPDATE, Document.WIDGETS))
    run = await house.run(person, opened.room, "for i in range(5_000): s.max = s.value = i + 1\ns.send('its own')")
    assert run.started is not None and run.finished is not None
    updates = len(person.payloads(Kind.UPDATE, Document.WIDGETS)) - before
    assert updates <= (run.finished - run.started) / limits.WIDGET_INTERVAL + 3
    said = [one for one in person.events() if isinstance(one, ev.CommOpened | ev.CommMessage)]
    assert [one.data for one in said] == [{"method": "custom", "content": "its own"}]
    assert slider(house, opened)[1]["value"] == 5_000
    assert follower(person).models()[slider(house, opened)[0]].state["value"] == 5_000


async def test_a_flood_of_messages_reaches_a_client_whole_in_order_and_many_at_a_time(house: House, file: Path) -> None:
    person = RecordingPeer()
    opened = await house.open(person, file, create=True)
    await house.run(person, opened.room, SLIDER)
    before = len(person.notifications("room.events"))
    run = await house.run(person, opened.room, "for i in range(5_000): s.send(i)")
    assert run.started is not None and run.finished is not None
    said = [one.data["content"] for one in person.events() if isinstance(one, ev.CommMessage)]
    assert said == list(range(5_000))
    # Each moment's come in a read or two of the runtime's stream; the first few came at once.
    told = len(person.notifications("room.events")) - before
    assert told <= 4 * (run.finished - run.started) / limits.WIDGET_INTERVAL + limits.WIDGET_PROMPT + 10


async def test_a_document_that_is_more_past_than_present_is_made_anew_for_all(
    house: House, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "WIDGET_WRITES", 10)
    monkeypatch.setattr(limits, "WIDGET_WRITE_BYTES", 1000)
    person = RecordingPeer()
    opened = await house.open(person, file, create=True)
    await house.frame(person, opened.room, Kind.STEP1, b"\x00", document=Document.WIDGETS)
    await house.run(person, opened.room, SLIDER + "\nimport time")
    sizes = []
    for _ in range(4):
        code = "for i in range(40):\n    s.value = i\n    s.max = 100 + i\n    s.send('now')"
        await house.run(person, opened.room, code)
        sizes.append(len(house.room(opened).widgets.diff(b"\x00")))
    assert len(person.payloads(Kind.STEP2, Document.WIDGETS)) > 2
    assert max(sizes) < 3 * min(sizes)
    comm, state = slider(house, opened)
    assert (state["value"], state["max"], state["description"]) == (39, 139, "Cells")
    assert follower(person).models()[comm].state == state


def follower(person: RecordingPeer) -> WidgetReplica:
    """What a client has that did with each frame what a client does."""
    replica = WidgetReplica()
    for frame in person.frames:
        if frame.document is Document.WIDGETS:
            replica = WidgetReplica() if frame.kind is Kind.STEP2 else replica
            replica.apply(frame.payload)
    return replica
