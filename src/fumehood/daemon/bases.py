"""The bytes of each room's file as they were read or written last: the common ancestor when somebody else changes it.

Kept beside the journal, not in memory (thirty notebooks with images would be a gigabyte). A copy that is missing or
is not the one asked for is only a worse merge, so it is neither synced nor trusted: its digest decides.
"""

from __future__ import annotations

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
        try:
            target = private_folder(self._folder) / room
            temp = target.with_suffix(".new")
            temp.write_bytes(data)
            temp.chmod(0o600)
            temp.replace(target)
        except (OSError, HoodError):
            self.drop(room)

    def load(self, room: RoomId, expect: str | None) -> bytes | None:
        if expect is None:
            return None
        try:
            data = read_regular(self._folder / room, limits.NOTEBOOK_BYTES)
        except HoodError:
            return None
        return data if digest(data) == expect else None

    def drop(self, room: RoomId) -> None:
        for name in (room, f"{room}.new"):
            try:
                (self._folder / name).unlink()
            except OSError:
                continue
