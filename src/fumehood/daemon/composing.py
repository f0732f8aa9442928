"""Puts the parts of a daemon together: journal, blobs and their server, rooms and what may be asked of them.

Gives them back in the order in which they may be closed: rooms first, because they still write; the blob server while
nobody needs it any more; the journal last.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass

from fumehood.core import assets
from fumehood.core.identity import Identity
from fumehood.core.ids import RoomId
from fumehood.core.logs import note
from fumehood.core.paths import Paths
from fumehood.daemon.guests import Guests
from fumehood.daemon.operations import DaemonOperations
from fumehood.daemon.port import remember, remembered
from fumehood.daemon.rooms import Rooms
from fumehood.daemon.services import Services, Settings
from fumehood.doors.blobs import BlobDoor
from fumehood.policy.levers import Levers
from fumehood.policy.outputs import OutputPolicy
from fumehood.protocol.methods import RoomSummary
from fumehood.store.blobs import BlobStore
from fumehood.store.journal import Journal

_log = logging.getLogger("fumehood.daemon")


@dataclass(frozen=True, slots=True)
class Composed:
    """Implements `parts.Parts`."""

    operations: DaemonOperations
    rooms: Rooms
    journal: Journal
    door: BlobDoor
    guests: Guests

    @property
    def blobs(self) -> str:
        return self.door.url

    @property
    def guest(self) -> str:
        page = self.guests.page(OutputPolicy(self.door.url))
        return f"{self.door.url}{page}" if page else ""

    def summaries(self) -> tuple[RoomSummary, ...]:
        return self.rooms.summaries()

    def warm(self) -> int:
        return len(self.rooms.pool)

    def busy(self) -> bool:
        return self.rooms.busy()

    def runtimes(self) -> Mapping[Identity, RoomId | None]:
        return self.rooms.runtimes()

    async def close(self, kill: bool) -> None:
        try:
            await self.rooms.close(kill)
        finally:
            try:
                await self.door.close()
            finally:
                await asyncio.to_thread(self.journal.close)


async def compose(paths: Paths) -> Composed:
    """With everything recovered that the last daemon left. Raises StorageFailed, OSError."""
    blobs = BlobStore(paths.blobs)
    journal = Journal.open(paths.journal, blobs.sync)
    if journal.notice is not None:
        note(_log, "journal.damaged", level=logging.ERROR, reason=journal.notice.message)
    rooms = Rooms(Services(journal, blobs, paths, Settings.of_environment()))
    guests = Guests()
    door = BlobDoor(blobs, guests.plugins)

    def guest(levers: Levers) -> str:
        page = guests.page(OutputPolicy(door.url, levers))
        return f"{door.url}{page}" if page else ""

    composed = Composed(DaemonOperations(rooms, guest), rooms, journal, door, guests)
    try:
        await asyncio.to_thread(guests.load, assets.folder() / "guest")
        await composed.door.start(remembered(paths.blob_port))
        remember(paths.blob_port, composed.door.port)
        await rooms.recover()
    except BaseException:
        with contextlib.suppress(Exception):
            await composed.close(False)
        raise
    return composed
