"""Sees that a room's file was written by somebody else, and has the change merged.

One watcher for all folders that have an open notebook; the operating system says when something happens there. What
counts is the file's signature, so our own writes and others' files cost one `stat` each.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

from watchfiles import awatch

from fumehood.core.errors import HoodError
from fumehood.daemon import merging, opening
from fumehood.daemon.room import Room
from fumehood.daemon.tasks import Tasks

_log = logging.getLogger(__name__)

_STEP_MS = 50
_DEBOUNCE_MS = 400
"""A program that writes in several steps is looked at once."""


class Watcher:
    def __init__(self, room_at: Callable[[Path], Room | None]) -> None:
        self._room_at = room_at
        self._folders: dict[Path, int] = {}
        """How many rooms have their file there."""
        self._changed = asyncio.Event()
        self._tasks = Tasks()
        self._running: asyncio.Task[None] | None = None

    def add(self, room: Room) -> None:
        folder = room.file.path.parent
        self._folders[folder] = self._folders.get(folder, 0) + 1
        if self._folders[folder] == 1:
            self._changed.set()
        if self._running is None:
            self._running = self._tasks.start(self._watch(), "watcher")

    def remove(self, room: Room) -> None:
        folder = room.file.path.parent
        left = self._folders.get(folder, 0) - 1
        if left > 0:
            self._folders[folder] = left
        elif self._folders.pop(folder, None) is not None:
            self._changed.set()

    async def _watch(self) -> None:
        while True:
            self._changed.clear()
            folders = [folder for folder in self._folders if folder.is_dir()]
            if not folders:
                await self._changed.wait()
                continue
            try:
                async for changes in awatch(
                    *folders,
                    watch_filter=None,
                    debounce=_DEBOUNCE_MS,
                    step=_STEP_MS,
                    stop_event=self._changed,
                    recursive=False,
                    raise_interrupt=False,
                    ignore_permission_denied=True,
                ):
                    for path in {Path(name) for _, name in changes}:
                        self._look(path)
            except (OSError, RuntimeError) as error:
                # A folder that went away, or too many watches: saves still compare before they write.
                _log.warning("watching failed: %s", type(error).__name__)
                await self._changed.wait()

    def _look(self, path: Path) -> None:
        room = self._room_at(path)
        if room is None or room.closed:
            return
        seen = opening.signature(path)
        if seen is not None and seen[1] == room.file.signature:
            return
        room.tasks.run(look(room), f"outside edit of {room.id}")

    async def close(self) -> None:
        self._changed.set()
        await self._tasks.close()


async def look(room: Room) -> None:
    """Merges what changed, if it did; a file that cannot be parsed is told once and left alone."""
    async with room.busy:
        if room.closed:
            return
        seen = opening.signature(room.file.path)
        if seen is not None and seen[1] == room.file.signature:
            return
        try:
            await merging.take_outside(room)
        except HoodError as error:
            room.notice(error)
