"""The journal's tables, and how an older file becomes the current one.

`MIGRATIONS[n]` brings a file from version n to n + 1; a released entry is never edited. The version is SQLite's
`user_version`. Everything of a room is found by its id, so that it can be dropped in one go.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Final

APPLICATION_ID: Final = 0x66756D65
"""`fume`: tells our file from any other SQLite file."""

_FIRST: Final = """
CREATE TABLE rooms (
    room TEXT PRIMARY KEY, path TEXT NOT NULL, device INTEGER NOT NULL, inode INTEGER NOT NULL, meta BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX rooms_by_path ON rooms (path);

CREATE TABLE documents (room TEXT PRIMARY KEY, state BLOB NOT NULL);
CREATE TABLE updates (
    n INTEGER PRIMARY KEY, room TEXT NOT NULL, data BLOB NOT NULL, author TEXT NOT NULL, time REAL NOT NULL
);
CREATE INDEX updates_by_room ON updates (room);

CREATE TABLE states (room TEXT PRIMARY KEY, state BLOB NOT NULL, seq INTEGER NOT NULL);
CREATE TABLE events (room TEXT NOT NULL, seq INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (room, seq));

-- Which room names which blob, and the number of its event or snapshot that does.
CREATE TABLE refs (hash BLOB NOT NULL, room TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (hash, room, seq))
    WITHOUT ROWID;
CREATE INDEX refs_by_room ON refs (room, seq);

CREATE TABLE versions (
    n INTEGER PRIMARY KEY, room TEXT NOT NULL, cell TEXT NOT NULL, source BLOB NOT NULL, author TEXT NOT NULL,
    time REAL NOT NULL, size INTEGER NOT NULL
);
CREATE INDEX versions_by_cell ON versions (room, cell, n, size);

CREATE TABLE runtimes (
    runtime TEXT PRIMARY KEY, room TEXT, pid INTEGER NOT NULL, start INTEGER NOT NULL, kernel_pid INTEGER,
    folder TEXT NOT NULL
) WITHOUT ROWID;
-- Apart from the runtimes: an acknowledgement may be written before the runtime's own row.
CREATE TABLE acks (runtime TEXT PRIMARY KEY, seq INTEGER NOT NULL) WITHOUT ROWID;

CREATE TABLE "values" (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
"""

_APPROVALS: Final = """
-- What persons said to what notebooks ask for. Not dropped with the room: its file may be opened again.
CREATE TABLE approvals (
    notebook TEXT NOT NULL, number INTEGER NOT NULL, record BLOB NOT NULL, signature BLOB NOT NULL,
    PRIMARY KEY (notebook, number)
) WITHOUT ROWID;
-- Which of them is the latest, signed on its own, and the plan that it approves.
CREATE TABLE approval_heads (
    notebook TEXT PRIMARY KEY, head BLOB NOT NULL, signature BLOB NOT NULL, plan BLOB NOT NULL
) WITHOUT ROWID;
"""

MIGRATIONS: Final[tuple[str, ...]] = (_FIRST, _APPROVALS)


def version(connection: sqlite3.Connection) -> int:
    found: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return found


def migrate(connection: sqlite3.Connection, steps: Sequence[str]) -> None:
    """Brings the file up to `len(steps)`, each step whole or not at all. Raises sqlite3.Error."""
    for number in range(version(connection), len(steps)):
        try:
            connection.executescript(f"BEGIN IMMEDIATE;\n{steps[number]}\nPRAGMA user_version = {number + 1};\nCOMMIT;")
        except sqlite3.Error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
