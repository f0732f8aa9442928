"""Writes a room into its file: only what changed, only over what was read or written last, or not at all.

The file is a projection of the room. Where it is no longer what we know, the other program's changes are merged
first, then it is tried once more. Building the bytes and waiting for the disk happen in a thread; edits go on
meanwhile and are saved next time. Must never write over a file that could not be parsed.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from fumehood.core import limits
from fumehood.core.errors import BlobMissing, FileChanged, FileMissing, HoodError, StorageFailed
from fumehood.core.ids import BlobHash, CellId
from fumehood.daemon import merging, opening
from fumehood.daemon.room import Claim, Room
from fumehood.document import ipynb, outputs
from fumehood.document.cells import Cell
from fumehood.protocol import events as ev
from fumehood.protocol.methods import SaveParams, SaveResult
from fumehood.protocol.outputs import BlobRef, Output
from fumehood.store.atomic import digest, read_regular, write_new_or_same
from fumehood.store.blobs import BlobStore


class Projection(NamedTuple):
    """What the file should say, taken in one step of the loop."""

    revision: int
    cells: list[Cell]
    outputs: dict[CellId, tuple[tuple[Output, ...], int | None]]
    """Of the cells whose outputs are not the file's."""
    metadata: dict[str, Any]
    widgets: Mapping[str, Any] | None
    """The models of a live kernel; None: what the file has stays."""
    ids: tuple[CellId, ...] | None
    """`RoomFile.ids`."""


def project(room: Room, every: bool = False) -> Projection:
    """`every`: all outputs, for a file that has none of them yet."""
    cells = room.notebook.cells()
    changed: dict[CellId, tuple[tuple[Output, ...], int | None]] = {}
    for cell in cells:
        if cell.type != "code" or not (every or cell.id in room.unsaved.outputs):
            continue
        run = room.state.cells.get(cell.id)
        if run is None:
            changed[cell.id] = ((), None)
        else:
            shown = run.previous if run.status == "queued" else run.outputs
            changed[cell.id] = (tuple(shown), run.count)
    everything = (output for run in room.state.cells.values() for output in (*run.outputs, *run.previous))
    widgets = room.widgets.snapshot(everything) if room.has_widgets else None
    return Projection(room.unsaved.revision, cells, changed, room.notebook.metadata(), widgets, room.file.ids)


class Rendered(NamedTuple):
    data: bytes
    missing: tuple[CellId, ...] = ()
    """Cells whose outputs could not be read any more: the file keeps what it has of them."""


def render(base: bytes | None, what: Projection, blobs: BlobStore) -> Rendered:
    """The file's bytes. Blocks: reads blobs. Raises what `ipynb.write` raises, StorageFailed."""
    written: dict[CellId, ipynb.FileOutputs] = {}
    missing: list[CellId] = []

    def read_blob(ref: BlobRef) -> bytes:
        return blobs.read(BlobHash(ref.blob))

    for cell, (shown, count) in what.outputs.items():
        try:
            written[cell] = tuple(outputs.to_nbformat(one, read_blob) for one in shown), count
        except BlobMissing:
            missing.append(cell)
    widgets = ipynb.UNCHANGED if what.widgets is None else what.widgets
    return Rendered(ipynb.write(base, what.cells, written, what.metadata, widgets, what.ids), tuple(missing))


async def save(room: Room, params: SaveParams | None = None) -> SaveResult:
    """Without `params` it is nobody's wish but time's: what is being typed is not a version yet.

    Raises FileChanged, StorageFailed, NotebookUnreadable, NotAFile; the room stays as it is and stays usable."""
    if params is not None and params.path is not None:
        return await _save_copy(room, params.path, params.overwrite)
    async with room.busy:
        if params is None:
            room.history.due(time.time())
        else:
            room.history.flush()
        try:
            return await _save_once(room)
        except FileChanged:
            await merging.take_outside(room)
            return await _save_once(room)


def _settled(room: Room, cells: Iterable[CellId]) -> set[CellId]:
    """Those that are neither queued nor running."""
    runs = {cell: room.state.cells.get(cell) for cell in cells}
    return {cell for cell, run in runs.items() if run is None or run.status not in ("queued", "running")}


