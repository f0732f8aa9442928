"""A daemon that ended at any point leaves everything that it acknowledged; kernels go on without it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import time
from pathlib import Path

import msgspec
import pytest

from fumehood.core import identity, limits
from fumehood.core.errors import KernelSilent, StorageFailed
from fumehood.core.ids import BlobHash, RuntimeId
from fumehood.daemon import loading
from fumehood.daemon.tether import Tether
from fumehood.protocol import events as ev
from fumehood.protocol import methods as m
from fumehood.protocol import stream
from fumehood.protocol.outputs import StreamOutput
from fumehood.store.operations import DropRuntime, PutRuntime
from fumehood.testing.peers import RecordingPeer
from tests.daemon.house import House, finished, text_of, until
from tests.daemon.test_keeping import fill


@pytest.fixture
def file(home: Path, notebooks: Path) -> Path:
    target = home / "analysis.ipynb"
    shutil.copy(notebooks / "nbformat-test4.5.ipynb", target)
    return target


async def test_acknowledged_edits_are_there_after_a_crash_and_are_saved(house: House, file: Path) -> None:
    person = RecordingPeer()
    opened = await house.open(person, file)
    cell = await house.insert(person, opened.room, "kept = 1")
    before = house.room(opened).notebook.cells()
    await house.crash()
    assert b"kept" not in file.read_bytes()
    await house.again()
    assert house.rooms.get(opened.room).notebook.cells() == before
    again = await house.open(person, file)
    assert (again.room, again.state.dirty) == (opened.room, True)
    await house.call(person, "room.save", m.SaveParams(room=opened.room))
    assert msgspec.json.decode(file.read_bytes())["cells"][0]["id"] == cell.cell


async def test_a_room_that_was_only_opened_is_not_loaded_again(house: House, file: Path) -> None:
    opened = await house.open(RecordingPeer(), file)
    await house.close(kill=False)
    await house.again()
    assert house.rooms.by_id == {}
    assert (await house.open(RecordingPeer(), file)).room == opened.room


async def test_a_file_that_changed_while_no_daemon_ran_is_merged_with_what_was_not_saved(
    house: House, file: Path
) -> None:
    person = RecordingPeer()
    opened = await house.open(person, file)
    await house.insert(person, opened.room, "ours")
    await house.crash()
    theirs = msgspec.json.decode(file.read_bytes())
    theirs["cells"][-1]["source"] = ["theirs"]
    file.write_bytes(msgspec.json.encode(theirs))
    await house.again()
    sources = [cell.source for cell in house.rooms.get(opened.room).notebook.cells()]
    assert (sources[0], sources[-1]) == ("ours", "theirs")


async def test_a_kernel_goes_on_without_the_daemon_and_the_next_one_has_every_line(house: House, file: Path) -> None:
    person = RecordingPeer()
    opened = await house.open(person, file)
    source = "import time\nfor i in range(300):\n    print(i, flush=True)\n    time.sleep(0.005)"
    cell = await house.insert(person, opened.room, source)
    (execution,) = await house.execute(person, opened.room, cell)
    await person.until(lambda: any(isinstance(one, ev.OutputAdded) for one in person.events()))
    tether = house.room(opened).tether
    assert tether is not None
    kernel = tether.kernel_pid
    await house.crash()
    await house.again()
    late = RecordingPeer()
    attached = await house.call(late, "room.attach", m.RoomParams(room=opened.room))
    if attached.state.cells[cell.cell].status == "running":
        await finished(late, execution)
    run = house.rooms.get(opened.room).state.cells[cell.cell]
    assert run.status == "ok"
    assert text_of(run) == "".join(f"{i}\n" for i in range(300))
    again = await house.run(late, opened.room, "i")
    assert again.outputs[0].data == {"text/plain": "299"}  # type: ignore[union-attr]
    assert house.rooms.summaries()[0].kernel_pid == kernel


async def test_a_flood_over_a_crash_is_there_once_to_the_byte(house: House, file: Path) -> None:
    person = RecordingPeer()
    opened = await house.open(person, file)
    cell = await house.insert(person, opened.room, "for i in range(200_000): print(i)")
    (execution,) = await house.execute(person, opened.room, cell)
    for _ in range(3):
        seen = house.rooms.get(opened.room).log.seq
        await until(lambda seen=seen: house.rooms.get(opened.room).log.seq > seen + 3)  # type: ignore[misc]
        await house.crash()
        await house.again()
    late = RecordingPeer()
    attached = await house.call(late, "room.attach", m.RoomParams(room=opened.room))
    if attached.state.cells[cell.cell].status != "ok":
        await finished(late, execution)
    text = ""
    for output in house.rooms.get(opened.room).state.cells[cell.cell].outputs:
        assert isinstance(output, StreamOutput)
        text += "".join(house.blobs.read(BlobHash(part.blob)).decode() for part in output.parts) + output.text
    assert text == "".join(f"{i}\n" for i in range(200_000))


async def test_a_runtime_that_died_with_the_daemon_leaves_what_it_had_said(house: House, file: Path) -> None:
    person = RecordingPeer()
    opened = await house.open(person, file)
    await house.run(person, opened.room, "import time")
    cell = await house.insert(person, opened.room, "for i in range(100):\n    print(i, flush=True)\ntime.sleep(60)")
    (execution,) = await house.execute(person, opened.room, cell)
    tether = house.room(opened).tether
    assert tether is not None
    runtime, kernel = tether.runtime.body.who, tether.kernel_pid
    assert kernel is not None
    await house.crash()
    spool = tether.runtime.spool
    await until(lambda: b"99\n" in b"".join(part.read_bytes() for part in spool.iterdir()))
    os.kill(runtime.pid, signal.SIGKILL)
    await until(lambda: not identity.is_alive(runtime))
    await house.again()
    state = house.rooms.get(opened.room).state
    assert text_of(state.cells[cell.cell]) == "".join(f"{i}\n" for i in range(100))
    assert (state.cells[cell.cell].status, state.queue) == ("lost", {})
    assert state.kernel.status == "dead"
    assert state.kernel.reason
    assert state.lost_since is not None
    assert execution == state.cells[cell.cell].execution
    await until(lambda: identity.identity(kernel) is None)
    assert house.journal.runtimes() == []
    assert list(house.paths.spools.iterdir()) == []


async def test_a_runtime_that_is_somebody_else_now_is_not_talked_to(house: House, file: Path) -> None:
    person = RecordingPeer()
    opened = await house.open(person, file)
    await house.run(person, opened.room, "1")
    tether = house.room(opened).tether
    assert tether is not None
    # The journal hears of the kernel a moment after its first answer, and writes the record again for it.
    await until(lambda: house.journal.runtimes()[0].kernel_pid is not None)
    (record,) = house.journal.runtimes()
    # The pid that the journal has was given to another process: this test's own.
    me = identity.own_identity()
    await house.journal.write(
        PutRuntime(
            runtime=record.runtime,
            room=record.room,
            pid=me.pid,
            start=me.start + 1,
            kernel_pid=record.kernel_pid,
            folder=record.folder,
        )
    )
    await house.crash()
    await house.again()
    assert house.rooms.get(opened.room).state.kernel.status == "dead"
    tether.runtime.body.kill()


async def test_what_no_journal_knows_is_ended_and_swept(house: House) -> None:
    runtime = await house.rooms.kernels.launcher.start(None)
    await house.journal.write(DropRuntime(runtime=runtime.id))
    await house.crash()
    await house.again()
    async with asyncio.timeout(10):
        await runtime.body.wait()
    assert list(house.paths.runtimes.iterdir()) == list(house.paths.spools.iterdir()) == []


async def test_warm_kernels_of_a_daemon_that_crashed_are_ended(house: House) -> None:
    runtime = await house.rooms.kernels.launcher.start(None, warm="python3")
    await house.crash()
    await house.again()
    async with asyncio.timeout(10):
        await runtime.body.wait()
    assert house.journal.runtimes() == []
    assert runtime.body.who in house.rooms.runtimes()


async def test_after_a_damaged_journal_nothing_is_ended_or_removed_and_every_room_says_so(
    house: House, file: Path
) -> None:
    person = RecordingPeer()
    opened = await house.open(person, file)
    await house.run(person, opened.room, "kept = 1")
    tether = house.room(opened).tether
    assert tether is not None
    left = house.paths.spools / "0a0b0c0d"
    left.mkdir()
    (left / "1").write_bytes(b"of a runtime that is dead")
    blob = house.blobs.put(b"x" * 100_000)
    try:
        await house.crash()
        house.paths.journal.write_bytes(b"not a database" * 1000)
        for start in range(2):
            await house.again()
            assert identity.is_alive(tether.runtime.body.who)
            assert tether.runtime.socket.exists()
            assert any(tether.runtime.spool.iterdir())
            assert (left / "1").exists()
            await house.rooms.sweep(time.time() + 2 * limits.SWEEP_GRACE)
            assert house.blobs.path(BlobHash(blob.blob)) is not None
            late = RecordingPeer()
            again = await house.open(late, file)
            await house.room(again).keeper.settled(5)
            notices = [one for one in again.state.notices if one.code == "journal.damaged"]
            (aside,) = house.paths.journal.parent.glob("*.damaged-*")
            assert len(notices) == 1
            assert str(aside) in notices[0].hint
            assert (house.journal.notice is not None) == (start == 0)
            await house.crash()
        aside.unlink()
        await house.again()
        async with asyncio.timeout(10):
            await tether.runtime.body.wait()
        assert list(house.paths.runtimes.iterdir()) == list(house.paths.spools.iterdir()) == []
    finally:
        tether.runtime.body.kill()


async def test_an_orderly_end_leaves_kernels_running_and_a_killing_one_does_not(house: House, file: Path) -> None:
    person = RecordingPeer()
    opened = await house.open(person, file)
    await house.run(person, opened.room, "x = 5")
    await house.close(kill=False)
    await house.again()
    run = await house.run(await _attached(house, opened.room), opened.room, "x")
    assert run.outputs[0].data == {"text/plain": "5"}  # type: ignore[union-attr]
    tether = house.room(opened).tether
    assert tether is not None
    who = tether.runtime.body.who
    await house.close(kill=True)
    assert not identity.is_alive(who)
    await house.again()


async def _attached(house: House, room: str) -> RecordingPeer:
    peer = RecordingPeer()
    await house.call(peer, "room.attach", m.RoomParams(room=room))
    return peer


async def test_the_spool_of_a_dead_runtime_stays_until_the_journal_has_what_was_in_it(house: House, file: Path) -> None:
    person = RecordingPeer()
    opened = await house.open(person, file)
    await house.run(person, opened.room, "import time")
    full = fill(house, opened)
    full.on = True
    room = house.room(opened)
    cell = room.notebook.ids()[0]
    ref = m.Edited(cell=cell, version=room.notebook.source_hash(cell))
    with contextlib.suppress(StorageFailed):
        await room.keeper.settled(1)
    room.notebook.set_source(cell, "for i in range(100):\n    print(i, flush=True)\ntime.sleep(60)")
    ref = m.Edited(cell=cell, version=room.notebook.source_hash(cell))
    await house.execute(person, opened.room, ref)
    await until(lambda: text_of(room.state.cells[cell]).endswith("99\n"))
    tether = room.tether
    assert tether is not None
    tether.runtime.body.kill()
    await until(lambda: tether.ended.is_set())
    assert any(tether.runtime.spool.iterdir())
    await house.crash()
    await house.again()
    again = house.rooms.get(opened.room)
    assert text_of(again.state.cells[cell]) == "".join(f"{i}\n" for i in range(100))
    assert list(house.paths.spools.iterdir()) == []


async def test_a_stream_that_breaks_now_and_then_does_not_cost_the_kernel(
    house: House, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "SHUTDOWN_GRACE", 0.05)
    person = RecordingPeer()
    opened = await house.open(person, file)
    await house.run(person, opened.room, "kept = 1")
    tether = house.room(opened).tether
    assert tether is not None
    for _ in range(3):
        link = tether.link
        link._writer.transport.abort()
        await until(lambda link=link: tether.link is not link)  # type: ignore[misc]
    again = await house.run(person, opened.room, "kept")
    assert again.outputs[0].data == {"text/plain": "1"}  # type: ignore[union-attr]


async def test_the_kernel_of_a_room_that_cannot_be_loaded_is_left_alone(
    house: House, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = RecordingPeer()
    opened = await house.open(person, file)
    await house.run(person, opened.room, "1")
    tether = house.room(opened).tether
    assert tether is not None
    await house.crash()

    def unreadable(*_: object) -> None:
        raise StorageFailed("The journal could not be read: the disk reported an error.")

    with monkeypatch.context() as broken:
        broken.setattr(loading, "kept", unreadable)
        await house.again()
    assert house.rooms.by_id == {}
    assert identity.is_alive(tether.runtime.body.who)
    await house.crash()
    await house.again()
    late = RecordingPeer()
    await house.call(late, "room.attach", m.RoomParams(room=opened.room))
    again = await house.run(late, opened.room, "2")
    assert again.status == "ok"


async def test_what_a_dead_runtime_left_does_not_end_the_kernel_after_it(house: House, file: Path) -> None:
    person = RecordingPeer()
    opened = await house.open(person, file)
    await house.run(person, opened.room, "kept = 1")
    (record,) = house.journal.runtimes()
    left = PutRuntime(
        runtime=RuntimeId("0a0b0c0d"),
        room=record.room,
        pid=record.pid,
        start=record.start + 1,
        kernel_pid=None,
        folder=str(house.paths.runtimes / "0a0b0c0d"),
    )
    await house.journal.write(left)
    await house.crash()
    await house.again()
    assert house.rooms.get(opened.room).state.kernel.status == "idle"
    late = RecordingPeer()
    await house.call(late, "room.attach", m.RoomParams(room=opened.room))
    assert (await house.run(late, opened.room, "kept")).outputs[0].data == {"text/plain": "1"}  # type: ignore[union-attr]
    assert [one.runtime for one in house.journal.runtimes()] == [record.runtime]


async def _stopped(house: House, file: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, Tether]:
    """A room whose runtime did not answer when the daemon started."""
    monkeypatch.setattr(limits, "REACH_FIRST_SECONDS", 0.2)
    monkeypatch.setattr(limits, "RUNTIME_ANSWER_SECONDS", 0.5)
    monkeypatch.setattr(limits, "REACH_RETRY_FIRST", 0.05)
    monkeypatch.setattr(limits, "REACH_RETRY_MOST", 0.05)
    person = RecordingPeer()
    opened = await house.open(person, file)
    await house.run(person, opened.room, "kept = 1")
    tether = house.room(opened).tether
    assert tether is not None
    os.kill(tether.runtime.body.who.pid, signal.SIGSTOP)
    await house.crash()
    await house.again()
    return opened.room, tether


async def test_a_kernel_that_is_silent_when_the_daemon_starts_goes_on_when_it_answers(
    house: House, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room, before = await _stopped(house, file, monkeypatch)
    who = before.runtime.body.who
    assert identity.is_alive(who)
    state = house.rooms.get(room).state
    assert state.kernel.status == "unresponsive"
    assert [one.code for one in state.notices] == ["kernel.unresponsive"]
    late = await _attached(house, room)
    cell = await house.insert(late, room, "kept")
    with pytest.raises(KernelSilent):
        await house.execute(late, room, cell)
    os.kill(who.pid, signal.SIGCONT)
    await until(lambda: state.kernel.status == "idle")
    monkeypatch.setattr(limits, "RUNTIME_ANSWER_SECONDS", 20.0)
    run = await house.run(late, room, "kept")
    assert run.outputs[0].data == {"text/plain": "1"}  # type: ignore[union-attr]
    assert house.rooms.summaries()[0].kernel_pid == before.kernel_pid


async def test_a_kernel_that_stays_silent_is_kept_until_a_person_ends_it(
    house: House, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "REACH_SECONDS", 0.1)
    room, before = await _stopped(house, file, monkeypatch)
    state = house.rooms.get(room).state
    await until(lambda: "not asked again" in state.notices[-1].message)
    assert identity.is_alive(before.runtime.body.who)
    assert state.kernel.status == "unresponsive"
    late = await _attached(house, room)
    await house.call(late, "kernel.shutdown", m.ForceParams(room=room))
    assert not identity.is_alive(before.runtime.body.who)
    assert (state.kernel.status, house.journal.runtimes()) == ("none", [])


async def test_a_silent_kernel_that_dies_is_said_to_be_dead(
    house: House, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room, before = await _stopped(house, file, monkeypatch)
    os.kill(before.runtime.body.who.pid, signal.SIGKILL)
    state = house.rooms.get(room).state
    await until(lambda: state.kernel.status == "dead")
    await until(lambda: house.journal.runtimes() == [])


async def test_a_kernel_of_another_version_is_left_running_and_the_room_says_so(
    house: House, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = RecordingPeer()
    opened = await house.open(person, file)
    await house.run(person, opened.room, "kept = 1")
    tether = house.room(opened).tether
    assert tether is not None
    await house.crash()
    with monkeypatch.context() as newer:
        newer.setattr(stream, "VERSION", 99)
        await house.again()
        state = house.rooms.get(opened.room).state
        assert identity.is_alive(tether.runtime.body.who)
        assert (state.kernel.status, state.notices[-1].code) == ("unresponsive", "daemon.version")
        await house.crash()
    await house.again()
    late = await _attached(house, opened.room)
    run = await house.run(late, opened.room, "kept")
    assert run.outputs[0].data == {"text/plain": "1"}  # type: ignore[union-attr]
    assert house.rooms.get(opened.room).state.kernel.status == "idle"
