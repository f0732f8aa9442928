"""Opening runs nothing, one file is one room, and what several clients see is the same."""

from __future__ import annotations

import asyncio
import os
import shutil
from pathlib import Path

import msgspec
import psutil
import pytest

from fumehood.core import limits
from fumehood.core.errors import (
    FileMissing,
    HoodError,
    LimitExceeded,
    MethodForbidden,
    NotAFile,
    NotebookReadOnly,
    NotebookUnreadable,
    RoomMissing,
    StaleVersion,
    UpdateRefused,
)
from fumehood.core.ids import BlobHash
from fumehood.daemon.services import Settings
from fumehood.document.notebook import Notebook
from fumehood.protocol import methods as m
from fumehood.protocol.frames import Document, Kind
from fumehood.protocol.outputs import BlobRef
from fumehood.testing.peers import RecordingPeer
from tests.conftest import SHARED
from tests.daemon.house import QUIET, House, children, until

NOTEBOOKS = sorted((SHARED / "notebooks").glob("*.ipynb"))


@pytest.fixture
def file(home: Path, notebooks: Path) -> Path:
    target = home / "analysis.ipynb"
    shutil.copy(notebooks / "anndata-getting-started.ipynb", target)
    return target


@pytest.mark.parametrize("name", [path.name for path in NOTEBOOKS])
async def test_every_shared_notebook_opens_runs_nothing_and_is_saved_as_it_was(
    house: House, notebooks: Path, name: str
) -> None:
    target = house.home / name
    shutil.copy(notebooks / name, target)
    running = children()
    before, sockets = target.read_bytes(), len(psutil.Process().net_connections())
    person = RecordingPeer()
    opened = await house.open(person, target)
    assert opened.read_only is None
    saved = await house.call(person, "room.save", m.SaveParams(room=opened.room))
    assert not saved.changed
    assert target.read_bytes() == before
    assert children() == running
    assert len(psutil.Process().net_connections()) == sockets


async def test_outputs_of_the_file_are_shown_and_their_bytes_are_blobs(house: House, notebooks: Path) -> None:
    target = house.home / "a.ipynb"
    shutil.copy(notebooks / "scanpy-paga-paul15.ipynb", target)
    opened = await house.open(RecordingPeer(), target)
    raw = msgspec.json.decode(target.read_bytes())
    with_outputs = [cell for cell in raw["cells"] if cell.get("outputs")]
    assert len([run for run in opened.state.cells.values() if run.outputs]) == len(with_outputs)
    named = [ref for run in opened.state.cells.values() for output in run.outputs for ref in _refs(output)]
    assert named
    assert all(house.blobs.size(BlobHash(ref.blob)) == ref.size for ref in named)


def _refs(output: object) -> list[BlobRef]:
    data = getattr(output, "data", {})
    return [one for one in data.values() if isinstance(one, BlobRef)]


async def test_two_names_of_one_file_are_one_room(house: House, file: Path) -> None:
    link, hard, folder = house.home / "link.ipynb", house.home / "hard.ipynb", house.home / "folder"
    link.symlink_to(file)
    hard.hardlink_to(file)
    folder.symlink_to(house.home)
    names = [file, link, hard, folder / file.name, house.home / "x" / ".." / file.name]
    opened = [await house.open(RecordingPeer(), name) for name in names]
    assert len({one.room for one in opened}) == 1
    assert len(house.rooms.by_id) == 1


async def test_clients_that_open_at_once_get_one_room(house: House, file: Path) -> None:
    link = house.home / "link.ipynb"
    link.symlink_to(file)
    opened = await asyncio.gather(*(house.open(RecordingPeer(), name) for name in (file, link, file, link)))
    assert len({one.room for one in opened}) == 1


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("fifo", NotAFile),
        ("folder", NotAFile),
        ("loop", NotAFile),
        ("device", NotAFile),
        ("dangling", FileMissing),
        ("missing", FileMissing),
        ("relative", NotAFile),
        ("nul", NotAFile),
        ("huge", LimitExceeded),
    ],
)
async def test_what_is_no_regular_file_is_an_error_at_once(house: House, kind: str, error: type[HoodError]) -> None:
    target = house.home / "thing.ipynb"
    match kind:
        case "fifo":
            os.mkfifo(target)
        case "folder":
            target.mkdir()
        case "loop":
            target.symlink_to(target)
        case "device":
            target = Path("/dev/zero")
        case "dangling":
            target.symlink_to(house.home / "nowhere.ipynb")
        case "relative":
            target = Path("thing.ipynb")
        case "nul":
            target = Path("/tmp/a\0b.ipynb")
        case "huge":
            target.touch()
            os.truncate(target, limits.NOTEBOOK_BYTES + 1)
    with pytest.raises(error):
        await house.open(RecordingPeer(), target)
    assert house.rooms.by_id == {}


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b'{"cells": [', "JSON"),
        (b"\xff\xfe{}", "UTF-8"),
        (b"[]", "not an object"),
        (b"", "empty"),
        (b"[" * 100_000, "nested"),
        (b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": 7}', "cells"),
    ],
)
async def test_what_cannot_be_parsed_is_shown_as_text_and_never_changed(house: House, data: bytes, word: str) -> None:
    target = house.home / "broken.ipynb"
    target.write_bytes(data)
    person = RecordingPeer()
    opened = await house.open(person, target)
    assert opened.read_only is not None
    assert word in opened.read_only.reason
    assert opened.read_only.text == data.decode("utf-8", "replace")
    with pytest.raises(NotebookReadOnly):
        await house.insert(person, opened.room, "1")
    with pytest.raises(NotebookReadOnly):
        await house.call(person, "room.save", m.SaveParams(room=opened.room))
    await house.operations.gone(person)
    with pytest.raises(RoomMissing):
        await house.insert(person, opened.room, "1")
    assert target.read_bytes() == data


