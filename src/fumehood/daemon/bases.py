"""The bytes of each room's file as they were read or written last: the common ancestor when somebody else changes it.

Kept beside the journal, not in memory (thirty notebooks with images would be a gigabyte). A copy that is missing or
is not the one asked for is only a worse merge, so it is neither synced nor trusted: its digest decides. What is about
to be written is kept too, so that after a crash in the middle of a save our own bytes are not taken for another
program's: merged as such, they would undo what was typed since.
"""

from __future__ import annotations

import contextlib
from pathlib import Path

from fumehood.core import limits
from fumehood.core.errors import HoodError
from fumehood.core.ids import RoomId
from fumehood.core.paths import private_folder
from fumehood.store.atomic import digest, read_regular


class Bases:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, room: RoomId, data: bytes) -> None:
        """Raises nothing: without a base an outside edit is merged cell by cell against ours alone."""
        self.prepare(room, data)
        self.settle(room)

    def prepare(self, room: RoomId, data: bytes) -> None:
        """These bytes are about to be written into the file. Raises nothing."""
        try:
            coming = private_folder(self._folder) / f"{room}.new"
            coming.write_bytes(data)
            coming.chmod(0o600)
        except (OSError, HoodError):
            self._remove(f"{room}.new")

    def settle(self, room: RoomId) -> None:
        """What was prepared is the base from now on. Raises nothing."""
        try:
            (self._folder / f"{room}.new").replace(self._folder / room)
        except OSError:
            self._remove(room)

    def prepared(self, room: RoomId, found: str) -> bool:
        """Whether a file with the digest `found` is what we were about to write."""
        return self._read(f"{room}.new", found) is not None

    def forget(self, room: RoomId) -> None:
        """Raises nothing."""
        self._remove(room)
        self._remove(f"{room}.new")

    def load(self, room: RoomId, expect: str | None) -> bytes | None:
        if expect is None:
            return None
        return self._read(room, expect) or self._read(f"{room}.new", expect)

    def _read(self, name: str, expect: str) -> bytes | None:
        try:
            data = read_regular(self._folder / name, limits.NOTEBOOK_BYTES)
        except HoodError:
            return None
        return data if digest(data) == expect else None

    def _remove(self, name: str) -> None:
        with contextlib.suppress(OSError):
            (self._folder / name).unlink()
