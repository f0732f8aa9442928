"""Makes a room out of what is on the disk: the file, the journal, or both.

What the journal holds wins, because it was acknowledged; what the file says beyond what we wrote or read last came
from another program and is merged as such. Runs nothing.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import NamedTuple

from fumehood.core.errors import BadMessage, FileMissing, HoodError
from fumehood.core.ids import CellId, RoomId, new_room_id
from fumehood.daemon import merging, opening
from fumehood.daemon.bases import Bases
from fumehood.daemon.log import replay
from fumehood.daemon.opening import Found
from fumehood.daemon.room import Claim, FileMeta, Room, RoomFile
from fumehood.daemon.services import Services
from fumehood.document import ipynb
from fumehood.document.notebook import Notebook
from fumehood.protocol import events as ev
from fumehood.protocol.base import decode_pack
from fumehood.protocol.state import RoomState
from fumehood.store.journal import Journal
from fumehood.store.reading import RoomRecord


class Kept(NamedTuple):
    """A room as the journal has it."""

    record: RoomRecord
    meta: FileMeta
    state: bytes | None
    updates: list[bytes]
    room_state: RoomState
    seq: int


def kept(journal: Journal, record: RoomRecord) -> Kept:
    """Blocks. Raises StorageFailed, BadMessage."""
    state, updates = journal.document(record.room)
    snapshot, seq, rows = journal.events(record.room)
    room_state = RoomState() if snapshot is None else decode_pack(snapshot, RoomState)
    events: list[ev.Event] = []
    for number, data in rows:
        if number != seq + 1:
            break  # a batch before it was not kept: what follows it was never acknowledged
        events.append(decode_pack(data, ev.Event))  # type: ignore[arg-type]  # a union is not a type[T]
        seq = number
    meta = decode_pack(record.meta, FileMeta)
    return Kept(record, meta, state, updates, replay(room_state, events), seq)


def is_open(record: RoomRecord) -> bool:
    """Whether it may have something that its file has not."""
    try:
        return decode_pack(record.meta, FileMeta).open
    except HoodError:
        return False


async def load(path: Path, services: Services, bases: Bases) -> Room:
    """The room of the file at `path`, known to the journal or not.

    Raises FileMissing, NotAFile, LimitExceeded, StorageFailed, NotebookUnreadable.
    """
    record = await asyncio.to_thread(services.journal.room_at, str(path))
    if record is None:
        read = await asyncio.to_thread(opening.read, path, services.blobs)
        room = fresh(path, read, services, bases)
        await asyncio.to_thread(bases.keep, room.id, read.data)
        return room
    known = await asyncio.to_thread(kept, services.journal, record)
    try:
        found: Found | None = await asyncio.to_thread(opening.read, path, services.blobs)
    except FileMissing:
        if not known.meta.open:
            raise
        found = None
    room = restored(known, services, bases)
    await reconcile(room, found, bases)
    return room


async def load_kept(record: RoomRecord, services: Services, bases: Bases) -> Room:
    """After a crash: the room as the journal has it, whatever became of its file. Raises StorageFailed, BadMessage."""
    known = await asyncio.to_thread(kept, services.journal, record)
    room = restored(known, services, bases)
    try:
        found = await asyncio.to_thread(opening.read, Path(record.path), services.blobs)
    except FileMissing:
        found = None
    except HoodError as error:
        room.notice(error)
        return room
    await reconcile(room, found, bases)
    return room


async def reconcile(room: Room, found: Found | None, bases: Bases) -> None:
    if found is not None:
        room.saved_widgets = found.loaded.widgets
    if found is None:
        room.file.digest = None
        room.touch()
    elif found.digest == room.file.digest:
        room.file.claim, room.file.signature = found.claim, found.signature
        room.put_row()
    elif await asyncio.to_thread(bases.prepared, room.id, found.digest):
        await merging.adopt(room, found)
    else:
        merging.merge(room, await asyncio.to_thread(merging.load_base, room), found)
        await asyncio.to_thread(bases.keep, room.id, found.data)


def fresh(path: Path, found: Found, services: Services, bases: Bases) -> Room:
    """A room of a file that was never open."""
    state = RoomState(digest=found.digest)
    for event in found.outputs:
        state.apply(event)
    file = RoomFile(path, found.claim, found.digest, found.loaded.format, None, found.digest, found.signature)
    room = Room(new_room_id(), file, ipynb.build(found.loaded), state, 0, services, bases)
    room.saved_widgets = found.loaded.widgets
    # The row last: it is what makes the room known, and a room whose document was not kept would be an empty one.
    room.keeper.snapshot()
    room.put_row()
    for repair in found.loaded.repairs[:5]:
        room.notice(BadMessage(repair, hint="The file is as it was until something is saved."))
    return room


def restored(known: Kept, services: Services, bases: Bases) -> Room:
    record, meta = known.record, known.meta
    notebook = Notebook(known.state)
    for update in known.updates:
        notebook.apply(update)
    state = known.room_state
    alive = {*notebook.ids(), *(trashed.cell.id for trashed in notebook.trash())}
    for cell in [cell for cell in state.cells if cell not in alive]:
        state.owners.pop(state.cells.pop(cell).execution, None)
    file = RoomFile(
        Path(record.path), Claim(record.device, record.inode), meta.digest, meta.format, meta.ids, meta.base
    )
    room = Room(RoomId(record.room), file, notebook, state, known.seq, services, bases)
    if state.dirty:
        # Which outputs the file has is not known any more: all that were made here are written again.
        room.unsaved.outputs.update(notebook.ids())
        for cell, run in state.cells.items():
            if not run.execution:
                room.unsaved.outputs.discard(CellId(cell))
    return room
