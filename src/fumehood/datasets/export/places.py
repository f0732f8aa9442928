"""Where an export is written: a folder aside here, or a prefix of an object store.

A place knows names and bytes. What is done is remembered in receipts: each says of one step which files it wrote, with
their sizes and checksums, so that whoever goes on after a crash believes no file that is not as it was written.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import fcntl
import os
import shutil
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Final, Protocol

import msgspec

from fumehood.core.errors import ExportBusy, ExportExists, NotAFolder, PlaceUnsafe, StorageFailed
from fumehood.store.failures import storage_failed

_FULL: Final = (errno.ENOSPC, errno.EDQUOT)
"""Then nothing is left behind: whoever has no room needs it back. Else what was done is kept, to go on with."""
ASIDE: Final = "hoodexport"
IDENTITY: Final = "dataset_identity.json"
_CREATE: Final = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC


class Written(msgspec.Struct, frozen=True, array_like=True):
    path: str
    size: int
    crc: int


class Receipt(msgspec.Struct, frozen=True):
    step: str
    files: tuple[Written, ...]
    facts: dict[str, Any]
    """What the manifests say of it: ranges, centroids."""


class Place(Protocol):
    """Any number of threads, and processes on other machines, may write and read; one holds it."""

    def held(self, digest: str | None, replace: bool) -> AbstractContextManager[bool]:
        """The place, by this process alone; whether it goes on with what an earlier one of the same digest began.

        Raises `ExportExists`, `ExportBusy`, `NotAFolder`, `PlaceUnsafe`, `StorageFailed`.
        """

    def free(self) -> int | None:
        """Bytes that there is room for, where that can be known."""

    def finish(self, replace: bool) -> None:
        """Everything is written: from here on it is an export. Raises `ExportExists`, `StorageFailed`."""

    def put(self, path: str, data: bytes | memoryview) -> None: ...
    def read(self, path: str, start: int, stop: int) -> bytes: ...
    def receipts(self) -> dict[str, Receipt]:
        """Of the steps whose files are all there, as they were written."""

    def done(self, receipt: Receipt) -> None: ...
    def drop_scratch(self) -> None:
        """Removes what only the steps needed."""


SCRATCH: Final = "scratch/"
FILES: Final = "files/"


def written(path: str, data: bytes | memoryview) -> Written:
    return Written(path, len(data), zlib.crc32(data))


class Folder:
    """Beside the export-to-be, on the same file system, so that renaming is all that is left to do."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self.root = out.parent / f".{out.name}.{ASIDE}"
        self._made: set[str] = set()

    @contextlib.contextmanager
    def held(self, digest: str | None, replace: bool) -> Iterator[bool]:
        self._allowed(replace)
        try:
            self.root.mkdir(mode=0o700, exist_ok=True)
            found = self.root.lstat()
            if self.root.is_symlink() or found.st_uid != os.geteuid():
                raise PlaceUnsafe(f"{self.root} is not yours.")
            with (self.root / "lock").open("ab") as lock:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except OSError as error:
                    raise ExportBusy(f"Another program is exporting to {self.out}.") from error
                yield self._begin(digest)
        except OSError as error:
            raise self._failed(error) from error
        except StorageFailed as error:
            if error.data.get("errno") in _FULL:
                self.remove()
            raise

    def _allowed(self, replace: bool) -> None:
        if not self.out.parent.is_dir():
            raise NotAFolder(f"There is no folder {self.out.parent}.", hint="Make it first.")
        if not os.path.lexists(self.out):
            return
        if not replace:
            raise ExportExists(f"{self.out} is there already.")
        if self.out.is_symlink() or not (self.out / IDENTITY).is_file():
            raise ExportExists(
                f"{self.out} is no export of a dataset; it is not replaced.", hint="Name another folder."
            )

    def _begin(self, digest: str | None) -> bool:
        marker = self.root / "digest"
        if digest is not None and marker.is_file() and marker.read_text() == digest:
            return (self.root / "receipts").exists()
        for name in ("files", "scratch"):
            shutil.rmtree(self.root / name, ignore_errors=True)
        (self.root / "receipts").unlink(missing_ok=True)
        marker.unlink(missing_ok=True)
        if digest is not None:
            marker.write_text(digest)
        return False

    def free(self) -> int | None:
        return shutil.disk_usage(self.out.parent).free

    def put(self, path: str, data: bytes | memoryview) -> None:
        target = self.root / path
        try:
            parent = path.rpartition("/")[0]
            if parent not in self._made:
                target.parent.mkdir(parents=True, exist_ok=True)
                self._made.add(parent)
            fd = os.open(target, _CREATE, 0o644)
            with os.fdopen(fd, "wb", buffering=0) as file:
                view = memoryview(data)
                while view.nbytes:
                    view = view[file.write(view) :]
        except OSError as error:
            raise self._failed(error) from error

    def read(self, path: str, start: int, stop: int) -> bytes:
        with (self.root / path).open("rb") as file:
            return os.pread(file.fileno(), stop - start, start)

    def receipts(self) -> dict[str, Receipt]:
        try:
            lines = (self.root / "receipts").read_bytes().splitlines()
        except FileNotFoundError:
            return {}
        found = {}
        for line in lines:
            with contextlib.suppress(msgspec.DecodeError, OSError):  # the last line may have been torn
                receipt = msgspec.json.decode(line, type=Receipt)
                if all(written(one.path, (self.root / one.path).read_bytes()) == one for one in receipt.files):
                    found[receipt.step] = receipt
        return found

    def done(self, receipt: Receipt) -> None:
        try:
            with (self.root / "receipts").open("ab", buffering=0) as file:
                file.write(b"\n" + msgspec.json.encode(receipt) + b"\n")
        except OSError as error:
            raise self._failed(error) from error

    def drop_scratch(self) -> None:
        shutil.rmtree(self.root / "scratch", ignore_errors=True)

    def finish(self, replace: bool) -> None:
        """The folder gets its name, whole; what had it before goes."""
        made = self.root / "files"
        try:
            _flush(made)
            if replace and self.out.exists():
                old = self.root / "old"
                shutil.rmtree(old, ignore_errors=True)
                _exchange(made, self.out)
                made.rename(old)
            else:
                _rename_new(made, self.out)
        except FileExistsError as error:
            raise ExportExists(f"{self.out} was made by somebody else meanwhile.") from error
        except OSError as error:
            raise self._failed(error) from error
        self.remove()

    def remove(self) -> None:
        shutil.rmtree(self.root, ignore_errors=True)

    def _failed(self, error: OSError) -> Exception:
        return storage_failed(f"The export to {self.out} could not be written", error)


def _flush(folder: Path) -> None:
    """All of its file system: one call instead of one for each of thousands of files."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.syncfs(fd):
            raise OSError(ctypes.get_errno(), "syncfs")
    finally:
        os.close(fd)


_AT_FDCWD: Final = -100
_NOREPLACE, _EXCHANGE = 1, 2


def _renameat2(a: Path, b: Path, flag: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.renameat2(_AT_FDCWD, os.fsencode(a), _AT_FDCWD, os.fsencode(b), flag):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), str(b))


def _rename_new(made: Path, out: Path) -> None:
    _renameat2(made, out, _NOREPLACE)


def _exchange(made: Path, out: Path) -> None:
    _renameat2(made, out, _EXCHANGE)
