"""Puts the parts of this daemon together: journal, blob store and its server, rooms and their operations."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from fumehood.core.identity import Identity
from fumehood.core.ids import RoomId
from fumehood.core.paths import Paths
from fumehood.daemon.operations import DaemonOperations
from fumehood.daemon.rooms import Rooms
from fumehood.daemon.services import Services, Settings
from fumehood.doors.blobs import BlobDoor
from fumehood.doors.peer import Operations
from fumehood.protocol.methods import RoomSummary
from fumehood.store.blobs import BlobStore
from fumehood.store.journal import Journal


class Whole:
    def __init__(self, journal: Journal, door: BlobDoor, rooms: Rooms) -> None:
        self._journal = journal
        self._door = door
        self._rooms = rooms
        self.operations: Operations = DaemonOperations(rooms)

    @property
    def blobs(self) -> str:
        return self._door.url

    def summaries(self) -> Sequence[RoomSummary]:
        return self._rooms.summaries()

    def warm(self) -> int:
        return len(self._rooms.pool)

    def busy(self) -> bool:
        return self._rooms.busy()

    def runtimes(self) -> Mapping[Identity, RoomId | None]:
        return self._rooms.runtimes()

    async def close(self, kill: bool) -> None:
        try:
            await self._rooms.close(kill)
            await self._door.close()
        finally:
            await asyncio.to_thread(self._journal.close)


async def compose(paths: Paths) -> Whole:
    """Raises StorageFailed."""
    blobs = BlobStore(paths.blobs)
    journal = Journal.open(paths.journal, blobs.sync)
    door = BlobDoor(blobs, {})
    rooms = Rooms(Services(journal, blobs, paths, Settings.of_environment()))
    whole = Whole(journal, door, rooms)
    try:
        await door.start()
        await rooms.recover()
    except BaseException:
        await whole.close(kill=False)
        raise
    return whole
