"""Saves after a pause in the edits, and at the latest some seconds after the first of them.

A save that fails is told once and tried again, later each time; the room stays usable meanwhile.
"""

from __future__ import annotations

import asyncio

from fumehood.core import limits
from fumehood.core.errors import HoodError
from fumehood.daemon.room import Room
from fumehood.daemon.saving import save


class Autosave:
    def __init__(self, room: Room) -> None:
        self._room = room
        self._timer: asyncio.TimerHandle | None = None
        self._first: float | None = None
        self._delay = 0.0
        self._due = 0.0
        room.touched.append(self._poke)

    def _poke(self) -> None:
        settings = self._room.services.settings
        loop = asyncio.get_running_loop()
        now = loop.time()
        if self._first is None:
            self._first = now
        due = max(min(now + settings.autosave_quiet, self._first + settings.autosave_max), now) + self._delay
        # One timer is moved late, not made anew for each of thousands of edits.
        if self._timer is None or self._timer.when() > due:
            self._set(due)
        self._due = due

    def _set(self, due: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_at(due, self._fire)

    def _fire(self) -> None:
        self._timer = None
        if self._due > asyncio.get_running_loop().time() + 0.001:
            self._set(self._due)
            return
        if not self._room.closed:
            self._room.tasks.run(self._save(), f"autosave {self._room.id}")

    async def _save(self) -> None:
        self._first = None
        try:
            await save(self._room)
        except HoodError as error:
            self._room.notice(error)
            self._delay = min(max(self._delay * 2, 2.0), limits.JOURNAL_RETRY_MOST)
            self._poke()
        else:
            self._delay = 0.0

    def close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
