"""Cells run as the document has them, in order, or not at all; every client sees the same, with a real kernel."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import msgspec
import pytest

from fumehood.core import identity
from fumehood.core.errors import (
    BadMessage,
    CellMissing,
    HoodError,
    KernelDied,
    KernelSpecMissing,
    NoKernel,
    StaleSource,
)
from fumehood.core.ids import BlobHash, new_execution_id
from fumehood.document.notebook import Notebook
from fumehood.protocol import events as ev
from fumehood.protocol import methods as m
from fumehood.protocol.base import encode_pack
from fumehood.protocol.frames import Kind
from fumehood.protocol.outputs import BlobRef, DisplayOutput, ResultOutput, StreamOutput
from fumehood.protocol.state import CellRun
from fumehood.testing.peers import RecordingPeer
from tests.daemon.house import House, finished, text_of, until


@pytest.fixture
def file(home: Path) -> Path:
    folder = home / "work"
    folder.mkdir()
    return folder / "a.ipynb"


def printed(house: House, run: CellRun) -> str:
    """Everything on stdout, sealed or open."""
    text = ""
    for output in run.outputs:
        assert isinstance(output, StreamOutput)
        text += "".join(house.blobs.read(BlobHash(part.blob)).decode() for part in output.parts) + output.text
    return text


async def test_a_cell_runs_and_all_clients_see_the_same(house: House, file: Path) -> None:
    one, other = RecordingPeer(), RecordingPeer()
    opened = await house.open(one, file, create=True)
    theirs = await house.open(other, file)
    run = await house.run(one, opened.room, "print('hello')\n6 * 7")
    assert text_of(run) == "hello\n"
    assert run.outputs[1] == ResultOutput(data={"text/plain": "42"}, count=1)
    assert (run.status, run.by) == ("ok", one.who)
    assert one.texts == other.texts
    for event in other.events():
        theirs.state.apply(event)
    assert theirs.state == house.room(opened).state


async def test_events_are_encoded_once_for_all_clients(
    house: House, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    peers = [RecordingPeer() for _ in range(5)]
    for peer in peers:
        opened = await house.open(peer, file, create=True)
    await house.run(peers[0], opened.room, "1")
    assert all(len({id(text) for text in texts}) == 1 for texts in zip(*(peer.texts for peer in peers), strict=True))


async def test_a_stale_hash_is_refused_and_nothing_of_the_list_is_queued(house: House, file: Path) -> None:
    person = RecordingPeer()
    opened = await house.open(person, file, create=True)
    good = await house.insert(person, opened.room, "1")
    stale = await house.insert(person, opened.room, "2")
    await house.call(
        person, "cell.edit", m.EditParams(room=opened.room, cell=stale.cell, source="3", version=stale.version)
    )
    with pytest.raises(StaleSource) as caught:
        await house.execute(person, opened.room, good, stale)
    assert caught.value.data["cell"] == stale.cell
    with pytest.raises(CellMissing):
        await house.execute(person, opened.room, good, m.Edited(cell="nothere", version="0" * 64))
    note = await house.insert(person, opened.room, "words", type="markdown")
    with pytest.raises(BadMessage):
        await house.execute(person, opened.room, good, note)
    assert house.room(opened).state.queue == {}
    assert house.room(opened).tether is None


async def test_an_error_cancels_what_waits_behind_it(house: House, file: Path) -> None:
    person = RecordingPeer()
    opened = await house.open(person, file, create=True)
    cells = [await house.insert(person, opened.room, source) for source in ("a = 1", "1 / 0", "b = 2")]
    executions = await house.execute(person, opened.room, *cells)
    ended = [await finished(person, execution) for execution in executions]
    assert [one.status for one in ended] == ["ok", "error", "cancelled"]
    again = await house.execute(person, opened.room, *cells, stop_on_error=False)
    ended = [await finished(person, execution) for execution in again]
    assert [one.status for one in ended] == ["ok", "error", "ok"]


async def test_a_repeated_request_runs_once(house: House, file: Path) -> None:
    person = RecordingPeer()
    opened = await house.open(person, file, create=True)
    cell = await house.insert(person, opened.room, "n = globals().get('n', 0) + 1; n")
    ref = m.CellRef(cell=cell.cell, source_hash=cell.version, execution=new_execution_id())
    params = m.ExecuteParams(room=opened.room, cells=(ref,))
    answers = [await house.call(person, "cell.execute", params) for _ in range(3)]
    assert answers == [m.ExecuteResult(executions=(ref.execution,))] * 3
    await finished(person, ref.execution)
    await house.call(person, "cell.execute", params)
    assert len([one for one in person.events() if isinstance(one, ev.Queued)]) == 1


async def test_an_edit_that_was_sent_before_the_run_is_in_it(house: House, file: Path) -> None:
    person = RecordingPeer()
    opened = await house.open(person, file, create=True)
    cell = await house.insert(person, opened.room, "1")
    await house.frame(person, opened.room, Kind.STEP1, Notebook().state_vector())
    copy = Notebook(person.payloads(Kind.STEP2)[-1])
    heard: list[bytes] = []
    copy.on_update(heard.append)
    copy.set_source(copy.ids()[0], "'edited'")
    await house.frame(person, opened.room, Kind.UPDATE, heard[0])
    (execution,) = await house.execute(
        person, opened.room, m.Edited(cell=cell.cell, version=copy.source_hash(copy.ids()[0]))
    )
    await finished(person, execution)
    run = house.room(opened).state.cells[cell.cell]
    assert run.outputs == [ResultOutput(data={"text/plain": "'edited'"}, count=1)]


async def test_the_kernel_has_the_folder_and_the_environment_of_the_person(house: House, file: Path) -> None:
    person = RecordingPeer()
    opened = await house.open(person, file, create=True, env={"FLAVOUR": "lemon"})
    run = await house.run(person, opened.room, "import os; print(os.getcwd(), os.environ['FLAVOUR'])")
    assert text_of(run) == f"{file.parent} lemon\n"


async def test_set_next_input_edits_the_document(house: House, file: Path) -> None:
    person = RecordingPeer()
    opened = await house.open(person, file, create=True)
    notebook = house.room(opened).notebook
    await house.run(person, opened.room, "get_ipython().set_next_input('below = 1')")
    assert notebook.source(notebook.ids()[1]) == "below = 1"
    await house.run(person, opened.room, "get_ipython().set_next_input('instead = 1', replace=True)")
    assert notebook.source(notebook.ids()[0]) == "instead = 1"


async def test_code_that_asks_is_answered_by_a_person(house: House, file: Path) -> None:
    person = RecordingPeer()
    opened = await house.open(person, file, create=True)
    cell = await house.insert(person, opened.room, "import getpass; print(len(getpass.getpass('Key: ')))")
    (execution,) = await house.execute(person, opened.room, cell)
    await person.until(lambda: any(isinstance(one, ev.InputRequested) for one in person.events()))
    (asked,) = house.room(opened).state.inputs.values()
    assert (asked.prompt, asked.password) == ("Key: ", True)
    await house.call(person, "kernel.input", m.InputParams(room=opened.room, request=asked.request, value="s3cret"))
    await finished(person, execution)
    assert text_of(house.room(opened).state.cells[cell.cell]) == "6\n"
    assert house.room(opened).state.inputs == {}


async def test_completion_inspection_and_history(house: House, file: Path) -> None:
    person = RecordingPeer()
    opened = await house.open(person, file, create=True)
    with pytest.raises(NoKernel):
        await house.call(person, "kernel.complete", m.CompleteParams(room=opened.room, code="x", cursor=1))
    await house.run(person, opened.room, "something_long = 'value'")
    done = await house.call(person, "kernel.complete", m.CompleteParams(room=opened.room, code="someth", cursor=6))
    assert "something_long" in done.matches
    seen = await house.call(
        person, "kernel.inspect", m.InspectParams(room=opened.room, code="something_long", cursor=3)
    )
    assert seen.found
    assert "str" in seen.data["text/plain"]
    past = await house.call(person, "kernel.history", m.HistoryParams(room=opened.room, n=5))
    assert past.entries[-1][2] == "something_long = 'value'"


async def test_an_interrupt_stops_what_runs_and_cancels_what_waits(house: House, file: Path) -> None:
    person = RecordingPeer()
    opened = await house.open(person, file, create=True)
    sources = ("2", "import time; print('on', flush=True); time.sleep(60)")
    second_cell, first_cell = [await house.insert(person, opened.room, source) for source in sources]
    first, second = await house.execute(person, opened.room, first_cell, second_cell)
    await person.until(lambda: any(isinstance(one, ev.OutputAdded) for one in person.events()))
    await house.call(person, "kernel.interrupt", m.RoomParams(room=opened.room))
    assert (await finished(person, first)).status == "error"
    assert (await finished(person, second)).status == "cancelled"


async def test_a_restart_forgets_variables_and_a_shutdown_leaves_nothing(house: House, file: Path) -> None:
    person = RecordingPeer()
    opened = await house.open(person, file, create=True)
    await house.run(person, opened.room, "x = 1")
    await house.call(person, "kernel.restart", m.StartParams(room=opened.room))
    run = await house.run(person, opened.room, "'x' in globals()")
    assert run.outputs == [ResultOutput(data={"text/plain": "False"}, count=1)]
    kernel = house.room(opened).state.kernel.pid
    assert kernel is not None
    await house.call(person, "kernel.shutdown", m.ForceParams(room=opened.room))
    assert house.room(opened).state.kernel.status == "none"
    assert identity.identity(kernel) is None
    assert house.journal.runtimes() == []
    assert list(house.paths.runtimes.iterdir()) == list(house.paths.spools.iterdir()) == []
    run = await house.run(person, opened.room, "'alive'")
    assert run.status == "ok"


async def test_a_dead_kernel_is_told_with_its_reason_and_only_a_person_starts_another(house: House, file: Path) -> None:
    person = RecordingPeer()
    opened = await house.open(person, file, create=True)
    await house.run(person, opened.room, "import os, signal")
    cell = await house.insert(person, opened.room, "os.kill(os.getpid(), signal.SIGKILL)")
    (execution,) = await house.execute(person, opened.room, cell)
    ended = await finished(person, execution)
    assert ended.status == "lost"
    room = house.room(opened)
    await person.until(lambda: room.state.kernel.status == "dead")
    assert "SIGKILL" in room.state.kernel.reason
    with pytest.raises(KernelDied):
        await house.execute(person, opened.room, cell)
    await house.call(person, "kernel.restart", m.StartParams(room=opened.room))
    assert (await house.run(person, opened.room, "1")).status == "ok"


async def test_a_person_starts_a_kernel_where_the_last_one_was_killed_and_its_runtime_lives(
    house: House, file: Path
) -> None:
    person = RecordingPeer()
    opened = await house.open(person, file, create=True)
    await house.run(person, opened.room, "kept = 1")
    room = house.room(opened)
    assert room.tether is not None and room.tether.kernel_pid is not None
    runtime, killed = room.tether.runtime.body.who, room.tether.kernel_pid
    os.kill(killed, signal.SIGKILL)
    await person.until(lambda: room.state.kernel.status == "dead")
    start = m.StartParams(room=opened.room)
    # A second press while it starts is no second kernel.
    await asyncio.gather(*(house.call(person, "kernel.start", start) for _ in range(2)))
    await person.until(lambda: room.state.kernel.status == "idle")
    started = room.state.kernel.pid
    assert started not in (None, killed)
    assert (await house.run(person, opened.room, "assert 'kept' not in globals()")).status == "ok"
    assert (room.state.kernel.pid, room.tether.runtime.body.who) == (started, runtime)


async def test_when_the_runtime_is_killed_what_it_had_said_is_there_and_the_room_says_since_when(
    house: House, file: Path
) -> None:
    person = RecordingPeer()
    opened = await house.open(person, file, create=True)
    room = house.room(opened)
    cell = await house.insert(person, opened.room, "import time\nprint('before', flush=True)\ntime.sleep(60)")
    (execution,) = await house.execute(person, opened.room, cell)
    await person.until(lambda: any(isinstance(one, ev.OutputAdded) for one in person.events()))
    assert room.tether is not None
    kernel = room.tether.kernel_pid
    assert kernel is not None
    os.kill(room.tether.runtime.body.who.pid, signal.SIGKILL)
    assert (await finished(person, execution)).status == "lost"
    await person.until(lambda: room.state.kernel.status == "dead")
    run = room.state.cells[cell.cell]
    assert text_of(run) == "before\n"
    assert room.state.lost_since is not None
    assert room.state.lost_since >= (run.started or 0.0)
    await until(lambda: identity.identity(kernel) is None)
    await until(lambda: house.journal.runtimes() == [])


async def test_a_kernel_that_is_not_installed_falls_back_to_the_default_of_its_language(
    house: House, file: Path
) -> None:
    metadata = {"kernelspec": {"name": "my-old-env", "display_name": "Mine", "language": "python"}}
    file.write_bytes(msgspec.json.encode({"cells": [], "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}))
    person = RecordingPeer()
    opened = await house.open(person, file)
    assert (await house.run(person, opened.room, "1")).status == "ok"
    notices = [one for one in person.events() if isinstance(one, ev.Noticed)]
    assert [one.code for one in notices] == [KernelSpecMissing.code]
    assert "my-old-env" in notices[0].message


@pytest.mark.parametrize("ask", ["kernel.start", "kernel.restart"])
async def test_a_kernel_that_a_person_names_must_exist(house: House, file: Path, ask: str) -> None:
    person = RecordingPeer()
    opened = await house.open(person, file, create=True)
    with pytest.raises(KernelSpecMissing):
        await house.call(person, ask, m.StartParams(room=opened.room, spec="nothere"))
    assert house.room(opened).state.kernel.status == "none"


async def test_a_language_that_nobody_speaks_is_an_error_and_the_room_goes_on(house: House, file: Path) -> None:
    metadata = {"kernelspec": {"name": "ir", "display_name": "R", "language": "R"}}
    file.write_bytes(msgspec.json.encode({"cells": [], "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}))
    person = RecordingPeer()
    opened = await house.open(person, file)
    with pytest.raises(HoodError) as caught:
        await house.run(person, opened.room, "1")
    assert caught.value.code == KernelSpecMissing.code
    await house.insert(person, opened.room, "still editable")


async def test_a_flood_is_there_to_the_byte_and_costs_few_events(house: House, file: Path) -> None:
    person = RecordingPeer()
    opened = await house.open(person, file, create=True)
    run = await house.run(person, opened.room, "for i in range(100_000): print(i)")
    assert printed(house, run) == "".join(f"{i}\n" for i in range(100_000))
    assert len(person.texts) < 400
    room = house.room(opened)
    assert room.tether is not None
    await room.keeper.settled(10)
    _, seq, rows = house.journal.events(room.id)
    assert seq + len(rows) == room.log.seq


async def test_a_blob_is_readable_when_the_event_that_names_it_arrives(house: House, file: Path) -> None:
    class Looking(RecordingPeer):
        missing = 0

        def send_text(self, data: bytes) -> None:
            super().send_text(data)
            for batch in self.notifications("room.events")[-1:]:
                for event in batch.events:
                    if isinstance(event, ev.OutputAdded) and isinstance(event.output, DisplayOutput):
                        ref = event.output.data["image/png"]
                        assert isinstance(ref, BlobRef)
                        self.missing += house.blobs.size(BlobHash(ref.blob)) != ref.size

    person = Looking()
    opened = await house.open(person, file, create=True)
    source = (
        "from IPython.display import Image, display\n"
        "for n in (10, 100_000, 9_000_000): display(Image(data=b'\\x89PNG\\r\\n' + b'x' * n, format='png'))"
    )
    run = await house.run(person, opened.room, source)
    assert len(run.outputs) == 3
    assert person.missing == 0
    await house.room(opened).keeper.settled(10)
    assert all(
        house.journal.referenced(BlobHash(ref.blob))
        for output in run.outputs
        if isinstance(output, DisplayOutput) and isinstance(ref := output.data["image/png"], BlobRef)
    )


async def test_what_was_run_says_which_kernel_ran_it_in_the_file(house: House, file: Path) -> None:
    person = RecordingPeer()
    opened = await house.open(person, file, create=True)
    await house.run(person, opened.room, "print('out')")
    await house.call(person, "room.save", m.SaveParams(room=opened.room))
    saved = msgspec.json.decode(file.read_bytes())
    assert saved["metadata"]["kernelspec"]["language"] == "python"
    assert saved["metadata"]["language_info"]["name"] == "python"
    assert saved["cells"][0]["outputs"] == [{"name": "stdout", "output_type": "stream", "text": ["out\n"]}]
    assert saved["cells"][0]["execution_count"] == 1


async def test_clearing_takes_outputs_from_room_and_file(house: House, file: Path) -> None:
    person = RecordingPeer()
    opened = await house.open(person, file, create=True)
    await house.run(person, opened.room, "print('out')")
    await house.call(person, "room.save", m.SaveParams(room=opened.room))
    await house.call(person, "cell.clear", m.ClearParams(room=opened.room))
    assert house.room(opened).state.cells == {}
    await house.call(person, "room.save", m.SaveParams(room=opened.room))
    saved = msgspec.json.decode(file.read_bytes())
    assert (saved["cells"][0]["outputs"], saved["cells"][0]["execution_count"]) == ([], None)


async def test_the_thousandth_execution_sends_and_keeps_what_the_first_did(house: House, file: Path) -> None:
    person = RecordingPeer()
    opened = await house.open(person, file, create=True)
    cell = await house.insert(person, opened.room, "1 + 1")
    sizes: list[int] = []
    for _ in range(60):
        person.texts.clear()
        (execution,) = await house.execute(person, opened.room, cell)
        await finished(person, execution)
        # Each event by itself: how many travel together depends on how busy the machine is.
        mine = [one for one in person.events() if getattr(one, "execution", None) == execution]
        assert isinstance(mine[-1], ev.Finished)
        sizes.append(sum(len(encode_pack(one)) for one in mine))
    assert set(sizes[1:]) == {sizes[1]}
