"""Saves after a pause in the edits, and at the latest some seconds after the first of them.

A save that fails is told once and tried again, later each time; the room stays usable meanwhile. A person may switch it
off for a room: then the file is written by `room.save` alone, and what is unsaved stays in the journal, also when the
room leaves memory and when the daemon ends.
"""

from __future__ import annotations

import asyncio

from fumehood.core import limits
from fumehood.core.errors import HoodError
from fumehood.daemon.room import Room
from fumehood.daemon.saving import save
from fumehood.protocol import events as ev


def switch(room: Room, on: bool) -> None:
    if room.state.manual != on:
        return
    room.log.emit(ev.SavingChanged(manual=not on))
    if on and room.state.dirty:
        for listener in room.touched:
            listener()


async def save_unasked(room: Room) -> None:
    """Before the room goes, or its time has come: if there is something to save, and that is wanted.

    Raises what `save` raises.
    """
    if room.state.dirty and not room.state.manual:
        await save(room)


class Autosave:
    def __init__(self, room: Room) -> None:
        self._room = room
        self._timer: asyncio.TimerHandle | None = None
        self._first: float | None = None
        self._delay = 0.0
        self._due = 0.0
        room.touched.append(self._poke)

    def _poke(self) -> None:
        if self._room.state.manual:
            return
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
            await save_unasked(self._room)
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
