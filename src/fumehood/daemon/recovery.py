"""After a start: what the daemon before this one left, however it ended.

Rooms whose runtime lives go on where they were: the runtime sends what the journal lacks. One that lives and does not
answer is never ended for that. Rooms whose runtime died say so. Rooms with unsaved edits are loaded, so that autosave
writes them. Runtimes that nobody knows are ended, and what they left behind is swept; not where a damaged journal may
have known them.
"""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from fumehood.core import limits
from fumehood.core.errors import HoodError, JournalDamaged
from fumehood.core.identity import Identity, identity, is_alive
from fumehood.core.ids import RoomId, RuntimeId
from fumehood.core.logs import note, note_failure
from fumehood.core.paths import Paths
from fumehood.daemon.kernels import Kernels, reach
from fumehood.daemon.launching import Runtime, Stranger, kill_stray
from fumehood.daemon.room import Room
from fumehood.daemon.tether import Tether, settle_without_runtime
from fumehood.store.database import damaged_since
from fumehood.store.journal import Journal
from fumehood.store.reading import RuntimeRecord

_log = logging.getLogger(__name__)


async def recover_runtimes(journal: Journal, kernels: Kernels, rooms: Mapping[RoomId, Room]) -> None:
    """Reaches the runtimes of `rooms` again, all at once; ends the others. Raises StorageFailed."""
    records = await asyncio.to_thread(journal.runtimes)
    for record in records:
        kernels.launcher.identities[Identity(record.pid, record.start)] = record.room
    # The living first: what a dead one left must not end what the room has now.
    living = [record for record in records if is_alive(Identity(record.pid, record.start))]
    for some in (living, [record for record in records if record not in living]):
        ends = await asyncio.gather(
            *(_recover_one(record, rooms, journal, kernels) for record in some), return_exceptions=True
        )
        for record, end in zip(some, ends, strict=True):
            if isinstance(end, BaseException):
                note_failure(_log, "runtime.not_recovered", end, runtime=record.runtime, room=record.room)


async def _recover_one(record: RuntimeRecord, rooms: Mapping[RoomId, Room], journal: Journal, kernels: Kernels) -> None:
    room = None if record.room is None else rooms.get(record.room)
    if record.room is not None and room is None and await asyncio.to_thread(journal.room, record.room) is not None:
        # Its room could not be loaded, today. Kernel and spool may be all that there is of it: they stay.
        note(_log, "runtime.left_alone", level=logging.ERROR, runtime=record.runtime, room=record.room)
        return
    await _recover(record, room, journal, kernels)


async def _recover(record: RuntimeRecord, room: Room | None, journal: Journal, kernels: Kernels) -> None:
    launcher = kernels.launcher
    who = Identity(record.pid, record.start)
    runtime = Runtime(record.runtime, Path(record.folder), launcher.spool(record.runtime), Stranger(who))
    if room is None:
        # Warm, or of a room that is gone.
        runtime.body.kill()
        kill_stray(record.kernel_pid, record.runtime, who)
        await launcher.forget(runtime)
        return
    acked = await asyncio.to_thread(journal.runtime_acked, record.runtime)
    if is_alive(who):
        try:
            async with asyncio.timeout(limits.REACH_FIRST_SECONDS):
                link = await reach(runtime, acked)
        except (HoodError, TimeoutError) as error:
            _log.warning("runtime %s: %s", record.runtime, error)
            if is_alive(who):
                kernels.silent(room, runtime, acked, record.kernel_pid, error)
                return
        else:
            kernels.recovered(room, runtime, link, acked)
            return
    dead = Tether.without_link(room, runtime, launcher, acked, record.kernel_pid, lambda _: kernels.pool.poke())
    await dead.bury()


def settle_rooms(rooms: Mapping[RoomId, Room]) -> None:
    """Rooms that no runtime belongs to: nothing runs in them, whatever the journal said last."""
    for room in rooms.values():
        if room.tether is None and (room.state.queue or room.state.kernel.status not in ("none", "dead")):
            settle_without_runtime(room, "The kernel ended while no daemon ran.", None)


def forget_kernel(room: Room) -> None:
    """A room that comes back into memory by being opened: whatever its kernel was, it is long gone."""
    if room.state.queue or room.state.kernel.status != "none":
        settle_without_runtime(room, "", None)


def is_sparing(paths: Paths, now: float) -> bool:
    """Whether to leave alone what the journal does not know, because a damaged one, set aside, may have known it."""
    return damaged_since(paths.journal, now - limits.ROOM_KEEP_SECONDS)


def tell_damage(room: Room, damage: JournalDamaged) -> None:
    """To whoever opens a notebook of which the journal that was set aside may have known more."""
    hint = f"{damage.hint} While it is there, kernels that ran before go on and what they printed is kept."
    if not any((one.code, one.hint) == (damage.code, hint) for one in room.state.notices):
        room.notice(JournalDamaged(damage.message, hint=hint))


def sweep(paths: Paths, known: Callable[[RuntimeId], bool]) -> None:
    """Ends runtimes that are in no journal, and removes what is left of them. Blocks.

    Not after a journal was damaged: what it knew is somebody's work, and no journal says any more whose.
    """
    if is_sparing(paths, time.time()):
        _log.warning("runtimes that the journal does not know are left alone: a damaged one may have known them")
        return
    for folder in _folders(paths.runtimes):
        if not known(RuntimeId(folder.name)):
            _end_unknown(folder.name)
            shutil.rmtree(folder, ignore_errors=True)
    for folder in _folders(paths.spools):
        if not known(RuntimeId(folder.name)):
            shutil.rmtree(folder, ignore_errors=True)


def _folders(parent: Path) -> list[Path]:
    try:
        return [entry for entry in parent.iterdir() if entry.is_dir() and not entry.is_symlink()]
    except OSError:
        return []


def _end_unknown(name: str) -> None:
    """A runtime that was started and not recorded before its daemon died: found by its command line."""
    wanted = [b"fumehood.runtime", b"--id", name.encode()]
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            if entry.stat().st_uid != os.getuid():
                continue
            argv = (entry / "cmdline").read_bytes().split(b"\0")
            found = identity(int(entry.name))
        except OSError:
            continue
        if found is not None and any(argv[at : at + 3] == wanted for at in range(len(argv))):
            Stranger(found).kill()
