"""The folders that a person opened to the page: inside them it may list, create and import, elsewhere not.

Kept in the journal, so that a notebook's folder is known tomorrow too. A grant is of a place, by its canonical path:
whatever leads out of it, a link or `..`, is not granted with it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from fumehood.core import limits
from fumehood.core.errors import FolderNotGranted, HoodError
from fumehood.protocol.base import decode_json, encode_json
from fumehood.store.folders import canonical_folder
from fumehood.store.journal import Journal
from fumehood.store.operations import PutValue

_KEY: Final = "folders.granted"


def is_inside(path: Path, granted: Sequence[Path]) -> bool:
    return any(path.is_relative_to(one) for one in granted)


def require_inside(path: Path, granted: Sequence[Path]) -> None:
    """Raises FolderNotGranted, in the same words whether or not something is there."""
    if not is_inside(path, granted):
        raise FolderNotGranted("That folder was not opened to the page.")


class GrantedFolders:
    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._known: tuple[Path, ...] | None = None
        self._changing = asyncio.Lock()

    async def all(self) -> tuple[Path, ...]:
        """The newest first. Raises StorageFailed."""
        if self._known is None:
            kept = await asyncio.to_thread(self._journal.value, _KEY)
            if self._known is None:
                self._known = _read(kept)
        return self._known

    async def grant(self, text: str) -> Path:
        """Raises NotAFolder, FileMissing, StorageFailed."""
        folder = await asyncio.to_thread(canonical_folder, text)
        async with self._changing:
            others = [one for one in await self.all() if one != folder]
            await self._keep([folder, *others][: limits.GRANTED_FOLDERS])
        return folder

    async def revoke(self, text: str) -> None:
        """By the path that `all` names: the folder may be gone. Raises StorageFailed."""
        async with self._changing:
            await self._keep([one for one in await self.all() if str(one) != text])

    async def _keep(self, folders: Sequence[Path]) -> None:
        await self._journal.write(PutValue(key=_KEY, value=encode_json([str(one) for one in folders])))
        self._known = tuple(folders)


def _read(kept: bytes | None) -> tuple[Path, ...]:
    try:
        return () if kept is None else tuple(Path(one) for one in decode_json(kept, list[str]))
    except HoodError:  # a newer version's; nothing is granted then
        return ()