async def test_a_long_text_is_cut_and_says_so(house: House) -> None:
    target = house.home / "log.ipynb"
    target.write_bytes(b"x" * (limits.READ_ONLY_TEXT + 5))
    opened = await house.open(RecordingPeer(), target)
    assert opened.read_only is not None
    assert opened.read_only.truncated
    assert len(opened.read_only.text) == limits.READ_ONLY_TEXT


async def test_create_makes_an_empty_notebook_and_only_then(house: House) -> None:
    target = house.home / "new.ipynb"
    with pytest.raises(FileMissing):
        await house.open(RecordingPeer(), target)
    assert not target.exists()
    opened = await house.open(RecordingPeer(), target, create=True)
    assert msgspec.json.decode(target.read_bytes())["nbformat_minor"] == 5
    assert (await house.open(RecordingPeer(), target, create=True)).room == opened.room


# -- edits by calls


async def test_an_edit_needs_the_version_it_is_based_on(house: House, file: Path) -> None:
    person = RecordingPeer()
    opened = await house.open(person, file)
    cell = await house.insert(person, opened.room, "a = 1")
    edited = await house.call(
        person, "cell.edit", m.EditParams(room=opened.room, cell=cell.cell, source="a = 2", version=cell.version)
    )
    with pytest.raises(StaleVersion):
        await house.call(
            person, "cell.edit", m.EditParams(room=opened.room, cell=cell.cell, source="a = 3", version=cell.version)
        )
    with pytest.raises(StaleVersion):
        await house.call(person, "cell.delete", m.DeleteParams(room=opened.room, cell=cell.cell, version=cell.version))
    read = await house.call(person, "cell.read", m.ReadParams(room=opened.room, cell=cell.cell))
    assert (read.cells[0].source, read.cells[0].version) == ("a = 2", edited.version)


async def test_cells_are_moved_deleted_and_brought_back(house: House, file: Path) -> None:
    person = RecordingPeer()
    opened = await house.open(person, file)
    first = await house.insert(person, opened.room, "first")
    second = await house.insert(person, opened.room, "second", after=first.cell)
    await house.call(person, "cell.move", m.MoveParams(room=opened.room, cell=second.cell))
    read = await house.call(person, "cell.read", m.ReadParams(room=opened.room))
    assert [cell.source for cell in read.cells[:2]] == ["second", "first"]
    await house.call(person, "cell.delete", m.DeleteParams(room=opened.room, cell=second.cell, version=second.version))
    trash = await house.call(person, "room.trash", m.RoomParams(room=opened.room))
    assert [(cell.cell, cell.source) for cell in trash.cells] == [(second.cell, "second")]
    await house.call(person, "cell.restore", m.CellParams(room=opened.room, cell=second.cell))
    read = await house.call(person, "cell.read", m.ReadParams(room=opened.room))
    assert [cell.source for cell in read.cells[:2]] == ["second", "first"]


async def test_an_edit_is_on_disk_when_it_is_answered(house: House, file: Path) -> None:
    person = RecordingPeer()
    opened = await house.open(person, file)
    cell = await house.insert(person, opened.room, "kept")
    state, updates = house.journal.document(house.room(opened).id)
    replica = Notebook(state)
    for update in updates:
        replica.apply(update)
    assert replica.source(house.room(opened).notebook.cell(replica.ids()[0]).id) == "kept"
    assert replica.ids()[0] == cell.cell


# -- edits by frames


async def replica_of(house: House, peer: RecordingPeer, room: str) -> Notebook:
    """A client's copy, made as a page makes it."""
    await house.frame(peer, room, Kind.STEP1, Notebook().state_vector())
    return Notebook(peer.payloads(Kind.STEP2)[-1])


