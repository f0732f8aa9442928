"""When a room leaves memory: nobody is there, no kernel lives, and that for a while."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from fumehood.core.errors import HoodError
from fumehood.daemon.room import Room


class Lifetime:
    def __init__(self, room: Room, drop: Callable[[Room], Awaitable[None]]) -> None:
        self._room = room
        self._drop = drop
        self._timer: asyncio.TimerHandle | None = None
        self._dropping: asyncio.Task[None] | None = None
        room.stirring.append(self._look)

    def _needed(self) -> bool:
        room = self._room
        return bool(room.peers) or room.tether is not None or room.starting is not None

    def _look(self) -> None:
        """Somebody came or went, or the kernel did."""
        if self._needed() or self._room.closed:
            self.close()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._room.services.settings.linger, self._ring)

    def _ring(self) -> None:
        self._timer = None
        if not self._needed() and not self._room.closed:
            self._dropping = asyncio.get_running_loop().create_task(self._try())

    async def _try(self) -> None:
        try:
            await self._drop(self._room)
        except HoodError as error:
            # It cannot be saved: it stays, and is tried again.
            self._room.notice(error)
            self._look()

    def close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