async def _save_once(room: Room) -> SaveResult:
    file = room.file
    if not room.state.dirty and file.digest is not None:
        return SaveResult(path=str(file.path), digest=file.digest, changed=False)
    copy = None
    if file.digest is None:
        copy = await asyncio.to_thread(room.bases.load, room.id, file.base)
    what = project(room, every=file.digest is None and copy is None)
    # From here on, whatever happens to a cell makes its outputs unsaved again: it may finish while they are written.
    settled = _settled(room, what.outputs)
    room.unsaved.outputs.difference_update(settled)
    try:
        announce = partial(room.bases.prepare, room.id) if await _is_kept(room) else _announce_nothing
        rendered, changed, seen = await asyncio.to_thread(
            _write_and_look, file.path, file.digest, copy, what, room.services.blobs, announce
        )
    except BaseException:
        room.unsaved.outputs.update(settled)
        raise
    data = rendered.data
    for cell in rendered.missing:
        room.notice(BlobMissing("Some outputs of this cell are not on disk any more, and not in the file."), cell)
    file.base = file.digest = digest(data)
    # Not what is there now: another program may have written it again already.
    file.signature = None
    if seen is not None:
        file.claim, file.signature = seen
    if changed:
        upgraded = file.format if ipynb.is_old(file.format) else ""
        file.format, file.ids = "4.5" if upgraded else file.format, None
        room.log.emit(ev.FileSaved(path=str(file.path), time=time.time(), digest=file.digest, upgraded_from=upgraded))
    if room.unsaved.revision == what.revision:
        room.log.emit(ev.DirtyChanged(dirty=False))
    room.put_row()
    if changed:
        await asyncio.to_thread(room.bases.keep, room.id, data)
    return SaveResult(path=str(file.path), digest=digest(data), changed=changed)


async def _is_kept(room: Room) -> bool:
    """Whether the journal has all that the room is now: only then may the file, found after a crash, count as ours."""
    try:
        await room.keeper.settled(limits.JOURNAL_LOCK_SECONDS)
    except StorageFailed:
        return False
    return True


def _announce_nothing(_data: bytes) -> None:
    """The journal is behind the file: found after a crash, the file has what the room has not."""


def _write_and_look(
    path: Path,
    expect: str | None,
    copy: bytes | None,
    what: Projection,
    blobs: BlobStore,
    announce: Callable[[bytes], None],
) -> tuple[Rendered, bool, tuple[Claim, tuple[int, int, int]] | None]:
    """`_write`, and which file that made; `None` where another program's is there already: whoever looks merges it."""
    rendered, changed = _write(path, expect, copy, what, blobs, announce)
    seen = opening.signature(path)
    try:
        ours = read_regular(path, limits.NOTEBOOK_BYTES) == rendered.data
    except HoodError:
        ours = False
    return rendered, changed, seen if ours else None


def _write(
    path: Path,
    expect: str | None,
    copy: bytes | None,
    what: Projection,
    blobs: BlobStore,
    announce: Callable[[bytes], None],
) -> tuple[Rendered, bool]:
    """(what is in the file now, whether it was written now). `copy`: of a file that is gone. Blocks.

    `announce` is called with the bytes before they are written.
    """
    base = copy
    if expect is not None:
        try:
            base = read_regular(path, limits.NOTEBOOK_BYTES)
        except FileMissing as error:
            raise FileChanged(f"{path} was deleted or moved by another program.") from error
        if digest(base) != expect:
            raise FileChanged(f"{path} was changed by another program.")
    rendered = render(base, what, blobs)
    if expect is not None and rendered.data == base:
        return rendered, False
    announce(rendered.data)
    write_new_or_same(path, rendered.data, expect)
    return rendered, True


async def _save_copy(room: Room, text: str, overwrite: bool) -> SaveResult:
    target = opening.canonical(text)
    if target == room.file.path:
        return await save(room)
    what = project(room, every=True)
    blobs = room.services.blobs

    def work() -> str:
        base: bytes | None = None
        expect: str | None = None
        try:
            if room.file.digest is not None:
                base = read_regular(room.file.path, limits.NOTEBOOK_BYTES)
                if digest(base) != room.file.digest:
                    base = None
        except HoodError:
            base = None
        if target.exists():
            if not overwrite:
                raise FileChanged(
                    f"{target} exists already.", hint="Choose another name, or say that it may be replaced."
                )
            expect = digest(read_regular(target, limits.NOTEBOOK_BYTES))
        return write_new_or_same(target, render(base, what, blobs).data, expect)

    new = await asyncio.to_thread(work)
    return SaveResult(path=str(target), digest=new, changed=True)
