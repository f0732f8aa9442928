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
    def __init__(self, beside: Callable[[Room, str], None] = lambda _room, _name: None) -> None:
        """`beside`: is told of each file that was written in a room's folder, but for notebooks that are open."""
        self._beside = beside
        self._folders: dict[Path, set[Room]] = {}
        """Folder to the rooms that have their file there."""
        self._changed = asyncio.Event()
        self.watching = False
        """Whether the operating system tells of all folders that are asked for."""
        self._tasks = Tasks()
        self._running: asyncio.Task[None] | None = None

    def add(self, room: Room) -> None:
        folder = room.file.path.parent
        if folder not in self._folders:
            self._folders[folder] = set()
            self._begin_again()
        self._folders[folder].add(room)
        if self._running is None:
            self._running = self._tasks.start(self._watch(), "watcher")

    def remove(self, room: Room) -> None:
        folder = room.file.path.parent
        rooms = self._folders.get(folder)
        if rooms is None:
            return
        rooms.discard(room)
        if not rooms:
            del self._folders[folder]
            self._begin_again()

    def _begin_again(self) -> None:
        self.watching = False
        self._changed.set()

    async def _watch(self) -> None:
        while True:
            self._changed.clear()
            folders = [folder for folder in self._folders if folder.is_dir()]
            if not folders:
                await self._changed.wait()
                continue
            # The watch is set up before `awatch` waits for the first time, so this runs when it is.
            asyncio.get_running_loop().call_soon(self._established)
            try:
                async for changes in awatch(
                    *folders,
                    watch_filter=None,
                    debounce=_DEBOUNCE_MS,
                    step=_STEP_MS,
                    stop_event=self._changed,
                    recursive=False,
                    ignore_permission_denied=True,
                ):
                    for path in {Path(name) for _, name in changes}:
                        self._look_at(path)
            except (OSError, RuntimeError) as error:
                # A folder that went away, or too many watches: saves still compare before they write.
                _log.warning("watching failed: %s", type(error).__name__)
                await self._changed.wait()

    def _established(self) -> None:
        """What happened while nobody watched, between one set of folders and the next."""
        if not self._changed.is_set():
            self.watching = True
            for rooms in self._folders.values():
                for room in rooms:
                    self._look(room)

    def _look_at(self, path: Path) -> None:
        for room in self._folders.get(path.parent, ()):
            if room.file.path == path:
                self._look(room)
            else:
                self._beside(room, path.name)

    def _look(self, room: Room) -> None:
        if room.closed:
            return
        seen = opening.signature(room.file.path)
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
