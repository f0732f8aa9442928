"""A person may keep the file for their own saves; what they typed is safe all the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fumehood.daemon.services import Settings
from fumehood.protocol import events as ev
from fumehood.protocol import methods as m
from fumehood.testing.peers import RecordingPeer
from tests.daemon.house import House, until

EAGER = Settings(pool=0, linger=0.05, autosave_quiet=0.01, autosave_max=0.02, watch=False)
EMPTY = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


@pytest.fixture
def file(home: Path) -> Path:
    made = home / "a.ipynb"
    made.write_text(json.dumps(EMPTY))
    return made


def sources(file: Path) -> list[str]:
    return ["".join(cell["source"]) for cell in json.loads(file.read_bytes())["cells"]]


async def switch(house: House, peer: RecordingPeer, room: str, on: bool) -> None:
    await house.call(peer, "room.autosave", m.AutosaveParams(room=room, on=on))


async def test_switched_off_the_file_is_written_by_a_save_alone(home: Path, file: Path) -> None:
    house = House(home, EAGER)
    person, before = RecordingPeer(), file.read_bytes()
    opened = await house.open(person, file)
    await switch(house, person, opened.room, on=False)
    room = house.room(opened)
    saver = room.parts[0]
    await house.insert(person, opened.room, "typed")
    assert room.state.manual and room.state.dirty
    assert saver._timer is None, "nothing is planned"  # type: ignore[attr-defined]
    assert file.read_bytes() == before
    await house.call(person, "room.save", m.SaveParams(room=opened.room))
    assert sources(file) == ["typed"]
    await house.close()


async def test_switched_on_again_what_waited_is_saved(home: Path, file: Path) -> None:
    house = House(home, EAGER)
    person = RecordingPeer()
    opened = await house.open(person, file)
    await switch(house, person, opened.room, on=False)
    await house.insert(person, opened.room, "typed")
    await switch(house, person, opened.room, on=True)
    await person.until(lambda: any(isinstance(one, ev.FileSaved) for one in person.events()))
    assert sources(file) == ["typed"]
    told = [one.manual for one in person.events() if isinstance(one, ev.SavingChanged)]
    assert told == [True, False]
    await house.close()


async def test_switched_off_in_the_middle_of_a_pause_nothing_is_written(home: Path, file: Path) -> None:
    house = House(home, Settings(pool=0, linger=3600.0, autosave_quiet=0.2, autosave_max=0.2, watch=False))
    person, before = RecordingPeer(), file.read_bytes()
    opened = await house.open(person, file)
    await house.insert(person, opened.room, "typed")
    await switch(house, person, opened.room, on=False)
    room = house.room(opened)
    saver = room.parts[0]
    await until(lambda: saver._timer is None and not room.tasks._held)  # type: ignore[attr-defined]
    assert file.read_bytes() == before
    await house.close()
    assert file.read_bytes() == before


@pytest.mark.parametrize("end", ["leaves memory", "is closed", "daemon ends", "daemon is killed"])
async def test_unsaved_edits_outlive_everything_and_are_not_in_the_file(home: Path, file: Path, end: str) -> None:
    house = House(home, EAGER)
    person, before = RecordingPeer(), file.read_bytes()
    opened = await house.open(person, file)
    await switch(house, person, opened.room, on=False)
    await house.insert(person, opened.room, "typed")
    if end == "leaves memory":
        await house.call(person, "room.leave", m.RoomParams(room=opened.room))
        await until(lambda: not house.rooms.by_id)
    elif end == "is closed":
        await house.call(person, "room.close", m.CloseParams(room=opened.room))
    elif end == "daemon ends":
        await house.close()
        await house.again()
    else:
        await house.crash()
        await house.again()
    assert file.read_bytes() == before
    again = await house.open(RecordingPeer(), file)
    assert again.state.manual and again.state.dirty
    assert [cell.source for cell in house.room(again).notebook.cells()] == ["typed"]
    await house.call(person, "room.save", m.SaveParams(room=again.room))
    assert sources(file) == ["typed"]
    await house.close()
