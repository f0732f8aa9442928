"""A notebook that nobody used for a quarter of a year is forgotten; nothing that is not in its file ever is."""

from __future__ import annotations

import asyncio
import shutil
import time
from pathlib import Path

import msgspec
import pytest

from fumehood.core import limits
from fumehood.core.ids import BlobHash, RoomId
from fumehood.daemon.room import FileMeta
from fumehood.protocol import methods as m
from fumehood.protocol.base import decode_pack, encode_pack
from fumehood.store.operations import PutRoom, PutRuntime
from fumehood.testing.peers import RecordingPeer
from tests.daemon.house import House


@pytest.fixture
def file(home: Path, notebooks: Path) -> Path:
    target = home / "analysis.ipynb"
    shutil.copy(notebooks / "nbformat-test4.5.ipynb", target)
    return target


def later(seconds: float = 0.0) -> float:
    return time.time() + limits.ROOM_KEEP_SECONDS + seconds


async def left(house: House, file: Path) -> RoomId:
    """Opened once, and closed with everything saved."""
    person = RecordingPeer()
    opened = await house.open(person, file)
    await house.insert(person, opened.room, "kept = 1")
    await house.call(person, "room.save", m.SaveParams(room=opened.room))
    await house.rooms.close_room(house.room(opened), kill=True)
    return RoomId(opened.room)


def bases(house: House) -> list[str]:
    return sorted(one.name for one in (house.paths.state / "bases").iterdir())


async def test_a_room_that_nobody_used_for_long_is_forgotten_with_all_that_was_kept_of_it(
    house: House, file: Path
) -> None:
    big = "x" * 100_000
    data = msgspec.json.decode(file.read_bytes())
    output = {"output_type": "stream", "name": "stdout", "text": [big]}
    data["cells"].append(
        {"cell_type": "code", "id": "big", "metadata": {}, "source": [], "execution_count": 1, "outputs": [output]}
    )
    file.write_bytes(msgspec.json.encode(data))
    room = await left(house, file)
    blobs = [one.name for one in house.paths.blobs.rglob("*") if one.is_file() and len(one.name) == 64]
    assert blobs
    assert all(house.journal.referenced(BlobHash(one)) for one in blobs)
    assert bases(house) == [room]
    before = file.read_bytes()
    await house.rooms.sweep(later(-60))
    assert house.journal.room(room) is not None
    await house.rooms.sweep(later(60))
    assert house.journal.room(room) is None
    assert house.journal.document(room) == (None, [])
    assert house.journal.events(room) == (None, 0, [])
    assert not any(house.journal.referenced(BlobHash(one)) for one in blobs)
    assert not any(house.blobs.path(BlobHash(one)) for one in blobs)
    assert bases(house) == []
    assert file.read_bytes() == before
    opened = await house.open(RecordingPeer(), file)
    assert opened.room != room
    assert any(cell.source == "kept = 1" for cell in house.room(opened).notebook.cells())


async def test_a_room_that_is_open_is_not_forgotten(house: House, file: Path) -> None:
    room = await left(house, file)
    opened = await house.open(RecordingPeer(), file)
    assert opened.room == room
    await house.room(opened).keeper.settled(5)
    await house.rooms.sweep(later(60))
    assert house.journal.room(room) is not None


async def test_a_room_with_something_that_its_file_has_not_is_not_forgotten(house: House, file: Path) -> None:
    person = RecordingPeer()
    opened = await house.open(person, file)
    await house.insert(person, opened.room, "ours")
    await house.crash()
    house._begin()  # and it was not loaded: its disk was away
    await house.rooms.sweep(later(60))
    assert house.journal.room(RoomId(opened.room)) is not None
    await house.rooms.recover()


async def test_a_room_whose_runtime_was_not_buried_is_not_forgotten(house: House, file: Path) -> None:
    room = await left(house, file)
    folder = str(house.paths.runtimes / "0a0b0c0d")
    await house.journal.write(
        PutRuntime(runtime="0a0b0c0d", room=room, pid=1, start=1, kernel_pid=None, folder=folder)  # type: ignore[arg-type]
    )
    await house.rooms.sweep(later(60))
    assert house.journal.room(room) is not None


async def test_a_room_of_before_uses_were_written_down_is_kept_its_full_time(house: House, file: Path) -> None:
    room = await left(house, file)
    record = house.journal.room(room)
    assert record is not None
    old = encode_pack(msgspec.structs.replace(decode_pack(record.meta, FileMeta), used=None))
    await house.journal.write(PutRoom(room=room, path=record.path, device=record.device, inode=record.inode, meta=old))
    first = later()
    await house.rooms.sweep(first)
    assert house.journal.room(room) is not None
    await house.rooms.sweep(first + limits.ROOM_KEEP_SECONDS + 1)
    assert house.journal.room(room) is None


async def test_whoever_opens_a_room_while_it_is_forgotten_gets_a_whole_one(house: House, file: Path) -> None:
    await left(house, file)
    person = RecordingPeer()
    async with asyncio.TaskGroup() as both:
        both.create_task(house.rooms.sweep(later(60)))
        await asyncio.sleep(0)
        opening = both.create_task(house.open(person, file))
    opened = opening.result()
    assert any(cell.source == "kept = 1" for cell in house.room(opened).notebook.cells())
    await house.insert(person, opened.room, "after = 2")
    await house.crash()
    await house.again()
    assert any(cell.source == "after = 2" for cell in house.rooms.get(opened.room).notebook.cells())
