"""The file says what the room says, only over what was seen last, and nothing is lost where it cannot be written."""

from __future__ import annotations

import asyncio
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from fumehood.core.errors import BlobMissing, FileChanged, NotebookUnreadable, StorageFailed
from fumehood.core.ids import CellId
from fumehood.daemon import opening, saving, watching
from fumehood.daemon.services import Settings
from fumehood.protocol import events as ev
from fumehood.protocol import methods as m
from fumehood.store import atomic
from fumehood.testing.peers import RecordingPeer
from tests.daemon.house import House

AUTOSAVE = Settings(pool=0, linger=3600.0, autosave_quiet=0.05, autosave_max=0.3, watch=False)


@pytest.fixture
def file(home: Path, notebooks: Path) -> Path:
    target = home / "analysis.ipynb"
    shutil.copy(notebooks / "nbformat-test4.5.ipynb", target)
    return target


def sources(file: Path) -> list[str]:
    return ["".join(cell["source"]) for cell in msgspec.json.decode(file.read_bytes())["cells"]]


async def save(house: House, peer: RecordingPeer, room: str, **more: object) -> m.SaveResult:
    result: m.SaveResult = await house.call(peer, "room.save", m.SaveParams(room=room, **more))  # type: ignore[arg-type]
    return result


async def test_edits_are_saved_by_themselves_after_a_pause(home: Path, file: Path) -> None:
    house = House(home, AUTOSAVE)
    person = RecordingPeer()
    opened = await house.open(person, file)
    await house.insert(person, opened.room, "typed")
    await person.until(lambda: any(isinstance(one, ev.FileSaved) for one in person.events()))
    assert sources(file)[0] == "typed"
    await person.until(lambda: not house.room(opened).state.dirty)
    await house.close()


async def test_without_a_pause_they_are_saved_all_the_same(home: Path, file: Path) -> None:
    house = House(home, Settings(pool=0, linger=3600.0, autosave_quiet=60.0, autosave_max=0.2, watch=False))
    person = RecordingPeer()
    opened = await house.open(person, file)
    await house.insert(person, opened.room, "typed")
    await person.until(lambda: any(isinstance(one, ev.FileSaved) for one in person.events()))
    await house.close()


async def test_a_room_says_when_it_differs_from_its_file(house: House, file: Path) -> None:
    person = RecordingPeer()
    opened = await house.open(person, file)
    await house.insert(person, opened.room, "a")
    await house.insert(person, opened.room, "b")
    await save(house, person, opened.room)
    told = [one.dirty for one in person.events() if isinstance(one, ev.DirtyChanged)]
    assert told == [True, False]
    assert house.room(opened).state.digest == house.room(opened).file.digest


async def test_one_edited_cell_changes_that_cell_only(house: House, file: Path) -> None:
    person = RecordingPeer()
    before = file.read_bytes()
    opened = await house.open(person, file)
    read = await house.call(person, "cell.read", m.ReadParams(room=opened.room))
    cell = next(one for one in read.cells if one.type == "markdown")
    await house.call(
        person,
        "cell.edit",
        m.EditParams(room=opened.room, cell=cell.cell, source="edited words", version=cell.version),
    )
    await save(house, person, opened.room)
    old, new = msgspec.json.decode(before), msgspec.json.decode(file.read_bytes())
    changed = [a["id"] for a, b in zip(old["cells"], new["cells"], strict=True) if a != b]
    assert changed == [cell.cell]


async def test_a_file_of_an_old_format_is_upgraded_by_the_first_save_that_changes_something(
    house: House, notebooks: Path
) -> None:
    target = house.home / "old.ipynb"
    shutil.copy(notebooks / "nbformat-test3.ipynb", target)
    person = RecordingPeer()
    opened = await house.open(person, target)
    assert opened.format == "3.0"
    assert not (await save(house, person, opened.room)).changed
    await house.insert(person, opened.room, "new")
    await save(house, person, opened.room)
    (saved,) = [one for one in person.events() if isinstance(one, ev.FileSaved)]
    assert saved.upgraded_from == "3.0"
    assert msgspec.json.decode(target.read_bytes())["nbformat_minor"] == 5
    again = await house.open(RecordingPeer(), target)
    assert again.format == "4.5"


