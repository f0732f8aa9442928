"""The daemon is killed while every public notebook is open and edited; the next one has all of it."""

from __future__ import annotations

import json
from asyncio import Future
from contextlib import ExitStack
from pathlib import Path

import pytest

from fumehood.client import blocking
from fumehood.store import operations as op
from fumehood.testing.peers import RecordingPeer
from tests.daemon.house import QUIET, House, until
from tests.notebooks.files import NAMES, comparable, copy
from tests.recovery.harness import kill_daemon


def test_every_edit_and_output_is_there_after_the_daemon_was_killed(
    fumehood_home: Path, notebooks: Path, tmp_path: Path
) -> None:
    paths = [copy(notebooks, name, tmp_path) for name in NAMES]
    seen = {}
    with blocking.connect("test", home=fumehood_home) as client, ExitStack() as stack:
        opened = [stack.enter_context(client.open(path)) for path in paths]
        for notebook in opened:
            notebook.edit(notebook.cells[0].id, mark(notebook.path))
            seen[notebook.path] = (notebook.cells, {cell.id: notebook.outputs(cell.id) for cell in notebook.cells})
        for notebook in opened:
            notebook.flush()
        kill_daemon(fumehood_home)
    with blocking.connect("test", home=fumehood_home) as client:
        for path in paths:
            cells, outputs = seen[str(path)]
            with client.open(path) as notebook:
                assert notebook.cells == cells
                for cell in cells:
                    assert comparable(notebook.outputs(cell.id)) == comparable(outputs[cell.id])
                notebook.save()
            assert "".join(json.loads(path.read_bytes())["cells"][0]["source"]) == mark(str(path))


def mark(path: str) -> str:
    return f"# edited in {path}"


def test_reopened_unedited_after_a_kill_nothing_is_written(
    fumehood_home: Path, notebooks: Path, tmp_path: Path
) -> None:
    paths = [copy(notebooks, name, tmp_path) for name in NAMES]
    with blocking.connect("test", home=fumehood_home) as client, ExitStack() as stack:
        for path in paths:
            stack.enter_context(client.open(path))
        kill_daemon(fumehood_home)
    inodes = [path.stat().st_ino for path in paths]
    with blocking.connect("test", home=fumehood_home) as client:
        for path in paths:
            with client.open(path) as notebook:
                assert not notebook.state.dirty
                assert not notebook.save().changed
    assert [path.stat().st_ino for path in paths] == inodes
    assert [path.read_bytes() for path in paths] == [(notebooks / path.name).read_bytes() for path in paths]


async def test_a_room_is_known_only_once_its_document_is_kept(
    home: Path, notebooks: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise a kill between the two would leave a room that opens as an empty notebook."""
    house = House(home, QUIET)
    kept: list[type[op.Op]] = []
    write = house.journal.write

    def recording(operation: op.Op) -> Future[None]:
        kept.append(type(operation))
        return write(operation)

    monkeypatch.setattr(house.journal, "write", recording)
    await house.open(RecordingPeer(), copy(notebooks, NAMES[0], tmp_path))
    await until(lambda: op.PutRoom in kept)
    before = kept[: kept.index(op.PutRoom)]
    assert op.SnapshotDocument in before and op.SnapshotEvents in before
    await house.close()
