"""What the disk said, as the error that a user can act on.

Every OSError and sqlite3 error of this package passes here. Must never carry file contents, and never call a full
disk a defect of ours.
"""

from __future__ import annotations

import errno
import sqlite3
from typing import Final

from fumehood.core.errors import StorageFailed

_FULL: Final = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EFBIG))
_HINTS: Final = {
    errno.EACCES: "Check the permissions of the file and its folder.",
    errno.EPERM: "Check the permissions of the file and its folder.",
    errno.EROFS: "The file system is read-only; save somewhere else.",
    errno.EIO: "The disk reported an error; check it, and save somewhere else.",
    errno.EMFILE: "Too many files are open.",
    errno.ENFILE: "Too many files are open.",
}


def storage_failed(what: str, error: OSError) -> StorageFailed:
    """`what` is the start of a sentence: `The notebook could not be written`."""
    reason = "the disk is full" if error.errno in _FULL else (error.strerror or type(error).__name__).lower()
    return StorageFailed(f"{what}: {reason}.", hint=_HINTS.get(error.errno or 0), errno=error.errno or 0)


def journal_failed(what: str, error: sqlite3.Error) -> StorageFailed:
    code = primary_code(error)
    if code == sqlite3.SQLITE_FULL:
        return StorageFailed(f"{what}: the disk is full.", errno=errno.ENOSPC)
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        hint = "Save your notebooks, then restart the daemon: it sets the damaged journal aside and starts a new one."
        return StorageFailed(f"{what}: the journal is damaged.", hint=hint)
    return StorageFailed(f"{what}: {error}.")


def primary_code(error: sqlite3.Error) -> int:
    """SQLite's primary result code (the low byte of an extended one); 0 where the error has none."""
    code: int = getattr(error, "sqlite_errorcode", 0)
    return code & 0xFF