async def test_mode_bits_and_links_stay(house: House, file: Path) -> None:
    file.chmod(0o640)
    link = house.home / "link.ipynb"
    link.symlink_to(file)
    person = RecordingPeer()
    opened = await house.open(person, link)
    await house.insert(person, opened.room, "through the link")
    await save(house, person, opened.room)
    assert link.is_symlink()
    assert sources(file)[0] == "through the link"
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    # The file has another inode now, and is still this room's.
    assert (await house.open(RecordingPeer(), file)).room == opened.room


async def test_an_outside_edit_is_merged_before_ours_is_written(house: House, file: Path) -> None:
    person = RecordingPeer()
    opened = await house.open(person, file)
    await house.insert(person, opened.room, "ours")
    theirs = msgspec.json.decode(file.read_bytes())
    theirs["cells"][-1]["source"] = ["theirs"]
    file.write_bytes(msgspec.json.encode(theirs))
    await save(house, person, opened.room)
    assert (sources(file)[0], sources(file)[-1]) == ("ours", "theirs")
    (merged,) = [one for one in person.events() if isinstance(one, ev.FileMerged)]
    assert merged.edited == (theirs["cells"][-1]["id"],)
    assert merged.conflicts == ()


async def test_an_outside_edit_right_after_a_save_is_not_taken_for_ours(
    house: House, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = RecordingPeer()
    opened = await house.open(person, file)
    await house.insert(person, opened.room, "ours")
    write = saving._write

    def interrupted(*arguments: Any) -> Any:
        done = write(*arguments)
        theirs = msgspec.json.decode(file.read_bytes())
        theirs["cells"][-1]["source"] = ["theirs"]
        file.write_bytes(msgspec.json.encode(theirs))
        return done

    monkeypatch.setattr(saving, "_write", interrupted)
    await save(house, person, opened.room)
    monkeypatch.undo()
    await watching.look(house.room(opened))
    assert house.room(opened).notebook.cells()[-1].source == "theirs"


async def test_where_both_changed_the_same_lines_ours_is_in_the_history(house: House, file: Path) -> None:
    person = RecordingPeer()
    opened = await house.open(person, file)
    read = await house.call(person, "cell.read", m.ReadParams(room=opened.room))
    cell = read.cells[-1]
    await house.call(
        person, "cell.edit", m.EditParams(room=opened.room, cell=cell.cell, source="ours", version=cell.version)
    )
    theirs = msgspec.json.decode(file.read_bytes())
    theirs["cells"][-1]["source"] = ["theirs"]
    file.write_bytes(msgspec.json.encode(theirs))
    await save(house, person, opened.room)
    assert sources(file)[-1] == "theirs"
    (merged,) = [one for one in person.events() if isinstance(one, ev.FileMerged)]
    assert merged.conflicts == (cell.cell,)
    versions = await house.call(person, "cell.versions", m.CellParams(room=opened.room, cell=cell.cell))
    assert [one.source for one in versions.versions] == [cell.source, "ours", "theirs"]
    assert [one.by for one in versions.versions] == ["file", person.who, "file"]


async def test_a_file_that_became_unreadable_is_never_written_over(house: House, file: Path) -> None:
    person = RecordingPeer()
    opened = await house.open(person, file)
    await house.insert(person, opened.room, "ours")
    file.write_bytes(b"<<<<<<< conflict markers")
    with pytest.raises(NotebookUnreadable):
        await save(house, person, opened.room)
    assert file.read_bytes() == b"<<<<<<< conflict markers"
    assert house.room(opened).state.dirty
    copy = await save(house, person, opened.room, path=str(house.home / "rescue.ipynb"))
    assert sources(Path(copy.path))[0] == "ours"


async def test_a_file_that_was_removed_is_made_anew_from_the_room(house: House, file: Path) -> None:
    person = RecordingPeer()
    opened = await house.open(person, file)
    count = len(sources(file))
    await house.insert(person, opened.room, "ours")
    file.unlink()
    await save(house, person, opened.room)
    assert len(sources(file)) == count + 1
    outputs = [cell["outputs"] for cell in msgspec.json.decode(file.read_bytes())["cells"] if cell.get("outputs")]
    assert outputs, "the outputs that only the old file and the room had"


async def test_a_copy_goes_elsewhere_and_replaces_nothing_unasked(house: House, file: Path) -> None:
    person = RecordingPeer()
    opened = await house.open(person, file)
    target = house.home / "copy.ipynb"
    target.write_bytes(b"something of mine")
    with pytest.raises(FileChanged):
        await save(house, person, opened.room, path=str(target))
    assert target.read_bytes() == b"something of mine"
    result = await save(house, person, opened.room, path=str(target), overwrite=True)
    assert result.path == str(target)
    assert target.read_bytes() == file.read_bytes()
    assert house.room(opened).file.path == file


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[bool]]:
    """While it holds True, writing a notebook finds the disk full."""
    switch = [True]
    real = atomic.write_new_or_same

    def write(path: Path, data: bytes, expect: str | None) -> str:
        if switch[0]:
            raise StorageFailed(f"{path} could not be written: no space left on device.")
        return real(path, data, expect)

    monkeypatch.setattr(saving, "write_new_or_same", write)
    yield switch


