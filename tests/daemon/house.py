"""A daemon's rooms in the test's own process: real journal, real blobs, real runtimes; listeners that record."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

from fumehood.core import identity
from fumehood.core.ids import RoomId, new_execution_id
from fumehood.core.paths import Paths
from fumehood.daemon.operations import DaemonOperations
from fumehood.daemon.room import Room
from fumehood.daemon.rooms import Rooms
from fumehood.daemon.services import Services, Settings
from fumehood.protocol import events as ev
from fumehood.protocol import methods as m
from fumehood.protocol.base import encode_json
from fumehood.protocol.frames import Document, Frame, Kind
from fumehood.protocol.state import CellRun
from fumehood.store.blobs import BlobStore
from fumehood.store.journal import Journal
from fumehood.testing.peers import RecordingPeer

QUIET = Settings(pool=0, linger=3600.0, autosave_quiet=3600.0, autosave_max=3600.0, watch=False)
"""Nothing happens by itself."""


class House:
    def __init__(self, home: Path, settings: Settings) -> None:
        self.home = home
        self.settings = settings
        self.paths = Paths.of_user()
        self.paths.create()
        me = identity.own_identity()
        holder = identity.Holder(pid=me.pid, start=me.start, incarnation="test", build="test")
        self.paths.lock.write_bytes(encode_json(holder))
        self._begin()

    def _begin(self) -> None:
        self.blobs = BlobStore(self.paths.blobs)
        self.journal = Journal.open(self.paths.journal, self.blobs.sync)
        self.rooms = Rooms(Services(self.journal, self.blobs, self.paths, self.settings))
        self.operations = DaemonOperations(self.rooms)

    async def close(self, kill: bool = True) -> None:
        await self.rooms.close(kill)
        await asyncio.to_thread(self.journal.close)

    async def crash(self) -> None:
        """What was not handed to the journal is lost, nothing is saved, and runtimes are only let go of."""
        for room in self.rooms.by_id.values():
            room.keeper._closed = True
            if room.tether is not None:
                room.tether.let_go()
            await room.tasks.close()
        await self.rooms._tasks.close()
        await self.rooms._watcher.close()
        await self.rooms.pool._tasks.close()
        await asyncio.to_thread(self.journal.close)

    async def again(self) -> None:
        """The next daemon."""
        self._begin()
        await self.rooms.recover()

    # -- calls

    async def call(self, peer: RecordingPeer, method: str, params: Any) -> Any:
        return await self.operations.handlers[method](peer, params)

    async def open(self, peer: RecordingPeer, path: Path, **more: Any) -> m.OpenResult:
        """The state in it is a copy, as after a wire."""
        result: m.OpenResult = await self.call(peer, "room.open", m.OpenParams(path=str(path), **more))
        return copy.deepcopy(result)

    def room(self, opened: m.OpenResult) -> Room:
        return self.rooms.get(opened.room)

    async def frame(self, peer: RecordingPeer, room: str, kind: Kind, payload: bytes, document: int = 0) -> None:
        frame = Frame(room=RoomId(room), document=Document(document), kind=kind, payload=payload)
        await self.operations.frame(peer, frame)

    async def insert(self, peer: RecordingPeer, room: str, source: str, **more: Any) -> m.Edited:
        result: m.Edited = await self.call(peer, "cell.insert", m.InsertParams(room=room, source=source, **more))
        return result

    async def execute(self, peer: RecordingPeer, room: str, *cells: m.Edited, stop_on_error: bool = True) -> list[str]:
        refs = tuple(m.CellRef(cell=one.cell, source_hash=one.version, execution=new_execution_id()) for one in cells)
        params = m.ExecuteParams(room=room, cells=refs, stop_on_error=stop_on_error)
        result: m.ExecuteResult = await self.call(peer, "cell.execute", params)
        return list(result.executions)

    async def run(self, peer: RecordingPeer, room: str, source: str) -> CellRun:
        """A new cell with this source, run to its end."""
        cell = await self.insert(peer, room, source)
        (execution,) = await self.execute(peer, room, cell)
        await finished(peer, execution)
        return self.rooms.get(room).state.cells[cell.cell]


async def finished(peer: RecordingPeer, execution: str) -> ev.Finished:
    found: list[ev.Finished] = []

    def seen() -> bool:
        found.extend(one for one in peer.events() if isinstance(one, ev.Finished) and one.execution == execution)
        return bool(found)

    await peer.until(seen)
    return found[0]


async def until(true: Callable[[], object], timeout: float = 20.0) -> None:
    """For what nobody tells: looked at again and again."""
    async with asyncio.timeout(timeout):
        while not true():  # noqa: ASYNC110 - there is nothing to wait for
            await asyncio.sleep(0.01)


def children() -> list[psutil.Process]:
    """What this process started and still runs. A runtime that another house began is nobody's to collect here."""
    return [one for one in psutil.Process().children(recursive=True) if one.status() != psutil.STATUS_ZOMBIE]


def text_of(run: CellRun) -> str:
    """What was printed and not sealed."""
    return "".join(getattr(output, "text", "") for output in run.outputs)
