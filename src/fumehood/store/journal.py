"""What was acknowledged survives: one SQLite file, one writer thread, many operations per fsync.

`write` hands an operation to the thread and gives a future that is resolved after the fsync of the batch it was in.
What one step of the event loop writes is one group, committed at once if nothing is under way; while a commit waits
for the disk, what arrives gathers into the next batch, so that the disk, not a timer, sets the pace. A batch is kept
whole or not at all, in the order of the calls, and a group is never divided: of what one step wrote, the second half
is not on the disk where the first is not. May assume that the daemon's lock makes this the only writer; must never
resolve a future before the disk has its operation.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from fumehood.core import limits
from fumehood.core.errors import HoodError, Internal, JournalDamaged, StorageFailed
from fumehood.store.applying import apply
from fumehood.store.database import open_database, suspect_if_damaged
from fumehood.store.failures import journal_failed
from fumehood.store.operations import AppendEvents, DropRoom, Op, SnapshotDocument, SnapshotEvents
from fumehood.store.reading import Reader

_COMPACTING: Final = (SnapshotDocument, SnapshotEvents, DropRoom)

_ITS_FAULT: Final = (
    sqlite3.IntegrityError,
    sqlite3.DataError,
    sqlite3.ProgrammingError,
    ValueError,
    TypeError,
    OverflowError,
)
"""What a value raises that no column can hold."""


class _Waiting(NamedTuple):
    op: Op
    size: int
    future: asyncio.Future[None]


class Journal(Reader):
    notice: JournalDamaged | None
    """Set where the file was damaged at open: it was moved aside, and the user should know."""
    commits: int
    """Batches that were kept."""

    def __init__(
        self,
        path: Path,
        connection: sqlite3.Connection,
        notice: JournalDamaged | None,
        before_commit: Callable[[], None],
    ) -> None:
        super().__init__(path)
        self.notice = notice
        self.commits = 0
        self._writer = connection
        self._before_commit = before_commit
        self._changed = threading.Condition()
        self._group: list[_Waiting] = []
        """Written in the current step of the loop."""
        self._waiting: deque[list[_Waiting]] = deque()
        """Groups of earlier steps."""
        self._waiting_size = 0
        """Of both, in bytes."""
        self._closing = False
        self._loose = False
        """There may be more free pages than the file should keep."""
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
        self._thread.start()

    @classmethod
    def open(cls, path: Path, before_commit: Callable[[], None] = lambda: None) -> Journal:
        """`before_commit` runs on the writer's thread before each commit that names blobs: `BlobStore.sync`.

        Raises `StorageFailed`, and `VersionMismatch` for the file of a newer program.
        """
        connection, notice = open_database(path)
        return cls(path, connection, notice, before_commit)

    def write(self, op: Op) -> asyncio.Future[None]:
        """Resolved when the operation is on the disk. Called on an event loop, which the future belongs to.

        The future raises `StorageFailed` where the batch was not kept, `Internal` where this operation alone cannot
        be kept. Operations of later batches go on either way.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()
        size = _size(op)
        with self._changed:
            if self._closing:
                future.set_exception(StorageFailed("The journal is closed.", hint="The daemon is ending; try again."))
            elif self._waiting_size and self._waiting_size + size > limits.JOURNAL_BACKLOG:
                future.set_exception(StorageFailed("The disk is too slow: too much waits to be written."))
            else:
                if not self._group:
                    loop.call_soon(self._hand_over)
                self._group.append(_Waiting(op, size, future))
                self._waiting_size += size
        return future

    def close(self) -> None:
        """Keeps what waits, then ends. Blocks."""
        with self._changed:
            self._closing = True
        self._hand_over()
        self._thread.join()
        super().close()

    def _hand_over(self) -> None:
        with self._changed:
            if self._group:
                self._waiting.append(self._group)
                self._group = []
            self._changed.notify()

    # -- the writer's thread

    def _run(self) -> None:
        while batch := self._next():
            try:
                outcomes = self._keep([waiting.op for waiting in batch])
            except Exception as error:  # noqa: BLE001  # the thread must outlive a defect, and whoever waits must hear
                outcomes = [Internal(f"The journal failed: {type(error).__name__}.")] * len(batch)
            _settle(batch, outcomes)
            self._loose = self._loose or any(isinstance(waiting.op, _COMPACTING) for waiting in batch)
            if self._loose:
                self._shrink()
        self._writer.close()

    def _next(self) -> list[_Waiting]:
        """The next batch; empty when the journal was closed and everything is written."""
        with self._changed:
            while not self._waiting and not self._closing:
                self._changed.wait()
            batch: list[_Waiting] = []
            size = 0
            while self._waiting and len(batch) < limits.JOURNAL_BATCH_OPS and size < limits.JOURNAL_BATCH_BYTES:
                group = self._waiting.popleft()
                batch += group
                size += sum(waiting.size for waiting in group)
            self._waiting_size -= size
            return batch

    def _keep(self, ops: Sequence[Op]) -> list[HoodError | None]:
        """For each operation None if it is on the disk now, else why it is not."""
        refused: list[HoodError | None] = []
        try:
            if any(isinstance(op, AppendEvents | SnapshotEvents) and op.blobs for op in ops):
                self._before_commit()
            self._writer.execute("BEGIN IMMEDIATE")
            for op in ops:
                refused.append(self._apply(op))
            self._writer.execute("COMMIT")
        except (sqlite3.Error, HoodError) as error:
            self._roll_back()
            if isinstance(error, HoodError):
                return [error] * len(ops)
            suspect_if_damaged(self.path, error)
            return [journal_failed("It could not be kept", error)] * len(ops)
        except BaseException:
            self._roll_back()
            raise
        self.commits += 1
        return refused

    def _apply(self, op: Op) -> HoodError | None:
        """One operation whole or not at all. Raises sqlite3.Error where the fault is the disk's."""
        self._writer.execute("SAVEPOINT op")
        try:
            apply(self._writer, op)
        except _ITS_FAULT as error:
            self._writer.execute("ROLLBACK TO op")
            self._writer.execute("RELEASE op")
            return Internal(f"The journal cannot keep a {type(op).__name__}: {error}.")
        self._writer.execute("RELEASE op")
        return None

    def _roll_back(self) -> None:
        # SQLite has rolled back by itself after some errors.
        with contextlib.suppress(sqlite3.Error):
            if self._writer.in_transaction:
                self._writer.execute("ROLLBACK")

    def _shrink(self) -> None:
        """Gives free pages back to the disk, a few at a time, as long as nobody waits."""
        with contextlib.suppress(sqlite3.Error):  # it is tried again after the next batch
            while not self._waiting and not self._closing:
                free = self._writer.execute("PRAGMA freelist_count").fetchone()[0]
                if free <= limits.JOURNAL_FREE_PAGES:
                    self._loose = False
                    return
                # As a script, because it has a row without columns for each page, and `execute` stops at the first.
                self._writer.executescript("PRAGMA incremental_vacuum(1024)")


def _size(op: Op) -> int:
    """About what the operation holds of memory, in bytes."""
    match op:
        case AppendEvents():
            return 256 + sum(len(data) for _, data in op.events) + 64 * len(op.blobs)
        case _:
            fields = (getattr(op, name) for name in op.__struct_fields__)
            return 256 + sum(len(field) for field in fields if isinstance(field, bytes | str))


def _settle(batch: Sequence[_Waiting], outcomes: Sequence[HoodError | None]) -> None:
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[None], HoodError | None]]] = {}
    for waiting, outcome in zip(batch, outcomes, strict=True):
        by_loop.setdefault(waiting.future.get_loop(), []).append((waiting.future, outcome))
    for loop, settled in by_loop.items():
        with contextlib.suppress(RuntimeError):  # the loop has ended, and with it whoever waited
            loop.call_soon_threadsafe(_resolve, settled)


def _resolve(settled: Sequence[tuple[asyncio.Future[None], HoodError | None]]) -> None:
    for future, error in settled:
        if future.done():
            continue
        if error is None:
            future.set_result(None)
        else:
            # Each waiter its own: an exception that is raised twice collects the tracebacks of both.
            future.set_exception(type(error)(error.message, hint=error.hint, **error.data))
