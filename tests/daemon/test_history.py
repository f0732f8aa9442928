"""One version per author and about ten seconds of typing; what was there before is one, too."""

from __future__ import annotations

from pathlib import Path

import pytest

from fumehood.core import limits
from fumehood.core.ids import CellId
from fumehood.daemon.history import History
from fumehood.protocol import methods as m
from fumehood.testing.peers import RecordingPeer
from tests.daemon.house import House

CELL = CellId("a")


class Recorder:
    def __init__(self, **known: str) -> None:
        self.versions: list[tuple[str, str]] = []
        self.history = History(
            lambda _cell, source, by, _time: self.versions.append((source, by)),
            ((CellId(cell), source) for cell, source in known.items()),
            0.0,
        )


def test_typing_becomes_one_version() -> None:
    kept = Recorder(a="x")
    for n in range(1, 9):
        kept.history.edited(CELL, "x" * n + "!", "me", float(n))
    kept.history.flush()
    assert kept.versions == [("x", "file"), ("xxxxxxxx!", "me")]


def test_long_typing_becomes_several() -> None:
    kept = Recorder(a="")
    for n in range(30):
        kept.history.edited(CELL, f"text {n}", "me", float(n))
    kept.history.flush()
    assert [source for source, _ in kept.versions] == ["text 9", "text 19", "text 29"]


def test_another_author_begins_another_version() -> None:
    kept = Recorder(a="")
    kept.history.edited(CELL, "mine", "me", 0.0)
    kept.history.edited(CELL, "mine and theirs", "agent", 0.5)
    kept.history.edited(CELL, "and mine again", "me", 1.0)
    kept.history.flush()
    assert kept.versions == [("mine", "me"), ("mine and theirs", "agent"), ("and mine again", "me")]


def test_what_ends_as_it_began_is_no_version() -> None:
    kept = Recorder(a="x")
    kept.history.edited(CELL, "xy", "me", 0.0)
    kept.history.edited(CELL, "x", "me", 0.5)
    kept.history.flush()
    assert [source for source, by in kept.versions if by == "me"] == []


def test_time_alone_makes_a_version_of_what_was_typed() -> None:
    kept = Recorder(a="")
    kept.history.edited(CELL, "typed", "me", 0.0)
    kept.history.due(limits.VERSION_SECONDS - 1)
    assert kept.versions == []
    kept.history.due(limits.VERSION_SECONDS)
    assert kept.versions == [("typed", "me")]


async def test_versions_survive_the_daemon_and_name_their_authors(house: House) -> None:
    person, agent = RecordingPeer(), RecordingPeer("agent", "claude")
    opened = await house.open(person, house.home / "a.ipynb", create=True)
    cell = await house.insert(person, opened.room, "one")
    version = cell.version
    for peer, source in ((person, "two"), (agent, "three")):
        params = m.EditParams(room=opened.room, cell=cell.cell, source=source, version=version)
        version = (await house.call(peer, "cell.edit", params)).version
    await house.call(person, "room.save", m.SaveParams(room=opened.room))
    await house.close()
    await house.again()
    opened = await house.open(person, Path(opened.path))
    found = await house.call(person, "cell.versions", m.CellParams(room=opened.room, cell=cell.cell))
    assert [(one.source, one.by) for one in found.versions] == [("two", person.who), ("three", agent.who)]


async def test_what_leaves_the_trash_stays_in_the_history(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    person = RecordingPeer()
    opened = await house.open(person, house.home / "a.ipynb", create=True)
    cell = await house.insert(person, opened.room, "deleted")
    await house.call(person, "cell.delete", m.DeleteParams(room=opened.room, cell=cell.cell, version=cell.version))
    room = house.room(opened)
    await house.call(person, "room.save", m.SaveParams(room=opened.room))
    purge = room.notebook.purge_trash
    monkeypatch.setattr(room.notebook, "purge_trash", lambda: purge(0))
    room.purge_trash()
    assert not room.state.dirty
    assert room.notebook.trash() == []
    found = await house.call(person, "cell.versions", m.CellParams(room=opened.room, cell=cell.cell))
    assert found.versions[-1].source == "deleted"
