"""While the disk is full the room goes on, nobody is told "kept", and afterwards everything is there."""

from __future__ import annotations

import asyncio

import pytest

from fumehood.core import limits
from fumehood.core.errors import HoodError, KernelDied, StorageFailed
from fumehood.document.notebook import Notebook
from fumehood.protocol import events as ev
from fumehood.protocol import methods as m
from fumehood.protocol.frames import Kind
from fumehood.store.journal import Journal
from fumehood.store.operations import AppendEvents, AppendUpdate, Op
from fumehood.testing.peers import RecordingPeer
from tests.daemon.house import House


class Full:
    """The real journal, whose disk is full while `on`."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.on = False
        self.refused = 0

    def write(self, op: Op) -> asyncio.Future[None]:
        if not self.on:
            return self.journal.write(op)
        self.refused += 1
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        future.set_exception(StorageFailed("No space left on device."))
        return future


def fill(house: House, opened: m.OpenResult) -> Full:
    full = Full(house.journal)
    house.room(opened).keeper._journal = full
    return full


def kept(house: House, opened: m.OpenResult) -> Notebook:
    state, updates = house.journal.document(house.room(opened).id)
    notebook = Notebook(state)
    for update in updates:
        notebook.apply(update)
    return notebook


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "JOURNAL_RETRY_FIRST", 0.05)


async def test_a_full_disk_is_told_and_everything_is_kept_when_it_has_space_again(house: House) -> None:
    person = RecordingPeer()
    opened = await house.open(person, house.home / "a.ipynb", create=True)
    await house.insert(person, opened.room, "before")
    full = fill(house, opened)
    await house.frame(person, opened.room, Kind.STEP1, Notebook().state_vector())
    copy = Notebook(person.payloads(Kind.STEP2)[-1])
    heard: list[bytes] = []
    copy.on_update(heard.append)
    full.on = True
    for letter in "abc":
        copy.splice(copy.ids()[0], 0, 0, letter)
    for update in heard:
        await house.frame(person, opened.room, Kind.UPDATE, update)
    with pytest.raises(StorageFailed):
        await house.insert(person, opened.room, "while full")
    await person.until(lambda: any(isinstance(one, ev.Noticed) for one in person.events()))
    assert person.acknowledged() == 0
    assert kept(house, opened).source(copy.ids()[0]) == "before"
    assert house.room(opened).notebook.source(copy.ids()[0]) == "cbabefore"
    full.on = False
    await person.until(lambda: person.acknowledged() == 3)
    await house.room(opened).keeper.settled(5)
    assert kept(house, opened).cells() == house.room(opened).notebook.cells()
    codes = [one.code for one in person.events() if isinstance(one, ev.Noticed)]
    assert codes == [StorageFailed.code, "storage.recovered"]


async def test_versions_that_were_due_while_it_was_full_are_kept_too(house: House) -> None:
    person = RecordingPeer()
    opened = await house.open(person, house.home / "a.ipynb", create=True)
    cell = await house.insert(person, opened.room, "one")
    full = fill(house, opened)
    full.on = True
    with pytest.raises(StorageFailed):
        await house.call(
            person, "cell.edit", m.EditParams(room=opened.room, cell=cell.cell, source="two", version=cell.version)
        )
    house.room(opened).history.flush()
    full.on = False
    await person.until(lambda: any(one.code == "storage.recovered" for one in notices(person)))
    found = await house.call(person, "cell.versions", m.CellParams(room=opened.room, cell=cell.cell))
    assert [one.source for one in found.versions] == ["two"]


def notices(peer: RecordingPeer) -> list[ev.Noticed]:
    return [one for one in peer.events() if isinstance(one, ev.Noticed)]


async def test_output_goes_on_while_it_is_full_and_the_runtime_keeps_it_until_then(house: House) -> None:
    person = RecordingPeer()
    opened = await house.open(person, house.home / "a.ipynb", create=True)
    await house.run(person, opened.room, "1")
    full = fill(house, opened)
    room = house.room(opened)
    await room.keeper.settled(5)
    before = house.journal.runtime_acked(house.journal.runtimes()[0].runtime)
    full.on = True
    cell = room.notebook.ids()[0]
    ref = m.Edited(cell=cell, version=room.notebook.source_hash(cell))
    (execution,) = await house.execute(person, opened.room, ref)
    await person.until(lambda: any(isinstance(e, ev.Finished) and e.execution == execution for e in person.events()))
    assert house.journal.runtime_acked(house.journal.runtimes()[0].runtime) == before
    full.on = False
    await person.until(lambda: any(one.code == "storage.recovered" for one in notices(person)))
    assert house.journal.runtime_acked(house.journal.runtimes()[0].runtime) > before


async def test_appends_are_compacted_so_that_the_journal_does_not_grow_with_age(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "JOURNAL_COMPACT_UPDATES", 20)
    monkeypatch.setattr(limits, "JOURNAL_COMPACT_DELAY", 0.0)
    person = RecordingPeer()
    opened = await house.open(person, house.home / "a.ipynb", create=True)
    await house.insert(person, opened.room, "x")
    room = house.room(opened)
    for n in range(200):
        with room.authored("me"):
            room.notebook.set_source(room.notebook.ids()[0], f"x = {n}")
        if n % 10 == 0:
            await room.keeper.settled(5)
    await room.keeper.settled(5)
    _, updates = house.journal.document(room.id)
    assert len(updates) < 60
    assert kept(house, opened).source(room.notebook.ids()[0]) == "x = 199"


async def test_one_listener_that_fails_keeps_no_other_from_hearing_that_it_is_kept(house: House) -> None:
    opened = await house.open(RecordingPeer(), house.home / "a.ipynb", create=True)
    keeper = house.room(opened).keeper
    await keeper.settled(5)
    heard: list[HoodError | None] = []

    def fails(_error: HoodError | None) -> None:
        raise KernelDied("The runtime is gone.")

    keeper.events((), None, 0, (), fails)
    keeper.events((), None, 0, (), heard.append)
    await keeper.settled(5)
    assert heard == [None]


class Slow:
    """A journal that has not kept its first flight yet: what was written by then was written together."""

    def __init__(self) -> None:
        self.written: list[type[Op]] = []
        self.kept: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def write(self, op: Op) -> asyncio.Future[None]:
        self.written.append(type(op))
        return self.kept


async def test_an_edit_and_the_word_that_the_file_is_behind_are_kept_together(house: House) -> None:
    person = RecordingPeer()
    opened = await house.open(person, house.home / "a.ipynb", create=True)
    room = house.room(opened)
    await room.keeper.settled(5)
    assert not room.state.dirty
    slow = Slow()
    room.keeper._journal = slow
    with room.authored("somebody"):
        room.notebook.insert(None, "code", "1")
    await asyncio.sleep(0)
    assert AppendUpdate in slow.written and AppendEvents in slow.written
    assert room.state.dirty
    slow.kept.set_result(None)
