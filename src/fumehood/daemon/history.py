"""Version history: one version of a cell per author and about ten seconds of typing, and what was run or saved.

Pure but for the `record` it is given. `known` holds the source that each cell had when its history was last in step,
so that the first edit of a cell also keeps what was there before it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from fumehood.core import limits
from fumehood.core.ids import CellId, RoomId, parse_cell_id
from fumehood.daemon.keeping import Keeper
from fumehood.protocol.methods import Versions
from fumehood.store.reading import Reader

Record = Callable[[CellId, str, str, float], None]
"""(cell, source, by, time)"""
BEFORE = "file"
"""The author of what was there when the room opened."""


@dataclass(slots=True)
class _Typing:
    by: str
    since: float
    source: str


class History:
    def __init__(self, record: Record, sources: Iterable[tuple[CellId, str]], opened: float) -> None:
        self._record = record
        self._known = dict(sources)
        self._opened = opened
        self._kept: set[CellId] = set()
        self._typing: dict[CellId, _Typing] = {}

    def edited(self, cell: CellId, source: str, by: str, now: float) -> None:
        """After each edit, with the source as it is now."""
        typing = self._typing.get(cell)
        if typing is not None and (typing.by != by or now - typing.since >= limits.VERSION_SECONDS):
            self._settle(cell, typing)
            typing = None
        if typing is None:
            if source == self._known.get(cell):
                return
            before = self._known.get(cell)
            if before and cell not in self._kept:
                self._record(cell, before, BEFORE, self._opened)
            self._kept.add(cell)
            self._typing[cell] = _Typing(by, now, source)
        else:
            typing.source = source

    def flush(self, cells: Iterable[CellId] | None = None) -> None:
        """What is being typed is a version now: before a run, a save, the end."""
        for cell in list(self._typing) if cells is None else cells:
            typing = self._typing.get(cell)
            if typing is not None:
                self._settle(cell, typing)

    def due(self, now: float) -> None:
        """What has been typed for long enough becomes a version."""
        for cell, typing in list(self._typing.items()):
            if now - typing.since >= limits.VERSION_SECONDS:
                self._settle(cell, typing)

    @property
    def typing(self) -> bool:
        return bool(self._typing)

    def _settle(self, cell: CellId, typing: _Typing) -> None:
        del self._typing[cell]
        if self._known.get(cell) != typing.source:
            self._known[cell] = typing.source
            self._record(cell, typing.source, typing.by, typing.since)


async def versions(history: History, keeper: Keeper, journal: Reader, room: RoomId, cell: str) -> Versions:
    """What is being typed counts as a version for whoever asks. Raises StorageFailed."""
    wanted = parse_cell_id(cell)
    history.flush([wanted])
    await keeper.settled(limits.CALL_SECONDS)
    return Versions(versions=tuple(await asyncio.to_thread(journal.versions, room, wanted)))
