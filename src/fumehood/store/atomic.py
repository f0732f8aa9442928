"""Files of the user, read and replaced whole.

A notebook lies in a folder that others write too: editors, git, a sandboxed kernel, an attacker's archive. So reading
opens regular files only and never waits; writing is a compare-and-swap: what is there must be what the caller read
last, and the new bytes are on the disk before they have the name. The folder is opened once and everything happens
inside it by name: one that is swapped for a link meanwhile leads nothing of ours elsewhere. May assume a local file
system with rename, and canonical paths; must never follow a link, leave a half-written file under the name, or replace
bytes that nobody here has seen.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import secrets
import stat
import threading
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

from fumehood.core.errors import FileChanged, FileMissing, HoodError, LimitExceeded, NotAFile, StorageFailed
from fumehood.store.failures import storage_failed

_READ: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
_CREATE: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_RENAME_EXCHANGE: Final = 2
_CHUNK: Final = 1 << 20
_LEFT_OVER_SECONDS: Final = 3600.0
_one_at_a_time = threading.Lock()
"""Two exchanges that cross could undo each other; against other programs one exchange at a time is enough."""


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def read_regular(path: Path, limit: int) -> bytes:
    """The bytes of the regular file `path`, which is not a link.

    Raises `FileMissing`, `NotAFile`, `LimitExceeded` above `limit` bytes, `StorageFailed`.
    """
    fd, found = _open_regular(path)
    try:
        if found.st_size > limit:
            raise LimitExceeded(f"{path} has {found.st_size} bytes; {limit} are allowed.")
        with open(fd, "rb", closefd=False) as file:
            data = file.read(limit + 1)
    except OSError as error:
        raise storage_failed(f"{path} could not be read", error) from error
    finally:
        os.close(fd)
    if len(data) > limit:
        raise LimitExceeded(f"{path} grew beyond {limit} bytes while it was read.")
    return data


def write_new_or_same(path: Path, data: bytes, expect: str | None) -> str:
    """Puts `data` at `path` if the file there has the digest `expect` (None: if nothing is there); its new digest.

    The new file keeps the mode and, where allowed, the group of the old one. Raises `FileChanged`, `NotAFile`,
    `StorageFailed`; then what was at `path` is there as before.
    """
    with _opened_folder(path, new=expect is None) as folder:
        if expect is None:
            return write_new(folder, path, data)
        old = _unchanged(folder, path, path.name, expect)
        if not os.access(path.name, os.W_OK, dir_fd=folder):
            raise StorageFailed(f"{path} is read-only.", hint="Make it writable, or save under another name.")
        with _staged(folder, path, data, old) as temp, _one_at_a_time:
            _swap(folder, temp, path, expect)
    return digest(data)


def write_new(folder: int, path: Path, data: bytes) -> str:
    """Puts `data` at `path`, whose folder is open as `folder`, if nothing is there; its digest.

    Raises `FileChanged` where something is, `StorageFailed`.
    """
    if _is_there(folder, path.name):
        raise _changed(path)
    with _staged(folder, path, data, None) as temp, _one_at_a_time:
        _link_new(folder, temp, path)
    return digest(data)


def sync_folder(folder: Path) -> None:
    """Makes the names in `folder` survive a power loss. Raises OSError."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


@contextlib.contextmanager
def _opened_folder(path: Path, *, new: bool) -> Iterator[int]:
    """A descriptor of the folder that `path` is in, which is not a link."""
    try:
        fd = os.open(path.parent, _FOLDER)
    except (FileNotFoundError, NotADirectoryError) as error:
        if not new:
            raise _changed(path) from error
        raise StorageFailed(f"The folder of {path} does not exist.", hint="Make the folder first.") from error
    except OSError as error:
        if error.errno == errno.ELOOP and not new:
            raise _changed(path) from error
        raise storage_failed(f"{path} could not be written", error) from error
    try:
        yield fd
    finally:
        os.close(fd)


def _is_there(folder: int, name: str) -> bool:
    try:
        os.stat(name, dir_fd=folder, follow_symlinks=False)
    except (OSError, ValueError):
        return False
    return True


def _changed(path: Path) -> FileChanged:
    return FileChanged(f"{path} was changed by another program.")


def _open_regular(path: Path, folder: int | None = None, name: str = "") -> tuple[int, os.stat_result]:
    """A descriptor of the regular file `path`, or of `name` in `folder`, which the caller closes."""
    try:
        fd = os.open(path, _READ) if folder is None else os.open(name, _READ, dir_fd=folder)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise FileMissing(f"{path} does not exist.") from error
    except ValueError as error:
        raise FileMissing("A file name cannot hold a NUL character.") from error
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise NotAFile(f"{path} is a link.", hint="Name the file that it points to.") from error
        if error.errno == errno.ENXIO:
            raise NotAFile(f"{path} is not a regular file.") from error
        raise storage_failed(f"{path} could not be opened", error) from error
    found = os.fstat(fd)
    if not stat.S_ISREG(found.st_mode):
        os.close(fd)
        raise NotAFile(f"{path} is not a regular file.")
    return fd, found


