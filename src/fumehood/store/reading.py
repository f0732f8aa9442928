"""What the journal holds, read back.

Reads see what was committed, from any thread, on a connection of their own that a writer never waits for. All raise
`StorageFailed`.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from fumehood.core.errors import StorageFailed
from fumehood.core.ids import BlobHash, CellId, RoomId, RuntimeId
from fumehood.protocol.methods import Version
from fumehood.store.applying import unsigned
from fumehood.store.database import connect, suspect_if_damaged
from fumehood.store.failures import journal_failed


class RoomRecord(NamedTuple):
    room: RoomId
    path: str
    device: int
    inode: int
    meta: bytes


class RuntimeRecord(NamedTuple):
    runtime: RuntimeId
    room: RoomId | None
    pid: int
    start: int
    kernel_pid: int | None
    folder: str


class ApprovalRecord(NamedTuple):
    """The record of the highest number, and the head. Nothing of it is to be believed before it is verified."""

    notebook: str
    record: bytes
    signature: bytes
    head: bytes
    head_signature: bytes
    plan: bytes


_APPROVAL: Final = (
    "SELECT approvals.notebook, record, approvals.signature, head, approval_heads.signature, plan "
    "FROM approvals JOIN approval_heads ON approval_heads.notebook = approvals.notebook "
    "WHERE number = (SELECT max(number) FROM approvals AS others WHERE others.notebook = approvals.notebook)"
)


class Reader:
    def __init__(self, path: Path) -> None:
        self.path = path
        self._reading = threading.Lock()
        try:
            self._reader = connect(path)
            self._reader.execute("PRAGMA query_only = ON")
        except sqlite3.Error as error:
            raise journal_failed("The journal could not be opened", error) from error

    def rooms(self) -> list[RoomRecord]:
        (rows,) = self._read(("SELECT room, path, device, inode, meta FROM rooms ORDER BY room", ()))
        return [_room(row) for row in rows]

    def room(self, room: RoomId) -> RoomRecord | None:
        (rows,) = self._read(("SELECT room, path, device, inode, meta FROM rooms WHERE room = ?", (room,)))
        return _room(rows[0]) if rows else None

    def room_at(self, path: str) -> RoomRecord | None:
        (rows,) = self._read(("SELECT room, path, device, inode, meta FROM rooms WHERE path = ?", (str(path),)))
        return _room(rows[0]) if rows else None

    def document(self, room: RoomId) -> tuple[bytes | None, list[bytes]]:
        """The snapshot, and the updates since, oldest first."""
        states, updates = self._read(
            ("SELECT state FROM documents WHERE room = ?", (room,)),
            ("SELECT data FROM updates WHERE room = ? ORDER BY n", (room,)),
        )
        return (states[0][0] if states else None), [data for (data,) in updates]

    def events(self, room: RoomId) -> tuple[bytes | None, int, list[tuple[int, bytes]]]:
        """The snapshot and its number (None and 0 where none was taken), and the events after it with theirs."""
        states, events = self._read(
            ("SELECT state, seq FROM states WHERE room = ?", (room,)),
            (
                "SELECT seq, data FROM events WHERE room = ? "
                "AND seq > coalesce((SELECT seq FROM states WHERE room = ?), 0) ORDER BY seq",
                (room, room),
            ),
        )
        state, seq = states[0] if states else (None, 0)
        return state, seq, events

    def versions(self, room: RoomId, cell: CellId) -> list[Version]:
        """Oldest first."""
        (rows,) = self._read(
            ("SELECT time, author, source FROM versions WHERE room = ? AND cell = ? ORDER BY n", (room, cell))
        )
        return [Version(time=time, by=by, source=str(source, "utf-8", "surrogatepass")) for time, by, source in rows]

    def runtimes(self) -> list[RuntimeRecord]:
        (rows,) = self._read(("SELECT runtime, room, pid, start, kernel_pid, folder FROM runtimes", ()))
        return [RuntimeRecord(*row) for row in rows]

    def runtime_acked(self, runtime: RuntimeId) -> int:
        """The number of the runtime's last report that is kept; 0 for none."""
        (rows,) = self._read(("SELECT seq FROM acks WHERE runtime = ?", (runtime,)))
        return rows[0][0] if rows else 0

    def referenced(self, blob: BlobHash) -> bool:
        (rows,) = self._read(("SELECT 1 FROM refs WHERE hash = ? LIMIT 1", (bytes.fromhex(blob),)))
        return bool(rows)

    def approval(self, notebook: str) -> ApprovalRecord | None:
        (rows,) = self._read((f"{_APPROVAL} AND approvals.notebook = ?", (notebook,)))
        return ApprovalRecord(*rows[0]) if rows else None

    def approval_number(self, notebook: str) -> int:
        """Of the last record of its chain, whether or not a head names it; 0 for none."""
        (rows,) = self._read(("SELECT max(number) FROM approvals WHERE notebook = ?", (notebook,)))
        return rows[0][0] or 0

    def approvals(self) -> list[ApprovalRecord]:
        """The latest of each notebook."""
        (rows,) = self._read((f"{_APPROVAL} ORDER BY approvals.notebook", ()))
        return [ApprovalRecord(*row) for row in rows]

    def value(self, key: str) -> bytes | None:
        (rows,) = self._read(('SELECT value FROM "values" WHERE key = ?', (key,)))
        return rows[0][0] if rows else None

    def close(self) -> None:
        with self._reading:
            self._reader.close()

    def _read(self, *queries: tuple[str, Sequence[Any]]) -> list[list[Any]]:
        """The rows of each query, all as of the same moment."""
        with self._reading:
            try:
                self._reader.execute("BEGIN")
                try:
                    return [self._reader.execute(sql, values).fetchall() for sql, values in queries]
                finally:
                    self._reader.execute("COMMIT")
            except sqlite3.ProgrammingError as error:
                raise StorageFailed("The journal is closed.", hint="The daemon is ending; try again.") from error
            except sqlite3.Error as error:
                suspect_if_damaged(self.path, error)
                raise journal_failed("The journal could not be read", error) from error


def _room(row: tuple[Any, ...]) -> RoomRecord:
    room, path, device, inode, meta = row
    return RoomRecord(room, path, unsigned(device), unsigned(inode), meta)
