"""A file that is saved while its notebook runs has, in the end, all that the run gave."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

from fumehood.daemon import saving
from fumehood.daemon.saving import Projection, Rendered
from fumehood.protocol import methods as m
from fumehood.store.blobs import BlobStore
from fumehood.testing.notebooks import printed
from fumehood.testing.peers import RecordingPeer
from tests.daemon.house import QUIET, House, finished, text_of, until


async def test_a_cell_that_finishes_while_the_file_is_written_is_in_the_next_one(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = House(home, QUIET)
    path = tmp_path / "a.ipynb"
    person = RecordingPeer()
    room = (await house.open(person, path, create=True)).room
    go = tmp_path / "go"
    source = (
        f"import os, time\nprint('before')\nwhile not os.path.exists({str(go)!r}): time.sleep(0.01)\nprint('after')"
    )
    cell = await house.insert(person, room, source)
    (execution,) = await house.execute(person, room, cell)
    await until(lambda: "before" in text_of(house.rooms.by_id[house.rooms.get(room).id].state.cells[cell.cell]))
    begun, write_on = asyncio.Event(), threading.Event()
    loop, render = asyncio.get_running_loop(), saving.render

    def slowly(base: bytes | None, what: Projection, blobs: BlobStore) -> Rendered:
        loop.call_soon_threadsafe(begun.set)
        assert write_on.wait(20)
        return render(base, what, blobs)

    monkeypatch.setattr(saving, "render", slowly)
    first = asyncio.create_task(house.call(person, "room.save", m.SaveParams(room=room)))
    await begun.wait()
    go.touch()
    await finished(person, execution)
    write_on.set()
    await first
    await house.call(person, "room.save", m.SaveParams(room=room))
    assert printed(path, cell.cell) == "before\nafter\n"
    await house.close()