def _unchanged(folder: int, path: Path, name: str, expect: str) -> os.stat_result:
    """Raises `FileChanged` for `path` if `name` does not hold the bytes with the digest `expect`."""
    try:
        fd, found = _open_regular(path, folder, name)
    except FileMissing as error:
        raise _changed(path) from error
    hasher = hashlib.sha256()
    try:
        while chunk := os.read(fd, _CHUNK):
            hasher.update(chunk)
    except OSError as error:
        raise storage_failed(f"{path} could not be read", error) from error
    finally:
        os.close(fd)
    if hasher.hexdigest() != expect:
        raise _changed(path)
    return found


def _temps_of(path: Path) -> tuple[str, str]:
    """What the names of our temporary files for `path` begin and end with."""
    name = path.name if len(os.fsencode(path.name)) < 200 else digest(os.fsencode(path.name))[:32]
    return f".{name}.", ".hood~"


@contextlib.contextmanager
def _staged(folder: int, path: Path, data: bytes, old: os.stat_result | None) -> Iterator[str]:
    """The name of a synced file with `data` beside `path`; whatever has its name at the end is removed."""
    first, last = _temps_of(path)
    temp = f"{first}{secrets.token_hex(4)}{last}"
    try:
        _remove_left_over(folder, first, last)
        # A new file has what the umask leaves of 0666; one that takes a place is closed until it has that one's mode.
        fd = os.open(temp, _CREATE, 0o666 if old is None else 0o600, dir_fd=folder)
    except FileNotFoundError as error:
        raise StorageFailed(f"The folder of {path} does not exist.", hint="Make the folder first.") from error
    except OSError as error:
        raise storage_failed(f"{path} could not be written", error) from error
    try:
        try:
            if old is not None:
                os.fchmod(fd, _inherited_mode(fd, old))
            view = memoryview(data)
            while view:
                view = view[os.write(fd, view[: 64 * _CHUNK]) :]
            os.fsync(fd)
        except OSError as error:
            raise storage_failed(f"{path} could not be written", error) from error
        yield temp
        try:
            os.fsync(folder)
        except OSError as error:
            raise storage_failed(f"{path} may not be safe on the disk", error) from error
    finally:
        with contextlib.suppress(OSError):
            os.unlink(temp, dir_fd=folder)
        os.close(fd)


def _inherited_mode(fd: int, old: os.stat_result) -> int:
    """Also gives `fd` the group of `old`; where that is not allowed, what the group could do goes to nobody."""
    mode = stat.S_IMODE(old.st_mode) & 0o777
    if os.fstat(fd).st_gid != old.st_gid:
        try:
            os.fchown(fd, -1, old.st_gid)
        except OSError:
            return mode & ~0o070
    return mode


def _remove_left_over(folder: int, first: str, last: str) -> None:
    """Removes what a killed writer left. Raises OSError where the folder cannot be read."""
    with os.scandir(folder) as entries:
        left = [entry for entry in entries if entry.name.startswith(first) and entry.name.endswith(last)]
    for entry in left:
        with contextlib.suppress(OSError):
            # The change time, which a rename renews: another writer may hold somebody's bytes under such a name.
            if entry.stat(follow_symlinks=False).st_ctime < time.time() - _LEFT_OVER_SECONDS:
                os.unlink(entry.name, dir_fd=folder)


def _link_new(folder: int, temp: str, path: Path) -> None:
    try:
        os.link(temp, path.name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
    except FileExistsError as error:
        raise _changed(path) from error
    except OSError:
        # File systems without hard links (exFAT, some FUSE): an exclusive, empty file takes the name first.
        try:
            os.close(os.open(path.name, _CREATE, 0o600, dir_fd=folder))
            os.rename(temp, path.name, src_dir_fd=folder, dst_dir_fd=folder)
        except FileExistsError as error:
            raise _changed(path) from error
        except OSError as error:
            raise storage_failed(f"{path} could not be written", error) from error


def _swap(folder: int, temp: str, path: Path, expect: str) -> None:
    """Gives `temp` the name `path`; undone if what had the name is no longer `expect`.

    The two files change names in one step, so that a write by somebody else after our last look is not lost: it is
    then in our hands, and goes back.
    """
    try:
        if not _exchange(folder, temp, path.name):
            _unchanged(folder, path, path.name, expect)
            os.rename(temp, path.name, src_dir_fd=folder, dst_dir_fd=folder)
            return
        try:
            _unchanged(folder, path, temp, expect)
        except HoodError as error:
            _exchange(folder, temp, path.name)
            raise _changed(path) from error
    except FileNotFoundError as error:
        raise _changed(path) from error
    except OSError as error:
        raise storage_failed(f"{path} could not be written", error) from error


@cache
def _renameat2() -> Any:
    import ctypes  # only who saves needs it

    function = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if function is not None:
        function.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint)
    return function


def _exchange(folder: int, one: str, other: str) -> bool:
    """Swaps two names of `folder` in one step; False where system or file system cannot. Raises OSError."""
    function = _renameat2()
    if function is None:
        return False
    if function(folder, os.fsencode(one), folder, os.fsencode(other), _RENAME_EXCHANGE) == 0:
        return True
    import ctypes

    code = ctypes.get_errno()
    if code in (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP):
        return False
    raise OSError(code, os.strerror(code))
