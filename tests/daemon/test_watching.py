"""An edit by another program is seen when it happens and merged, without anybody saving."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio

from fumehood.core.errors import NotebookUnreadable
from fumehood.daemon.services import Settings
from fumehood.protocol import events as ev
from fumehood.protocol import methods as m
from fumehood.testing.peers import RecordingPeer
from tests.daemon.house import House, until


@pytest_asyncio.fixture
async def watched(home: Path) -> AsyncIterator[House]:
    house = House(home, Settings(pool=0, linger=3600.0, autosave_quiet=3600.0, autosave_max=3600.0, watch=True))
    yield house
    await house.close()


@pytest.fixture
def file(home: Path, notebooks: Path) -> Path:
    folder = home / "work"
    folder.mkdir()
    target = folder / "analysis.ipynb"
    shutil.copy(notebooks / "nbformat-test4.5.ipynb", target)
    return target


async def watching(house: House) -> None:
    """Until the operating system watches: the watch is set up in a thread."""
    await until(lambda: house.rooms._watcher.watching)


def edit(file: Path, source: str) -> str:
    content = msgspec.json.decode(file.read_bytes())
    content["cells"][-1]["source"] = [source]
    temp = file.with_suffix(".tmp")
    temp.write_bytes(msgspec.json.encode(content))
    temp.replace(file)
    cell: str = content["cells"][-1]["id"]
    return cell


async def test_an_outside_edit_shows_up_by_itself_and_leaves_the_room_clean(watched: House, file: Path) -> None:
    person = RecordingPeer()
    opened = await watched.open(person, file)
    await watching(watched)
    cell = edit(file, "from outside")
    await person.until(lambda: any(isinstance(one, ev.FileMerged) for one in person.events()))
    read = await watched.call(person, "cell.read", m.ReadParams(room=opened.room, cell=cell))
    assert read.cells[0].source == "from outside"
    assert not watched.room(opened).state.dirty
    assert not (await watched.call(person, "room.save", m.SaveParams(room=opened.room))).changed


async def test_our_own_saves_are_not_outside_edits(watched: House, file: Path) -> None:
    person = RecordingPeer()
    opened = await watched.open(person, file)
    await watching(watched)
    await watched.insert(person, opened.room, "ours")
    await watched.call(person, "room.save", m.SaveParams(room=opened.room))
    cell = edit(file, "a later edit, so that there is something to wait for")
    await person.until(lambda: any(isinstance(one, ev.FileMerged) for one in person.events()))
    merged = [one for one in person.events() if isinstance(one, ev.FileMerged)]
    assert [one.edited for one in merged] == [(cell,)]


async def test_a_folder_that_comes_later_is_watched_too(watched: House, file: Path, home: Path) -> None:
    person = RecordingPeer()
    await watched.open(person, file)
    await watching(watched)
    other = home / "other" / "b.ipynb"
    other.parent.mkdir()
    shutil.copy(file, other)
    opened = await watched.open(person, other)
    await watching(watched)
    edit(other, "in the second folder")
    await person.until(lambda: any(isinstance(one, ev.FileMerged) for one in person.events()))
    assert watched.room(opened).notebook.cells()[-1].source == "in the second folder"


async def test_a_file_that_cannot_be_parsed_is_told_and_comes_back_when_it_can(watched: House, file: Path) -> None:
    person = RecordingPeer()
    opened = await watched.open(person, file)
    await watching(watched)
    good = file.read_bytes()
    file.write_bytes(b"<<<<<<< HEAD")
    await person.until(lambda: any(isinstance(one, ev.Noticed) for one in person.events()))
    assert {one.code for one in person.events() if isinstance(one, ev.Noticed)} == {NotebookUnreadable.code}
    file.write_bytes(good)
    cell = edit(file, "resolved")
    await person.until(lambda: any(isinstance(one, ev.FileMerged) for one in person.events()))
    assert watched.room(opened).notebook.source(watched.room(opened).notebook.ids()[-1]) == "resolved"
    assert cell


async def test_outputs_that_another_program_made_are_shown(watched: House, file: Path) -> None:
    person = RecordingPeer()
    opened = await watched.open(person, file)
    await watching(watched)
    content = msgspec.json.decode(file.read_bytes())
    code = next(cell for cell in content["cells"] if cell["cell_type"] == "code")
    code["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["by jupyter\n"]}]
    code["execution_count"] = 7
    file.write_bytes(msgspec.json.encode(content))
    await person.until(lambda: any(isinstance(one, ev.OutputsLoaded) for one in person.events()))
    run = watched.room(opened).state.cells[code["id"]]
    assert (run.count, [getattr(output, "text", "") for output in run.outputs]) == (7, ["by jupyter\n"])