async def test_a_full_disk_is_told_once_loses_nothing_and_is_tried_again(
    home: Path, file: Path, full: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    house = House(home, AUTOSAVE)
    person = RecordingPeer()
    opened = await house.open(person, file)
    before = file.read_bytes()
    await house.insert(person, opened.room, "typed")
    await person.until(lambda: any(isinstance(one, ev.Noticed) for one in person.events()))
    await house.insert(person, opened.room, "still usable")
    assert file.read_bytes() == before
    with pytest.raises(StorageFailed):
        await save(house, person, opened.room)
    full[0] = False
    await person.until(lambda: any(isinstance(one, ev.FileSaved) for one in person.events()))
    assert sources(file)[:2] == ["still usable", "typed"]
    assert len([one for one in person.events() if isinstance(one, ev.Noticed)]) == 1
    await house.close()


async def test_an_edit_during_a_save_stays_unsaved_until_the_next(house: House, file: Path) -> None:
    person = RecordingPeer()
    opened = await house.open(person, file)
    await house.insert(person, opened.room, "first")
    saving = asyncio.create_task(save(house, person, opened.room))
    await asyncio.sleep(0)
    late = asyncio.create_task(house.insert(person, opened.room, "second"))
    await asyncio.gather(saving, late)
    assert house.room(opened).state.dirty == ("second" not in sources(file))
    await save(house, person, opened.room)
    assert sources(file)[:2] == ["second", "first"]


async def test_saves_at_once_are_one_after_the_other(house: House, file: Path) -> None:
    person = RecordingPeer()
    opened = await house.open(person, file)
    await house.insert(person, opened.room, "x")
    results = await asyncio.gather(*(save(house, person, opened.room) for _ in range(5)))
    assert [one.changed for one in results].count(True) == 1


async def test_outputs_whose_bytes_are_gone_stay_in_the_file_and_the_user_is_told(
    house: House, notebooks: Path
) -> None:
    target = house.home / "a.ipynb"
    shutil.copy(notebooks / "scanpy-paga-paul15.ipynb", target)
    before = target.read_bytes()
    person = RecordingPeer()
    opened = await house.open(person, target)
    room = house.room(opened)
    shutil.rmtree(house.paths.blobs)
    house.paths.blobs.mkdir(mode=0o700)
    room.outputs_changed(CellId(cell) for cell in room.state.cells)
    await save(house, person, opened.room)
    assert target.read_bytes() == before
    assert BlobMissing.code in {one.code for one in person.events() if isinstance(one, ev.Noticed)}


@pytest.mark.parametrize("crash", [True, False], ids=["the daemon dies", "the save is broken off"])
async def test_a_save_that_nobody_saw_the_end_of_does_not_undo_what_was_typed_since(
    house: House, file: Path, monkeypatch: pytest.MonkeyPatch, crash: bool
) -> None:
    person = RecordingPeer()
    opened = await house.open(person, file)
    cell = await house.insert(person, opened.room, "one")
    await save(house, person, opened.room)
    edited = await edit(house, person, opened.room, cell, "one two")
    with monkeypatch.context() as broken:
        broken.setattr(opening, "signature", _dies)
        with pytest.raises(ZeroDivisionError):
            await save(house, person, opened.room)
    assert sources(file)[0] == "one two"
    await edit(house, person, opened.room, edited, "one two three")
    if crash:
        await house.crash()
        await house.again()
    room = house.rooms.get(opened.room)
    await save(house, person, opened.room)
    assert room.notebook.source(CellId(cell.cell)) == "one two three"
    assert sources(file)[0] == "one two three"
    assert room.state.notices == []


def _dies(_path: Path) -> None:
    raise ZeroDivisionError


async def edit(house: House, peer: RecordingPeer, room: str, cell: m.Edited, source: str) -> m.Edited:
    params = m.EditParams(room=room, cell=cell.cell, source=source, version=cell.version)
    result: m.Edited = await house.call(peer, "cell.edit", params)
    return result
