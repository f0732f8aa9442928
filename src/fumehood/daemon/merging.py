"""Another program wrote the file: its changes become ours, cell by cell, as those of one more peer.

The common ancestor is what we read or wrote last. Where both sides changed a cell, theirs is shown and ours is in the
cell's version history. A file that cannot be parsed changes nothing here; it is told, and never written over.
"""

from __future__ import annotations

import asyncio
import time

from fumehood.core.errors import FileMissing, HoodError
from fumehood.core.ids import CellId
from fumehood.daemon import opening
from fumehood.daemon.opening import Found
from fumehood.daemon.room import Room
from fumehood.document import ipynb
from fumehood.document.ipynb import Loaded
from fumehood.document.merge import merge_outside
from fumehood.protocol import events as ev

BY = "file"
"""Who edited, where another program did."""


async def take_outside(room: Room) -> bool:
    """Merges the file as it is now; True if it brought something. The caller holds `room.busy`.

    Raises NotebookUnreadable, NotAFile, LimitExceeded, StorageFailed.
    """
    try:
        found = await asyncio.to_thread(opening.read, room.file.path, room.services.blobs)
    except FileMissing:
        # The next save makes it anew: what is open here is not lost because its file was.
        room.file.digest = None
        room.file.signature = None
        room.file.claim = None
        room.touch()
        return False
    if found.digest == room.file.digest:
        room.file.claim, room.file.signature = found.claim, found.signature
        return False
    if await asyncio.to_thread(room.bases.prepared, room.id, found.digest):
        await adopt(room, found)
        return False
    base = await asyncio.to_thread(load_base, room)
    brought = merge(room, base, found)
    await asyncio.to_thread(room.bases.keep, room.id, found.data)
    return brought


async def adopt(room: Room, found: Found) -> None:
    """The file is what we wrote ourselves, in a save that nobody saw the end of. The room has all of it, and more."""
    file = room.file
    file.base = file.digest = found.digest
    file.claim, file.signature = found.claim, found.signature
    file.format, file.ids = found.loaded.format, None
    room.put_row()
    await asyncio.to_thread(room.bases.settle, room.id)


def merge(room: Room, base: Loaded | None, found: Found) -> bool:
    """In one step of the loop."""
    clean = not room.state.dirty
    room.history.flush()
    with room.authored(BY):
        merged = merge_outside(
            room.notebook,
            base if base is not None else _ours(room),
            found.loaded,
            time.time(),
            None if base is None else room.file.ids,
        )
    room.file.base = room.file.digest = found.digest
    room.file.claim, room.file.signature = found.claim, found.signature
    room.file.format, room.file.ids = found.loaded.format, tuple(merged.ids)
    events: list[ev.Event] = []
    ours = dict(zip((cell.id for cell in found.loaded.cells), merged.ids, strict=True))
    theirs = {ours[CellId(event.cell)]: event for event in found.outputs}
    for cell in merged.outputs:
        run = room.state.cells.get(cell)
        if cell in room.unsaved.outputs or (base is None and run is not None and run.execution):
            continue  # it ran here since: the next save writes what the person sees
        event = theirs.get(cell)
        count, outputs = (None, ()) if event is None else (event.count, event.outputs)
        events.append(ev.OutputsLoaded(cell=cell, outputs=outputs, count=count))
    brought = bool(
        events or merged.edited or merged.added or merged.deleted or merged.moved or merged.conflicts or merged.metadata
    )
    if brought:
        events.append(
            ev.FileMerged(
                time=time.time(),
                edited=tuple(merged.edited),
                added=tuple(merged.added),
                deleted=tuple(merged.deleted),
                conflicts=tuple(dict.fromkeys(one.cell for one in merged.conflicts if one.cell)),
            )
        )
    if clean and room.state.dirty:
        events.append(ev.DirtyChanged(dirty=False))
    room.log.emit(*events)
    room.put_row()
    return brought


def load_base(room: Room) -> Loaded | None:
    """What was read or written last. Blocks."""
    data = room.bases.load(room.id, room.file.base)
    try:
        return None if data is None else ipynb.read(data)
    except HoodError:
        return None


def _ours(room: Room) -> Loaded:
    """Without a common ancestor: what we have. Then theirs wins where it differs, and ours is in the history."""
    return ipynb.read(ipynb.write(None, room.notebook.cells(), {}, room.notebook.metadata()))
