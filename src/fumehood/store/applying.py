"""Each operation as SQL, inside a transaction that somebody else begins and ends.

Raises sqlite3.Error, or OverflowError and friends for a value that no column can hold.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any, Final

from fumehood.core import limits
from fumehood.store.operations import (
    AddVersion,
    AppendEvents,
    AppendUpdate,
    DropRoom,
    DropRuntime,
    Op,
    PutApproval,
    PutRoom,
    PutRuntime,
    PutValue,
    SnapshotDocument,
    SnapshotEvents,
)

_64: Final = 1 << 64


def apply(connection: sqlite3.Connection, op: Op) -> None:
    _BY_KIND[type(op)](connection, op)


def signed(number: int) -> int:
    """An unsigned 64-bit inode number as SQLite's signed one; `unsigned` takes it back."""
    return number - _64 if number >= _64 >> 1 else number


def unsigned(number: int) -> int:
    return number % _64


def _put_room(connection: sqlite3.Connection, op: PutRoom) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO rooms VALUES (?, ?, ?, ?, ?)",
        (op.room, op.path, signed(op.device), signed(op.inode), op.meta),
    )


def _drop_room(connection: sqlite3.Connection, op: DropRoom) -> None:
    for table in ("rooms", "documents", "updates", "states", "events", "refs"):
        connection.execute(f"DELETE FROM {table} WHERE room = ?", (op.room,))  # noqa: S608  # names of ours
    if not op.keep_versions:
        connection.execute("DELETE FROM versions WHERE room = ?", (op.room,))


def _append_update(connection: sqlite3.Connection, op: AppendUpdate) -> None:
    connection.execute(
        "INSERT INTO updates (room, data, author, time) VALUES (?, ?, ?, ?)", (op.room, op.update, op.by, op.time)
    )


def _snapshot_document(connection: sqlite3.Connection, op: SnapshotDocument) -> None:
    connection.execute("INSERT OR REPLACE INTO documents VALUES (?, ?)", (op.room, op.state))
    connection.execute("DELETE FROM updates WHERE room = ?", (op.room,))


def _append_events(connection: sqlite3.Connection, op: AppendEvents) -> None:
    connection.executemany("INSERT INTO events VALUES (?, ?, ?)", [(op.room, seq, data) for seq, data in op.events])
    _refer(connection, op, max((seq for seq, _ in op.events), default=0))
    if op.runtime is not None:
        connection.execute(
            "INSERT INTO acks VALUES (?, ?) ON CONFLICT DO UPDATE SET seq = max(seq, excluded.seq)",
            (op.runtime, op.runtime_seq),
        )


def _snapshot_events(connection: sqlite3.Connection, op: SnapshotEvents) -> None:
    taken = connection.execute(
        "INSERT INTO states VALUES (?, ?, ?) "
        "ON CONFLICT DO UPDATE SET state = excluded.state, seq = excluded.seq WHERE excluded.seq >= seq",
        (op.room, op.state, op.seq),
    )
    if not taken.rowcount:
        return  # a newer one is there
    connection.execute("DELETE FROM events WHERE room = ? AND seq <= ?", (op.room, op.seq))
    connection.execute("DELETE FROM refs WHERE room = ? AND seq <= ?", (op.room, op.seq))
    _refer(connection, op, op.seq)


def _refer(connection: sqlite3.Connection, op: AppendEvents | SnapshotEvents, seq: int) -> None:
    connection.executemany(
        "INSERT OR IGNORE INTO refs VALUES (?, ?, ?)", [(bytes.fromhex(blob), op.room, seq) for blob in op.blobs]
    )


def _add_version(connection: sqlite3.Connection, op: AddVersion) -> None:
    # A source may hold lone surrogates, which SQLite's text cannot.
    source = op.source.encode("utf-8", "surrogatepass")
    connection.execute(
        "INSERT INTO versions (room, cell, source, author, time, size) VALUES (?, ?, ?, ?, ?, ?)",
        (op.room, op.cell, source, op.by, op.time, len(source)),
    )
    newest_first = connection.execute(
        "SELECT n, size FROM versions WHERE room = ? AND cell = ? ORDER BY n DESC", (op.room, op.cell)
    ).fetchall()
    total = 0
    for kept, (n, size) in enumerate(newest_first):
        total += size
        if kept and (kept >= limits.VERSIONS_PER_CELL or total > limits.VERSION_BYTES_PER_CELL):
            connection.execute("DELETE FROM versions WHERE room = ? AND cell = ? AND n <= ?", (op.room, op.cell, n))
            return


def _put_runtime(connection: sqlite3.Connection, op: PutRuntime) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO runtimes VALUES (?, ?, ?, ?, ?, ?)",
        (op.runtime, op.room, op.pid, op.start, op.kernel_pid, op.folder),
    )


def _drop_runtime(connection: sqlite3.Connection, op: DropRuntime) -> None:
    connection.execute("DELETE FROM runtimes WHERE runtime = ?", (op.runtime,))
    connection.execute("DELETE FROM acks WHERE runtime = ?", (op.runtime,))


def _put_value(connection: sqlite3.Connection, op: PutValue) -> None:
    if op.value is None:
        connection.execute('DELETE FROM "values" WHERE key = ?', (op.key,))
    else:
        connection.execute('INSERT OR REPLACE INTO "values" VALUES (?, ?)', (op.key, op.value))


def _put_approval(connection: sqlite3.Connection, op: PutApproval) -> None:
    connection.execute("INSERT INTO approvals VALUES (?, ?, ?, ?)", (op.notebook, op.number, op.record, op.signature))
    connection.execute(
        "INSERT OR REPLACE INTO approval_heads VALUES (?, ?, ?, ?)",
        (op.notebook, op.head, op.head_signature, op.plan),
    )
    connection.execute(
        "DELETE FROM approvals WHERE notebook = ? AND number <= ?",
        (op.notebook, op.number - limits.APPROVALS_PER_NOTEBOOK),
    )


_BY_KIND: Final[dict[type[Op], Callable[[sqlite3.Connection, Any], None]]] = {
    PutRoom: _put_room,
    DropRoom: _drop_room,
    AppendUpdate: _append_update,
    SnapshotDocument: _snapshot_document,
    AppendEvents: _append_events,
    SnapshotEvents: _snapshot_events,
    AddVersion: _add_version,
    PutRuntime: _put_runtime,
    DropRuntime: _drop_runtime,
    PutValue: _put_value,
    PutApproval: _put_approval,
}
