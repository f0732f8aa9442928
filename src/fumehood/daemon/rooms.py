"""The registry: which file is which room. One file is one room, whatever names lead to it, for as long as it is open.

A room is found by its canonical path, by the device and inode of its file (a second name of it), and by its id. Rooms
are loaded from journal and file, and leave memory when nobody is there, nothing runs and everything is saved.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from fumehood.core import limits
from fumehood.core.errors import (
    FileMissing,
    HoodError,
    MethodForbidden,
    NotebookReadOnly,
    NotebookUnreadable,
    RoomMissing,
)
from fumehood.core.identity import Identity
from fumehood.core.ids import BlobHash, RoomId, new_room_id
from fumehood.core.logs import note_failure
from fumehood.daemon import forgetting, installing, judging, loading, opening, recovery, syncing
from fumehood.daemon.autosave import Autosave, save_unasked
from fumehood.daemon.bases import Bases
from fumehood.daemon.kernels import Kernels
from fumehood.daemon.launching import Launcher
from fumehood.daemon.lifetime import Lifetime
from fumehood.daemon.policies import Narrowing
from fumehood.daemon.pool import Pool
from fumehood.daemon.references import of_state
from fumehood.daemon.room import Claim, Room
from fumehood.daemon.services import Services
from fumehood.daemon.subscribers import Listener
from fumehood.daemon.tasks import Tasks
from fumehood.daemon.trusting import Trusting
from fumehood.daemon.watching import Watcher
from fumehood.protocol.methods import OpenParams, ReadOnlyText, RoomSummary
from fumehood.store.atomic import write_new_or_same
from fumehood.store.reading import RoomRecord

_log = logging.getLogger(__name__)


class Rooms:
    def __init__(self, services: Services, launcher: Launcher | None = None, trusting: Trusting | None = None) -> None:
        self.services = services
        self.by_id: dict[RoomId, Room] = {}
        self._by_path: dict[Path, Room] = {}
        self._opening: dict[Path, asyncio.Task[Room]] = {}
        self._leaving: dict[Path, asyncio.Future[None]] = {}
        self._unreadable: dict[RoomId, int] = {}
        """Rooms that are text only, and the connection that opened each."""
        self._bases = Bases(services.paths.state / "bases")
        self._tasks = Tasks()
        self._watcher = Watcher(lambda room, name: self.trusting.beside(room, name))
        launcher = launcher or Launcher(services.paths, services.journal)
        self.pool = Pool(launcher, services.settings.pool, lambda: self.kernels.quiet())
        self.trusting = trusting or Trusting(services.journal, services.paths, installing.INSTALLER, judging.judge)
        self.kernels = Kernels(launcher, self.pool, lambda: self.by_id.values(), self.trusting)
        self._closing = False

    # -- finding

    def get(self, id: str) -> Room:
        """Raises RoomMissing, NotebookReadOnly."""
        room = self.by_id.get(RoomId(id))
        if room is None:
            if RoomId(id) in self._unreadable:
                raise NotebookReadOnly("The file is no notebook that can be read; it is shown as text only.")
            raise RoomMissing("There is no such open notebook.")
        return room

    def _at(self, path: Path) -> Room | None:
        found = self._by_path.get(path)
        if found is not None:
            return found
        seen = opening.signature(path)
        return None if seen is None else self._with(seen[0])

    def _with(self, claim: Claim) -> Room | None:
        """The room whose file this is. A file that was replaced leaves its inode to the next new one."""
        for room in self.by_id.values():
            if room.file.claim == claim:
                seen = opening.signature(room.file.path)
                return room if seen is not None and seen[0] == claim else None
        return None

    async def level(self, id: str) -> Room:
        """The room, with all that its runtime had said before this daemon reached it. Raises as `get`."""
        room = self.get(id)
        if room.tether is not None:
            await room.tether.level()
        return self.get(id)

    def rooms_of(self, peer: Listener) -> int:
        return sum(1 for room in self.by_id.values() if room.peers.get(peer) is not None)

    # -- opening and leaving

    async def open(self, peer: Listener, params: OpenParams) -> Room | tuple[RoomId, ReadOnlyText]:
        """The room of the file, or an id and text where it is no notebook.

        Raises FileMissing, NotAFile, LimitExceeded, StorageFailed, RoomMissing while the daemon ends; for an agent,
        NotebookUnreadable, and MethodForbidden for a new file that is no notebook by its name.
        """
        path = opening.canonical(params.path)
        room = self._at(path)
        if room is None:
            if params.create and peer.role != "person" and path.suffix != ".ipynb":
                raise MethodForbidden("An agent makes files whose name ends with .ipynb, and no others.")
            try:
                room = await self._load_once(path, params.create)
            except NotebookUnreadable as error:
                return await self._as_text(peer, path, error)
        if peer.role == "person":
            if params.env:
                room.env = dict(params.env)
            self.pool.want()
        return room

    async def _as_text(self, peer: Listener, path: Path, why: NotebookUnreadable) -> tuple[RoomId, ReadOnlyText]:
        """Raises `why` for an agent: what is no notebook (a key, a history) is not its to read through us."""
        if peer.role != "person":
            raise why
        shown = [one for one, owner in self._unreadable.items() if owner == peer.number]
        if len(shown) >= limits.ROOMS_PER_PEER:
            del self._unreadable[shown[0]]
        text = await asyncio.to_thread(opening.as_text, path, why)
        room = new_room_id()
        self._unreadable[room] = peer.number
        return room, text

    async def _load_once(self, path: Path, create: bool) -> Room:
        """Two clients that open one file at once get one room."""
        task = self._opening.get(path)
        if task is None:
            task = self._opening[path] = self._tasks.start(self._load(path, create), f"open {path.name}")
            task.add_done_callback(lambda _: self._opening.pop(path, None))
        return await asyncio.shield(task)

    async def _load(self, path: Path, create: bool) -> Room:
        if self._closing:
            raise RoomMissing("The daemon is ending.")
        while (leaving := self._leaving.get(path)) is not None:
            # The journal does not have all of it yet.
            await asyncio.shield(leaving)
        try:
            room = await loading.load(path, self.services, self._bases)
        except FileMissing:
            if not create:
                raise
            await asyncio.to_thread(write_new_or_same, path, opening.empty(), None)
            room = await loading.load(path, self.services, self._bases)
        # Meanwhile another name of the file may have been opened.
        other = None if room.file.claim is None else self._with(room.file.claim)
        if other is not None:
            await room.close()
            return other
        if room.tether is None:
            recovery.forget_kernel(room)
        self._enter(room)
        await self.trusting.opened(room)
        # Whoever wanted it may have gone while it was loaded.
        room.stirred()
        return room

    def _enter(self, room: Room) -> None:
        self.by_id[room.id] = room
        self._by_path[room.file.path] = room
        room.parts.append(Autosave(room))
        room.parts.append(Lifetime(room, self._drop))
        room.parts.append(Narrowing(room))
        self.trusting.enter(room)
        if self.services.settings.watch:
            self._watcher.add(room)
        if self.services.journal.notice is not None:
            recovery.tell_damage(room, self.services.journal.notice)

    async def _drop(self, room: Room) -> None:
        """Out of memory; the journal and the file have everything. Raises HoodError where the file has not."""
        await save_unasked(room)
        unsaved = room.state.dirty and not room.state.manual
        if room.peers or room.tether is not None or unsaved or self.by_id.get(room.id) is not room:
            return
        await self._leave_memory(room)

    async def _leave_memory(self, room: Room) -> None:
        path = room.file.path
        self.by_id.pop(room.id, None)
        self._by_path.pop(path, None)
        with self._closed_to_openers(path):
            if self.services.settings.watch:
                self._watcher.remove(room)
            room.history.flush()
            room.purge_trash()
            room.put_row(open=room.state.dirty)
            room.keeper.snapshot()
            await room.close()

    @contextlib.contextmanager
    def _closed_to_openers(self, path: Path) -> Iterator[None]:
        gone = self._leaving[path] = asyncio.get_running_loop().create_future()
        try:
            yield
        finally:
            del self._leaving[path]
            gone.set_result(None)

    async def close_room(self, room: Room, kill: bool) -> None:
        """A person closes it for everybody. Raises what a save raises; then it stays open."""
        await save_unasked(room)
        if kill:
            await self.kernels.shutdown(room, force=False)
        await save_unasked(room)
        room.peers.close("closed by a person")
        if room.tether is None:
            await self._leave_memory(room)

    def leave(self, peer: Listener, room: Room) -> None:
        subscriber = room.peers.leave(peer)
        if subscriber is not None:
            syncing.left(room, subscriber)
        room.grants.gone(peer.number)
        room.stirred()

    def gone(self, peer: Listener) -> None:
        for room in list(self.by_id.values()):
            if room.peers.get(peer) is not None:
                self.leave(peer, room)
            else:
                room.grants.gone(peer.number)
        for shown in [one for one, owner in self._unreadable.items() if owner == peer.number]:
            del self._unreadable[shown]

    # -- the daemon's view

    def summaries(self) -> tuple[RoomSummary, ...]:
        return tuple(_summary(room) for room in self.by_id.values())

    def busy(self) -> bool:
        """Whether something is under way. Idle kernels go on without a daemon, and the end saves what is unsaved."""
        return bool(self._opening or self._leaving) or any(
            room.state.queue or room.starting is not None or room.keeper.behind or room.busy.locked()
            for room in self.by_id.values()
        )

    def runtimes(self) -> Mapping[Identity, RoomId | None]:
        return self.kernels.launcher.identities

    # -- beginning and end

    async def recover(self) -> None:
        """What the last daemon left. Raises StorageFailed."""
        journal = self.services.journal
        records = await asyncio.to_thread(journal.rooms)
        running = {record.room for record in await asyncio.to_thread(journal.runtimes) if record.room}
        for record in records:
            if record.room not in running and not loading.is_open(record):
                continue
            try:
                self._enter(await loading.load_kept(record, self.services, self._bases))
            except Exception as error:  # noqa: BLE001 - one room that cannot be read must not keep the others closed
                note_failure(_log, "room.not_recovered", error, room=record.room, code=getattr(error, "code", ""))
        await recovery.recover_runtimes(journal, self.kernels, self.by_id)
        recovery.settle_rooms(self.by_id)
        known = {record.runtime for record in await asyncio.to_thread(journal.runtimes)}
        await asyncio.to_thread(recovery.sweep, self.services.paths, known.__contains__)
        for room in self.by_id.values():
            room.stirred()
            if room.state.dirty:
                room.touch()
        self._tasks.run(self._sweep_often(), "sweep")

    async def _sweep_often(self) -> None:
        while True:
            await asyncio.sleep(limits.SWEEP_SECONDS)
            try:
                await self.sweep(time.time())
            except HoodError as error:
                _log.warning("sweep: %s", error.code)

    async def sweep(self, now: float) -> None:
        """Forgets the rooms that nobody used for long, then the blobs that nothing names. Raises StorageFailed."""
        journal, blobs = self.services.journal, self.services.blobs
        for record in await asyncio.to_thread(forgetting.unused, journal, now):
            await self._forget(record, now)
        if await asyncio.to_thread(recovery.is_sparing, self.services.paths, now):
            return
        live: set[BlobHash] = set()
        for room in self.by_id.values():
            live.update(of_state(room.state))

        def referenced(name: BlobHash) -> bool:
            return name in live or journal.referenced(name)

        await asyncio.to_thread(blobs.sweep, referenced, limits.SWEEP_GRACE, now)

    async def _forget(self, record: RoomRecord, now: float) -> None:
        path = Path(record.path)
        if record.room in self.by_id or path in self._opening or path in self._leaving:
            return
        # Whoever opens it now waits, and finds either all of it or nothing.
        with self._closed_to_openers(path):
            await forgetting.forget(self.services.journal, self._bases, record.room, now)

    async def close(self, kill: bool) -> None:
        """Saves everything, lets go of the kernels or ends them; the journal is complete when this returns."""
        self._closing = True
        await self._watcher.close()
        await self._tasks.close()
        rooms = list(self.by_id.values())
        ends = await asyncio.gather(*(self._close(room, kill) for room in rooms), return_exceptions=True)
        for room, end in zip(rooms, ends, strict=True):
            if isinstance(end, Exception):
                note_failure(_log, "room.close_failed", end, room=room.id)
        await self.pool.close()

    async def _close(self, room: Room, kill: bool) -> None:
        try:
            if kill:
                await self.kernels.shutdown(room, force=True)
            room.history.flush()
            await save_unasked(room)
        except (HoodError, TimeoutError) as error:
            _log.warning("room %s at the end: %s", room.id, error)
        room.put_row(open=room.state.dirty or room.tether is not None)
        room.keeper.snapshot()
        if room.tether is not None:
            room.tether.let_go()
        await room.close()
        self.by_id.pop(room.id, None)
        self._by_path.pop(room.file.path, None)


def _summary(room: Room) -> RoomSummary:
    state = room.state
    running = next((cell for cell in state.queue.values() if state.cells[cell].status == "running"), None)
    return RoomSummary(
        room=room.id,
        path=str(room.file.path),
        kernel=state.kernel.status,
        spec=state.kernel.spec,
        environment=state.trust.environment if state.kernel.status != "none" else "",
        running=running,
        queued=len(state.queue) - (running is not None),
        clients=len(room.peers),
        dirty=state.dirty,
        kernel_pid=None if room.tether is None else room.tether.kernel_pid,
        runtime_pid=None if room.tether is None else room.tether.runtime.body.who.pid,
        started=None if running is None else state.cells[running].started,
    )