async def test_a_client_gets_the_document_and_is_asked_for_what_it_has(house: House, file: Path) -> None:
    person = RecordingPeer()
    opened = await house.open(person, file)
    copy = await replica_of(house, person, opened.room)
    assert copy.cells() == house.room(opened).notebook.cells()
    assert [frame.kind for frame in person.frames] == [Kind.STEP2, Kind.STEP1]


async def test_an_edit_reaches_the_others_at_once_and_its_author_not_at_all(house: House, file: Path) -> None:
    one, other = RecordingPeer(), RecordingPeer()
    opened = await house.open(one, file)
    await house.open(other, file)
    mine, theirs = await replica_of(house, one, opened.room), await replica_of(house, other, opened.room)
    heard: list[bytes] = []
    mine.on_update(heard.append)
    mine.splice(mine.ids()[0], 0, 0, "# ")
    await house.frame(one, opened.room, Kind.UPDATE, heard[0])
    # Before anything was awaited, so before the disk had a say.
    assert len(other.payloads(Kind.UPDATE)) == 1
    assert one.payloads(Kind.UPDATE) == []
    theirs.apply(other.payloads(Kind.UPDATE)[0])
    assert theirs.cells() == mine.cells()


async def test_updates_are_acknowledged_when_the_journal_has_them(house: House, file: Path) -> None:
    person = RecordingPeer()
    opened = await house.open(person, file)
    copy = await replica_of(house, person, opened.room)
    heard: list[bytes] = []
    copy.on_update(heard.append)
    for letter in "abcdefghij":
        copy.splice(copy.ids()[0], 0, 0, letter)
    for update in heard:
        await house.frame(person, opened.room, Kind.UPDATE, update)
    assert person.acknowledged() == 0
    await person.until(lambda: person.acknowledged() == 10)
    state, updates = house.journal.document(house.room(opened).id)
    kept = Notebook(state)
    for update in updates:
        kept.apply(update)
    assert kept.source(kept.ids()[0]).startswith("jihgfedcba")
    # Ten acknowledgements would be ten messages; one or a few say the same.
    assert len(person.notifications("document.acknowledged")) < 10


async def test_an_update_that_brings_nothing_new_is_acknowledged_too(house: House, file: Path) -> None:
    person = RecordingPeer()
    opened = await house.open(person, file)
    copy = await replica_of(house, person, opened.room)
    await house.frame(person, opened.room, Kind.STEP2, copy.state())
    await person.until(lambda: person.acknowledged() == 1)


async def test_a_hostile_update_is_refused_whole_and_told_by_its_number(house: House, file: Path) -> None:
    person, other = RecordingPeer(), RecordingPeer()
    opened = await house.open(person, file)
    await house.open(other, file)
    copy = await replica_of(house, person, opened.room)
    await replica_of(house, other, opened.room)
    before = house.room(opened).notebook.state_vector()
    await house.frame(person, opened.room, Kind.UPDATE, b"\x01\x02garbage")
    refused = person.notifications("document.refused")
    assert [(one.update, one.code) for one in refused] == [(1, UpdateRefused.code)]
    assert house.room(opened).notebook.state_vector() == before
    assert other.payloads(Kind.UPDATE) == []
    heard: list[bytes] = []
    copy.on_update(heard.append)
    copy.splice(copy.ids()[0], 0, 0, "still works")
    await house.frame(person, opened.room, Kind.UPDATE, heard[0])
    await person.until(lambda: person.acknowledged() == 2)


async def test_nobody_writes_widgets_and_nobody_writes_without_attaching(house: House, file: Path) -> None:
    person, stranger = RecordingPeer(), RecordingPeer()
    opened = await house.open(person, file)
    with pytest.raises(UpdateRefused):
        await house.frame(person, opened.room, Kind.UPDATE, b"\x00\x00", document=Document.WIDGETS)
    with pytest.raises(RoomMissing):
        await house.frame(stranger, opened.room, Kind.UPDATE, b"\x00\x00")
    with pytest.raises(RoomMissing):
        await house.frame(person, "0" * 32, Kind.STEP1, b"\x00")


# -- coming and going


async def test_a_client_that_attaches_later_sees_the_same_state(house: House, file: Path) -> None:
    one, late = RecordingPeer(), RecordingPeer()
    opened = await house.open(one, file)
    await house.insert(one, opened.room, "x")
    attached: m.OpenResult = await house.call(late, "room.attach", m.RoomParams(room=opened.room))
    mine = opened.state
    for event in one.events():
        mine.apply(event)
    assert attached.state == mine
    assert attached.seq == house.room(opened).log.seq > 0


