"""Where the files of a zarr store lie: a folder, or a zip file. No link is followed on the way to any of them.

A zarr store is addressed by paths that its own metadata make up. In a folder each step is opened from the one before,
never through a symbolic link, and only regular files are read: what lies elsewhere on this machine cannot be reached.
"""

from __future__ import annotations

import errno
import os
import stat
import threading
import zipfile
from pathlib import Path
from typing import Protocol

from fumehood.core import limits
from fumehood.core.errors import (
    DatasetClosed,
    DatasetMemberUnreadable,
    DatasetReachesOut,
    DatasetUnreadable,
    LimitExceeded,
)

Steps = tuple[str, ...]


class Place(Protocol):
    def size(self, steps: Steps) -> int | None:
        """Bytes of a file; None where there is none."""

    def read(self, steps: Steps, start: int, count: int) -> bytes | None: ...

    def names(self, steps: Steps) -> list[str]: ...

    def close(self) -> None: ...


def checked(steps: Steps) -> Steps:
    """Names that stay where they are. What metadata made up is refused here if it does not."""
    for step in steps:
        if step in ("", ".", "..") or "/" in step or "\0" in step or "\\" in step or len(step) > limits.DATASET_NAME:
            place = "/".join(steps)[:200]
            raise DatasetReachesOut(f"{place!r} is no path within the store.", place=place, kind="path")
    return steps


class FolderPlace:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._root = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        self._lock = threading.Lock()

    def size(self, steps: Steps) -> int | None:
        file = self._open(steps)
        if file is None:
            return None
        try:
            return os.fstat(file).st_size
        finally:
            os.close(file)

    def read(self, steps: Steps, start: int, count: int) -> bytes | None:
        file = self._open(steps)
        if file is None:
            return None
        try:
            count = min(count, max(os.fstat(file).st_size - start, 0))
            parts = []
            while count and (part := os.pread(file, count, start)):
                parts.append(part)
                start, count = start + len(part), count - len(part)
            return b"".join(parts)
        finally:
            os.close(file)

    def names(self, steps: Steps) -> list[str]:
        folder = self._walk(checked(steps), "/".join(steps))
        if folder is None:
            return []
        try:
            found = []
            with os.scandir(folder) as entries:
                for entry in entries:
                    found.append(entry.name)
                    if len(found) > limits.DATASET_MEMBERS:
                        raise LimitExceeded(f"{'/'.join(steps) or '/'} has more than {len(found) - 1:,} members.")
            return sorted(found)
        finally:
            os.close(folder)

    def close(self) -> None:
        with self._lock:
            if self._root >= 0:
                os.close(self._root)
                self._root = -1

    def _open(self, steps: Steps) -> int | None:
        """The descriptor of a regular file."""
        place = "/".join(steps)
        folder = self._walk(checked(steps)[:-1], place)
        if folder is None:
            return None
        try:
            file = _step(folder, steps[-1], place, os.O_NONBLOCK)
        finally:
            os.close(folder)
        if file is not None and not stat.S_ISREG(os.fstat(file).st_mode):
            os.close(file)
            raise DatasetReachesOut(f"{place} is no regular file.", place=place, kind="special file")
        return file

    def _walk(self, steps: Steps, place: str) -> int | None:
        with self._lock:
            if self._root < 0:
                raise DatasetClosed(f"{self._path.name} was closed.")
            here: int | None = os.dup(self._root)
        for step in steps:
            assert here is not None
            try:
                there = _step(here, step, place, os.O_DIRECTORY)
            finally:
                os.close(here)
            here = there
            if here is None:
                return None
        return here


def _step(folder: int, name: str, place: str, how: int) -> int | None:
    try:
        return os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | how, dir_fd=folder)
    except FileNotFoundError:
        return None
    except OSError as error:
        if error.errno == errno.ELOOP or _is_link(folder, name):
            raise DatasetReachesOut(
                f"{place} is a symbolic link, or lies behind one.", place=place, kind="symbolic link"
            ) from error
        if error.errno in (errno.ENOTDIR, errno.EISDIR):
            return None
        if error.errno == errno.ENXIO:
            raise DatasetReachesOut(f"{place} is no regular file.", place=place, kind="special file") from error
        raise DatasetMemberUnreadable(f"{place} cannot be read: {error.strerror}.", place=place) from error


def _is_link(folder: int, name: str) -> bool:
    try:
        return stat.S_ISLNK(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode)
    except OSError:
        return False


class ZipPlace:
    """A store in one zip file, stored or deflated; a member never becomes larger than its reader wants."""

    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise DatasetUnreadable(f"{path.name} is no zip file that can be read.") from error
        entries = self._zip.infolist()
        if len(entries) > limits.DATASET_OBJECTS * 10:
            self._zip.close()
            raise LimitExceeded(f"{path.name} has {len(entries):,} members.")
        self._entries = {entry.filename.rstrip("/"): entry for entry in entries}
        self._names: dict[str, set[str]] = {}
        for name in self._entries:
            while name:
                before, _, last = name.rpartition("/")
                there = self._names.setdefault(before, set())
                if last in there:
                    break
                there.add(last)
                name = before
        self._lock = threading.Lock()

    def size(self, steps: Steps) -> int | None:
        entry = self._entries.get("/".join(checked(steps)))
        return None if entry is None or entry.is_dir() else entry.file_size

    def read(self, steps: Steps, start: int, count: int) -> bytes | None:
        place = "/".join(checked(steps))
        entry = self._entries.get(place)
        if entry is None or entry.is_dir():
            return None
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise DatasetReachesOut(f"{place} is a symbolic link.", place=place, kind="symbolic link")
        packed = entry.compress_type == zipfile.ZIP_DEFLATED and not start  # to seek in it is to unpack it
        if entry.compress_type != zipfile.ZIP_STORED and not packed:
            raise DatasetMemberUnreadable(f"{place} is packed in a way that is not read.", place=place)
        try:
            with self._lock, self._zip.open(entry) as file:
                if start:
                    file.seek(start)
                return file.read(count)
        except ValueError as error:
            raise DatasetClosed("The dataset was closed.") from error
        except (zipfile.BadZipFile, OSError, RuntimeError, EOFError) as error:
            raise DatasetMemberUnreadable(f"{place} is damaged.", place=place) from error

    def names(self, steps: Steps) -> list[str]:
        return sorted(self._names.get("/".join(checked(steps)), set()) - {""})

    def close(self) -> None:
        with self._lock:
            self._zip.close()
