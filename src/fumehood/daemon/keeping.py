"""The journal's side of one room: appends, compaction, and what happens while the disk is full.

Everything of a room that must survive goes through here in the order in which it happened. One *flight* of appends is
under way at a time; what comes meanwhile goes with the next, so that a flight that was not kept is never followed by
one that was (a Yjs update without its predecessor is worthless). After such a failure the room is *behind* until one
whole snapshot, which covers all that happened since, is on disk. Nobody is told "kept" before that.
Must never raise at the caller: a full disk is news to the room, not an error of the edit.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Protocol

from fumehood.core import limits
from fumehood.core.errors import HoodError, StorageFailed
from fumehood.core.ids import BlobHash, CellId, RoomId, RuntimeId
from fumehood.store import operations as op

_log = logging.getLogger(__name__)

Done = Callable[[HoodError | None], None]
"""Called with `None` once it is on disk; before that, perhaps, with the error that delays it."""


class Writer(Protocol):
    """The part of `store.journal.Journal` that is used here."""

    def write(self, op: op.Op) -> asyncio.Future[None]: ...


class Source(Protocol):
    """The live room, asked for a snapshot."""

    def document_state(self) -> bytes: ...

    def event_state(self) -> tuple[bytes, int, tuple[BlobHash, ...]]:
        """(encoded `RoomState`, its sequence number, the blobs it names)"""
        ...


class Keeper:
    def __init__(self, journal: Writer, room: RoomId, trouble: Callable[[HoodError | None], None]) -> None:
        self._journal = journal
        self._room = room
        self._trouble = trouble
        """Called with the error when the room falls behind, with `None` when it has caught up."""
        self._source: Source | None = None
        self._row: op.PutRoom | None = None
        self._runtime: tuple[RuntimeId, int] | None = None
        self._waiting: list[tuple[op.Op, Done | None]] = []
        self._flight: asyncio.Task[None] | None = None
        self._boarding = False
        self._behind = False
        self._catching_up = False
        """The flight that is under way is the whole room, after a failure."""
        self._owed: list[Done] = []
        self._versions: list[op.Op] = []
        self._retry: asyncio.TimerHandle | None = None
        self._delay = limits.JOURNAL_RETRY_FIRST
        self._updates = 0
        self._events = 0
        self._event_bytes = 0
        self._compaction: asyncio.TimerHandle | None = None
        self._closed = False

    def attach(self, source: Source) -> None:
        self._source = source

    @property
    def behind(self) -> bool:
        return self._behind or self._catching_up

    # -- appends

    def row(self, path: str, device: int, inode: int, meta: bytes) -> None:
        self._row = op.PutRoom(room=self._room, path=path, device=device, inode=inode, meta=meta)
        self._append(self._row, None)

    def update(self, update: bytes, by: str, time: float, done: Done | None) -> None:
        self._updates += 1
        self._append(op.AppendUpdate(room=self._room, update=update, by=by, time=time), done)
        self._compact_if_due()

    def events(
        self,
        rows: Sequence[tuple[int, bytes]],
        runtime: RuntimeId | None,
        runtime_seq: int,
        blobs: tuple[BlobHash, ...],
        done: Done | None,
    ) -> None:
        if runtime is not None:
            self._runtime = (runtime, runtime_seq)
        self._events += len(rows)
        self._event_bytes += sum(len(data) for _, data in rows)
        self._append(
            op.AppendEvents(room=self._room, events=tuple(rows), runtime=runtime, runtime_seq=runtime_seq, blobs=blobs),
            done,
        )
        self._compact_if_due()

    def version(self, cell: CellId, source: str, by: str, time: float) -> None:
        added = op.AddVersion(room=self._room, cell=cell, source=source, by=by, time=time)
        if self._behind:
            self._versions = [*self._versions[-limits.VERSIONS_PER_CELL :], added]
        self._append(added, None)

    def snapshot(self, done: Done | None = None) -> None:
        """Document and events as one snapshot each; the journal drops what they cover."""
        if self._source is None:
            return
        document, events = self._whole(self._source)
        self._append(document, None)
        self._append(events, done)

    def barrier(self, done: Done) -> None:
        """Calls `done` when all that was appended before is on disk."""
        if not self._waiting and self._flight is None and not self._behind:
            done(None)
        elif self._waiting:
            operation, first = self._waiting[-1]
            self._waiting[-1] = (operation, done if first is None else _both(first, done))
        else:
            self.events((), None, 0, (), done)

    async def settled(self, timeout: float) -> None:
        """Returns when all that was appended before is on disk. Raises `StorageFailed` if that cannot be now."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def done(error: HoodError | None) -> None:
            if not future.done():
                future.set_result(None) if error is None else future.set_exception(error)

        self.barrier(done)
        try:
            async with asyncio.timeout(timeout):
                await future
        except TimeoutError as error:
            raise StorageFailed("The journal does not answer: the change is open here, but not on disk yet.") from error

    async def close(self) -> None:
        self._closed = True
        for timer in (self._retry, self._compaction):
            if timer is not None:
                timer.cancel()
        self._take_off()
        while self._flight is not None:
            done, _ = await asyncio.wait([self._flight], timeout=limits.JOURNAL_RETRY_MOST)
            if not done:
                return

    # -- one flight, and its failure

    def _append(self, operation: op.Op, done: Done | None) -> None:
        if self._behind:
            if done is not None:
                self._owed.append(done)
                done(StorageFailed("The journal cannot be written: the change is open here, but not on disk."))
            return
        self._waiting.append((operation, done))
        if self._flight is None and not self._boarding:
            # At the end of this step of the loop: what happens in one step is kept whole or not at all. An edit without
            # the word that the file is behind it would be in the journal and never in the file.
            self._boarding = True
            asyncio.get_running_loop().call_soon(self._take_off)

    def _take_off(self) -> None:
        self._boarding = False
        if self._waiting and self._flight is None:
            self._fly()

    def _fly(self) -> None:
        flight, self._waiting = self._waiting, []
        futures = [self._journal.write(operation) for operation, _ in flight]
        self._flight = asyncio.get_running_loop().create_task(self._land(futures, flight))

    async def _land(self, futures: Sequence[asyncio.Future[None]], flight: list[tuple[op.Op, Done | None]]) -> None:
        results = await asyncio.gather(*futures, return_exceptions=True)
        self._flight = None
        errors = [result for result in results if isinstance(result, BaseException)]
        if errors:
            self._fail(errors[0], flight)
            return
        if self._catching_up:
            self._catching_up = False
            self._delay = limits.JOURNAL_RETRY_FIRST
            self._trouble(None)
        for _, done in flight:
            if done is not None:
                _call(done, None)
        if self._waiting and self._flight is None:
            self._fly()

    def _fail(self, error: BaseException, flight: list[tuple[op.Op, Done | None]]) -> None:
        first = not self._catching_up
        self._behind, self._catching_up = True, False
        lost = [*flight, *self._waiting]
        self._waiting = []
        # A snapshot does not hold versions: they wait for it, as many as make sense.
        versions = [one for one, _ in lost if isinstance(one, op.AddVersion)]
        self._versions = [*self._versions, *versions][-limits.VERSIONS_PER_CELL :]
        dones = [done for _, done in lost if done is not None]
        kept = error if isinstance(error, HoodError) else StorageFailed(f"The journal could not be written: {error}.")
        self._owed += dones
        for done in dones:
            _call(done, kept)
        if first:
            self._trouble(kept)
        if not self._closed:
            self._retry = asyncio.get_running_loop().call_later(self._delay, self._catch_up)
            self._delay = min(self._delay * 2, limits.JOURNAL_RETRY_MOST)

    def _catch_up(self) -> None:
        """One try to write the whole room. What happens while it is under way follows it."""
        self._retry = None
        if self._source is None or self._closed:
            return
        whole: list[op.Op] = [] if self._row is None else [self._row]
        whole += self._whole(self._source)
        if self._runtime is not None:
            runtime, seq = self._runtime
            whole.append(op.AppendEvents(room=self._room, events=(), runtime=runtime, runtime_seq=seq, blobs=()))
        versions, self._versions = self._versions, []
        owed, self._owed = self._owed, []
        self._behind, self._catching_up = False, True
        self._waiting = [(one, None) for one in (*whole, *versions)]
        if owed:
            self._waiting[-1] = (self._waiting[-1][0], _each(owed))
        self._fly()

    # -- compaction

    def _whole(self, source: Source) -> tuple[op.Op, op.Op]:
        self._updates = self._events = self._event_bytes = 0
        state, seq, blobs = source.event_state()
        return (
            op.SnapshotDocument(room=self._room, state=source.document_state()),
            op.SnapshotEvents(room=self._room, state=state, seq=seq, blobs=blobs),
        )

    def _compact_if_due(self) -> None:
        due = (
            self._updates >= limits.JOURNAL_COMPACT_UPDATES
            or self._events >= limits.JOURNAL_COMPACT_EVENTS
            or self._event_bytes >= limits.JOURNAL_COMPACT_BYTES
        )
        if due and self._compaction is None and not self._behind:
            self._compaction = asyncio.get_running_loop().call_later(limits.JOURNAL_COMPACT_DELAY, self._compact)

    def _compact(self) -> None:
        self._compaction = None
        if not self._closed and not self._behind:
            self.snapshot()


def _both(first: Done, second: Done) -> Done:
    return _each([first, second])


def _each(dones: Sequence[Done]) -> Done:
    def all_of_them(error: HoodError | None) -> None:
        for done in dones:
            _call(done, error)

    return all_of_them


def _call(done: Done, error: HoodError | None) -> None:
    """One that fails keeps nobody else from hearing of it."""
    try:
        done(error)
    except Exception:  # noqa: BLE001 - a defect of one listener
        _log.exception("what was kept could not be told")
