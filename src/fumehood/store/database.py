"""Opens the journal's SQLite file: modes, pragmas, version, and what to do with a damaged one.

A damaged file is moved aside with its log and a new one is begun: what it held and no notebook file holds is lost to
this daemon, so the caller gets a notice for the user, and the old files stay. Must never delete one, and must never
open a file that a newer fumehood has written.
"""

from __future__ import annotations

import contextlib
import glob
import os
import sqlite3
import time
from pathlib import Path
from typing import Final

from fumehood.core import limits
from fumehood.core.errors import JournalDamaged, StorageFailed, VersionMismatch
from fumehood.store import schema
from fumehood.store.atomic import sync_folder
from fumehood.store.failures import journal_failed, primary_code, storage_failed

_WITH_IT: Final = ("", "-wal", "-shm")
_SMALLEST: Final = 512
"""Bytes of the smallest file that SQLite does not take for an empty one."""
_SINCE_2: Final = ("approvals", "approval_heads")
_TABLES: Final = (
    "rooms", "documents", "updates", "states", "events", "refs", "versions", "runtimes", "acks", *_SINCE_2,
)  # fmt: skip
_SUSPECT: Final = ".suspect"
"""Name suffix of an empty file that asks the next start for a full check."""


def open_database(path: Path) -> tuple[sqlite3.Connection, JournalDamaged | None]:
    """A connection in autocommit mode, for use by one thread at a time.

    Raises `StorageFailed`, and `VersionMismatch` for a file of a newer program.
    """
    try:
        return _open(path), None
    except sqlite3.DatabaseError as error:
        if not _is_damage(error):
            raise journal_failed(f"{path} could not be opened", error) from error
        notice = _set_aside(path, str(error))
    try:
        return _open(path), notice
    except sqlite3.Error as error:
        raise journal_failed(f"{path} could not be opened", error) from error


def connect(path: Path) -> sqlite3.Connection:
    """Raises sqlite3.Error."""
    return sqlite3.connect(
        path, timeout=limits.JOURNAL_LOCK_SECONDS, isolation_level=None, check_same_thread=False, cached_statements=64
    )


def suspect_if_damaged(path: Path, error: sqlite3.Error) -> None:
    """Has the next start look at every page, where that is what the error says."""
    if primary_code(error) in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        with contextlib.suppress(OSError):  # a full disk: then the next reader finds it again
            path.with_name(path.name + _SUSPECT).touch(0o600)


def _open(path: Path) -> sqlite3.Connection:
    try:
        # SQLite gives its log and index the mode of the database.
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            os.fchmod(fd, 0o600)
            size = os.fstat(fd).st_size
        finally:
            os.close(fd)
        if size == 0:
            sync_folder(path.parent)
        log = path.with_name(path.name + "-wal")
        stray = size < _SMALLEST and (size > 0 or (log.exists() and log.stat().st_size > 0))
    except OSError as error:
        raise storage_failed(f"{path} could not be opened", error) from error
    if stray:
        # SQLite would take it for a new file, and remove the log.
        raise sqlite3.DatabaseError("its beginning is missing")
    connection = connect(path)
    try:
        _prepare(connection, path, new=size == 0)
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection, path: Path, *, new: bool) -> None:
    connection.execute("PRAGMA trusted_schema = OFF")
    if new:
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        connection.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
    else:
        # Before anything else, so that a file that is not ours stays as it is.
        _check(connection, path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(f"PRAGMA journal_size_limit = {limits.JOURNAL_LOG_BYTES}")
    schema.migrate(connection, schema.MIGRATIONS)


def _check(connection: sqlite3.Connection, path: Path) -> None:
    """Raises sqlite3.DatabaseError where the file is not, or not wholly, a journal, and `VersionMismatch`."""
    if connection.execute("PRAGMA application_id").fetchone()[0] != schema.APPLICATION_ID:
        raise sqlite3.DatabaseError("it is another program's database")
    found = schema.version(connection)
    if found > len(schema.MIGRATIONS):
        raise VersionMismatch(f"{path} was written by a newer fumehood.", hint="Install that version again.")
    marker = path.with_name(path.name + _SUSPECT)
    # Reading every page takes about a second per GB: only a file of usual size is read wholly at each start.
    if path.stat().st_size <= limits.JOURNAL_CHECK_BYTES or marker.exists():
        try:
            result = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        except UnicodeDecodeError as error:
            # The complaint names a table or an index whose name is what is damaged.
            raise sqlite3.DatabaseError("database disk image is malformed") from error
        if result != "ok":
            raise sqlite3.DatabaseError(result)
        marker.unlink(missing_ok=True)
    if not found:
        return  # the process that made the file ended before it made the tables
    for table in _TABLES if found > 1 else _TABLES[: -len(_SINCE_2)]:
        connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone()  # noqa: S608  # names of ours


def _is_damage(error: sqlite3.DatabaseError) -> bool:
    if not isinstance(error, sqlite3.OperationalError):
        return True
    return primary_code(error) in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR)


def damaged_since(path: Path, since: float) -> bool:
    """Whether a journal that was damaged was set aside after `since`, and nobody has removed it."""
    for aside in path.parent.glob(f"{glob.escape(path.name)}.damaged-*"):
        with contextlib.suppress(OSError):
            # The change time is that of the renaming.
            if aside.lstat().st_ctime > since:
                return True
    return False


def _set_aside(path: Path, reason: str) -> JournalDamaged:
    """Raises `StorageFailed`."""
    stamp = time.strftime("%Y%m%dT%H%M%S")
    aside = path.with_name(f"{path.name}.damaged-{stamp}")
    for count in range(2, 1000):
        if not aside.exists():
            break
        aside = path.with_name(f"{path.name}.damaged-{stamp}-{count}")
    else:
        raise StorageFailed(f"{path} is damaged, and there are too many damaged ones beside it.")
    try:
        for suffix in reversed(_WITH_IT):
            part = path.with_name(path.name + suffix)
            if part.exists():
                part.rename(aside.with_name(aside.name + suffix))
        path.with_name(path.name + _SUSPECT).unlink(missing_ok=True)
        sync_folder(path.parent)
    except OSError as error:
        raise storage_failed(f"{path} is damaged and could not be set aside", error) from error
    return JournalDamaged(
        f"The journal was damaged ({reason}); it was set aside and a new one begun.",
        hint=f"Unsaved edits may be in {aside}. Notebook files are not affected.",
        path=str(aside),
    )
