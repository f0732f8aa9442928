"""The notebooks that were open lately, for the opening page. From the journal; blocks."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

from fumehood.core import limits
from fumehood.core.errors import HoodError
from fumehood.daemon.room import FileMeta
from fumehood.protocol.base import decode_pack
from fumehood.protocol.methods import Recent, RecentNotebook
from fumehood.store.folders import is_speakable
from fumehood.store.journal import Journal
from fumehood.store.reading import RoomRecord


def recent(journal: Journal, kernels: Mapping[str, str]) -> Recent:
    """`kernels`: path to kernel status of what is open now. Newest first. Raises StorageFailed."""
    used = {path: when for path, when in map(_used, journal.rooms()) if is_speakable(path)}
    now = time.time()
    # What was opened a moment ago may not be in the journal yet.
    used |= {path: now for path in kernels if path not in used}
    newest = sorted(used.items(), key=lambda item: (-item[1], item[0]))[: limits.RECENT_NOTEBOOKS]
    return Recent(entries=tuple(_entry(Path(path), when, kernels.get(path, "")) for path, when in newest))


def _used(record: RoomRecord) -> tuple[str, float]:
    try:
        return record.path, decode_pack(record.meta, FileMeta).used or 0.0
    except HoodError:  # a newer version's
        return record.path, 0.0


def _entry(path: Path, when: float, kernel: str) -> RecentNotebook:
    try:
        exists = path.is_file()
    except OSError:
        exists = False
    return RecentNotebook(
        path=str(path), name=path.name, folder=str(path.parent), opened=when, exists=exists, kernel=kernel
    )
