"""Rooms that nobody used for `limits.ROOM_KEEP_SECONDS` leave the journal, so that it does not grow for ever.

What is dropped is what helps to go on where one was: document, run state, version history, the base for merges. The
file has all that was saved, and only a room that was left with everything saved is dropped. Must never drop one that
is open, may have something that its file has not, or that a runtime belongs to, living or not yet buried.
"""

from __future__ import annotations

import asyncio

import msgspec

from fumehood.core import limits
from fumehood.core.errors import HoodError
from fumehood.core.ids import RoomId
from fumehood.daemon.bases import Bases
from fumehood.daemon.room import FileMeta
from fumehood.protocol.base import decode_pack, encode_pack
from fumehood.store.journal import Journal
from fumehood.store.operations import DropRoom, PutRoom
from fumehood.store.reading import RoomRecord


def unused(journal: Journal, now: float) -> list[RoomRecord]:
    """Those to be forgotten, and those whose last use nobody wrote down. Blocks. Raises StorageFailed."""
    running = {record.room for record in journal.runtimes()}
    return [record for record in journal.rooms() if record.room not in running and _is_due(record, now)]


async def forget(journal: Journal, bases: Bases, room: RoomId, now: float) -> None:
    """Drops the room if it still is `unused`. The caller keeps it from being opened. Raises StorageFailed."""
    record = await asyncio.to_thread(journal.room, room)
    if record is None or not _is_due(record, now):
        return
    meta = decode_pack(record.meta, FileMeta)
    if meta.used is None:
        # From a version that did not write it down: its time begins today.
        aged = encode_pack(msgspec.structs.replace(meta, used=now))
        await journal.write(PutRoom(room=room, path=record.path, device=record.device, inode=record.inode, meta=aged))
        return
    await asyncio.to_thread(bases.forget, room)
    await journal.write(DropRoom(room=room))


def _is_due(record: RoomRecord, now: float) -> bool:
    try:
        meta = decode_pack(record.meta, FileMeta)
    except HoodError:
        return False  # what cannot be read may be a newer version's
    return not meta.open and (meta.used is None or now - meta.used > limits.ROOM_KEEP_SECONDS)