async def test_a_client_that_left_hears_nothing_more(house: House, file: Path) -> None:
    one, other = RecordingPeer(), RecordingPeer()
    opened = await house.open(one, file)
    await house.open(other, file)
    await house.call(other, "room.leave", m.RoomParams(room=opened.room))
    await house.insert(one, opened.room, "x")
    assert other.texts == []


async def test_a_room_without_clients_leaves_memory_saved_and_comes_back_as_the_same_room(
    home: Path, notebooks: Path
) -> None:
    house = House(home, Settings(pool=0, linger=0.01, autosave_quiet=3600.0, autosave_max=3600.0, watch=False))
    file = home / "a.ipynb"
    shutil.copy(notebooks / "nbformat-test4.5.ipynb", file)
    person = RecordingPeer()
    opened = await house.open(person, file)
    cell = await house.insert(person, opened.room, "kept = 1")
    await house.operations.gone(person)
    await until(lambda: not house.rooms.by_id)
    assert b"kept = 1" in file.read_bytes()
    again = await house.open(person, file)
    assert again.room == opened.room
    assert not again.state.dirty
    read = await house.call(person, "cell.read", m.ReadParams(room=again.room, cell=cell.cell))
    assert read.cells[0].source == "kept = 1"
    await house.close()


async def test_a_room_that_nobody_came_into_leaves_memory_too(home: Path) -> None:
    house = House(home, Settings(pool=0, linger=0.01, autosave_quiet=3600.0, autosave_max=3600.0, watch=False))
    await house.rooms.open(RecordingPeer(), m.OpenParams(path=str(home / "a.ipynb"), create=True))
    await until(lambda: not house.rooms.by_id)
    await house.close()


async def test_a_new_file_on_the_inode_of_a_replaced_one_is_a_room_of_its_own(house: House, file: Path) -> None:
    person = RecordingPeer()
    opened = await house.open(person, file)
    other = house.home / "other.ipynb"
    file.rename(other)  # what the system makes of the next new file, too: the old inode under a new name
    shutil.copy(other, file)
    assert (await house.open(person, other)).room != opened.room
    assert (await house.open(person, file)).room == opened.room


async def test_an_agent_reads_and_makes_notebooks_only(house: House) -> None:
    agent = RecordingPeer(role="agent")
    key = house.home / "id_ed25519"
    key.write_text("-----BEGIN OPENSSH PRIVATE KEY-----")
    with pytest.raises(NotebookUnreadable) as refused:
        await house.open(agent, key)
    assert "PRIVATE" not in str(refused.value)
    with pytest.raises(MethodForbidden):
        await house.open(agent, house.home / "start.desktop", create=True)
    assert not (house.home / "start.desktop").exists()
    assert (await house.open(agent, house.home / "new.ipynb", create=True)).read_only is None
    shown = await house.open(RecordingPeer(), key)
    assert shown.read_only is not None


async def test_files_shown_as_text_take_no_more_memory_the_more_there_are(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "ROOMS_PER_PEER", 3)
    text = house.home / "a.txt"
    text.write_text("no notebook")
    person = RecordingPeer()
    for _ in range(10):
        last = await house.open(person, text)
    assert len(house.rooms._unreadable) == 3
    with pytest.raises(NotebookReadOnly):
        house.rooms.get(last.room)


async def test_a_connection_may_be_in_so_many_rooms(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ROOMS_PER_PEER", 2)
    person = RecordingPeer()
    for name in ("a", "b"):
        await house.open(person, house.home / f"{name}.ipynb", create=True)
    await house.open(person, house.home / "a.ipynb")
    with pytest.raises(LimitExceeded):
        await house.open(person, house.home / "c.ipynb", create=True)


async def test_closing_a_room_tells_everybody_and_saves(house: House, file: Path) -> None:
    one, other = RecordingPeer(), RecordingPeer()
    opened = await house.open(one, file)
    await house.open(other, file)
    await house.insert(one, opened.room, "last words")
    await house.call(one, "room.close", m.CloseParams(room=opened.room))
    assert [closed.room for closed in other.notifications("room.closed")] == [opened.room]
    assert b"last words" in file.read_bytes()
    with pytest.raises(RoomMissing):
        await house.insert(one, opened.room, "x")


async def test_the_environment_of_an_agent_is_ignored(house: House, file: Path) -> None:
    opened = await house.open(RecordingPeer("agent"), file, env={"EVIL": "1"})
    assert house.room(opened).env == {}
    await house.open(RecordingPeer(), file, env={"MINE": "1"})
    assert house.room(opened).env == {"MINE": "1"}


def test_every_method_of_the_table_has_a_handler(home: Path) -> None:
    async def handlers() -> set[str]:
        house = House(home, QUIET)
        found = set(house.operations.handlers)
        await house.close()
        return found

    expected = {name for name in m.METHODS if not name.startswith("daemon.")}
    assert asyncio.run(handlers()) == expected
