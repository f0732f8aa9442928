"""The files of an export: opened by declared names only, one folder at a time, never through a link.

The folder is opened once; every name is looked up in it. A name is checked when it is declared, so no path of a request
ever comes here. What a file must contain is known: a plain one has exactly its size, a compressed one may not unpack to
more than that, and is never unpacked further.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from fumehood.core.errors import DatasetReachesOut, DatasetUnreadable
from fumehood.core.limits import DATASET_PATH, EXPORT_JSON

_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY
_NAME: Final = re.compile(r"[^/\\\x00-\x1f\x7f]{1,255}")
_LINK: Final = (errno.ELOOP, errno.ENOTDIR, errno.EMLINK)


@dataclass(frozen=True, slots=True)
class Declared:
    """A file that a manifest names."""

    path: str
    size: int | None
    """Of its content, unpacked; None for a manifest, which has a cap."""

    @property
    def packed(self) -> bool:
        return self.path.endswith(".gz")


def declared(path: object, size: int | None, of: str) -> Declared:
    """Raises `DatasetReachesOut` for a name that leaves the folder or is hidden, `DatasetUnreadable` for no name."""
    if not isinstance(path, str) or not 0 < len(path) <= DATASET_PATH:
        raise DatasetUnreadable(f"{of} names a file with no usable name.")
    for part in path.split("/"):
        if part.startswith(".") or not _NAME.fullmatch(part):
            raise DatasetReachesOut(f"{of} names the file {path!r}, which is hidden or outside of the folder.")
    return Declared(path, size)


class Files:
    """The folder, held open. `opened` counts for tests."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self._folder = os.open(place, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        self.opened = 0

    def __del__(self) -> None:
        """Closed when nobody reads from it any more."""
        if (fd := getattr(self, "_folder", -1)) >= 0:
            os.close(fd)

    def open(self, file: Declared) -> BinaryIO:
        """Raises `DatasetReachesOut` for a link, `DatasetUnreadable` for what is missing or of another size."""
        fd = self._descend(file.path)
        try:
            found = os.fstat(fd)
            if not stat.S_ISREG(found.st_mode):
                raise DatasetUnreadable(f"{file.path} in {self.place.name} is no file.")
            if file.size is not None and not file.packed and found.st_size != file.size:
                raise DatasetUnreadable(
                    f"{file.path} in {self.place.name} has {found.st_size:,} bytes; by its manifest it has "
                    f"{file.size:,}.",
                    hint="The export is damaged or was interrupted: export the dataset again.",
                )
            self.opened += 1
            return os.fdopen(fd, "rb")
        except BaseException:
            os.close(fd)
            raise

    def stat(self, file: Declared) -> os.stat_result | None:
        """None where it is missing; raises what `open` does where it is not what was declared."""
        try:
            with self.open(file) as opened:
                return os.fstat(opened.fileno())
        except DatasetUnreadable as error:
            if error.data.get("errno") == errno.ENOENT:
                return None
            raise

    def raw(self, file: Declared) -> bytes:
        """The bytes as they lie there, packed or not."""
        with self.open(file) as opened:
            most = EXPORT_JSON if file.size is None else file.size + file.size // 100 + 4096
            if os.fstat(opened.fileno()).st_size > most:
                raise DatasetUnreadable(f"{file.path} in {self.place.name} is larger than anything it could hold.")
            return opened.read(most)

    def content(self, file: Declared) -> bytes:
        """What it holds, unpacked: `file.size` bytes, or up to the cap of a manifest."""
        most = EXPORT_JSON if file.size is None else file.size
        data = self.raw(file)
        if file.packed:
            data = self.unpacked(file, data, most)
        if file.size is not None and len(data) != file.size:
            raise DatasetUnreadable(f"{file.path} in {self.place.name} does not hold what its manifest says.")
        return data

    def part(self, file: Declared, start: int, length: int) -> bytes:
        with self.open(file) as opened:
            return os.pread(opened.fileno(), length, start)

    def unpacked(self, file: Declared, data: bytes, most: int) -> bytes:
        try:
            unpacker = zlib.decompressobj(31)
            found = unpacker.decompress(data, most + 1)
        except zlib.error as error:
            raise DatasetUnreadable(f"{file.path} in {self.place.name} does not unpack.") from error
        if len(found) > most or not unpacker.eof:
            raise DatasetUnreadable(f"{file.path} in {self.place.name} unpacks to more than its manifest says.")
        return found

    def _descend(self, path: str) -> int:
        with contextlib.ExitStack() as held:
            folder = self._folder
            *folders, name = path.split("/")
            try:
                for part in folders:
                    folder = os.open(part, _FOLDER, dir_fd=folder)
                    held.callback(os.close, folder)
                return os.open(name, _FILE, dir_fd=folder)
            except OSError as error:
                if error.errno in _LINK:
                    raise DatasetReachesOut(
                        f"{path} in {self.place.name} is a link.",
                        hint="An export holds its files itself: copy them there with `cp -L`.",
                    ) from error
                reason = (error.strerror or "it cannot be opened").lower()
                raise DatasetUnreadable(
                    f"{path} in {self.place.name} cannot be read: {reason}.", errno=error.errno or 0
                ) from error
